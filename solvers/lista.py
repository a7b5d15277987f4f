from benchmark_utils.coding.lista import Lista
from benchmark_utils.dense_solver import DenseSolver
from benchmark_utils.learning.updates.adam import Adam


class Solver(DenseSolver):
    """LISTA: codes by N layers of ISTA that have their own weights. Adam learns weights
    and atoms together, on F(Z_N, D). The initial weights are those of N steps of ISTA.

    With one layer, it is nearly an autoencoder (``SAE``). With weights tied to the
    dictionary, it would be deep dictionary learning (``DDL``). ``learning_rate`` rises
    over ``n_warm_up`` steps. A layer has n_atoms² weights, so LISTA is slow for
    thousands of atoms.

    An epoch is ``epoch_length`` steps. With ``n_epochs=None``, learning ends at the
    timeout.

    K. Gregor and Y. LeCun, "Learning fast approximations of sparse coding", ICML 2010.
    """

    name = "LISTA"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "n_layers": [3],
        "learning_rate": [1e-3],
        "n_warm_up": [100],
        "batch_size": [1000],
        "n_epochs": [None],
        "epoch_length": [100],
        "step_growth": [None],
        "device": ["auto"],
    }
    shown = {"n_layers": "N"}
    test_config = {"learning_rate": 0.02, "n_warm_up": 1, "batch_size": 20}

    def encoder(self):
        return Lista.of(self.dictionary(), self.n_layers, self.lmbd, self.positive)

    def update(self, batches):
        return Adam(self.learning_rate, warm_up=self.n_warm_up)
