from benchmark_utils.coding.hard_thresholding import HardThresholding
from benchmark_utils.dense_solver import DenseSolver
from benchmark_utils.learning.updates.sign_gradient import SignGradient


class Solver(DenseSolver):
    """NOODL. Codes come from ``n_layers`` gradient steps of size ``code_step``, each
    with a hard threshold. Then atoms take a gradient step, for the signs of the codes.

    It is proved to find the atoms, without bias, from a start that is near them: use
    ``init=perturbed``, where that is known. The threshold is λ. At first it is
    ``first_threshold`` times λ: half of the least size of the codes that are not zero.
    In the paper this size is 1, and λ is 0.1.

    ``learning_rate`` is that of the paper over n_atoms / k, where codes have size 1.

    An epoch is ``epoch_length`` steps. With ``n_epochs=None``, learning ends at the
    timeout.

    S. Rambhatla, X. Li and J. Haupt, "NOODL: provable online dictionary learning and
    sparse coding", ICLR 2019.
    """

    name = "NOODL"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "n_layers": [100],
        "code_step": [0.2],
        "first_threshold": [5.0],
        "learning_rate": [0.5],
        "batch_size": [1000],
        "n_epochs": [None],
        "epoch_length": [100],
        "step_growth": [None],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5}
    backprop_depth = 0

    def encoder(self):
        choices = self.n_layers, self.lmbd, self.first_threshold, self.code_step
        return HardThresholding(*choices, self.positive)

    def update(self, batches):
        return SignGradient(self.learning_rate)
