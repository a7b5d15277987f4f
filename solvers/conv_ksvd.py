from benchmark_utils.learning.conv_ksvd import conv_ksvd_step
from benchmark_utils.solver import DictionarySolver


class Solver(DictionarySolver):
    """Convolutional K-SVD. A step computes codes by matching pursuit. Then it moves
    each atom by a power step towards the SVD of its residual windows. Atoms have rank 1
    if the model is rank1.

    It has no λ. ``n_activations`` is the mean number of activations of an atom in a
    signal. None is the largest number without overlap: the length of a signal over that
    of an atom.

    F. Yellin, B. D. Haeffele and R. Vidal, "Blood cell detection and counting in
    holographic lens-free imaging by convolutional sparse dictionary learning and
    coding", ISBI 2017.
    """

    name = "Conv-KSVD"
    requirements = ["pip::scipy", "pip::torch>=2.4"]
    parameters = {"n_activations": [None], "step_growth": [None]}
    models = ("conv", "rank1")

    def skip(self, atom_shape, **objective):
        skipped, reason = super().skip(**objective)
        if not skipped and len(atom_shape) != 2:
            return True, f"{self.name} does signals in time only, not images"
        return skipped, reason

    def start(self):
        self.D = self.D_init

    def step(self):
        self.D = conv_ksvd_step(
            self.X, self.D, self.model, self.n_activations, self.positive
        )
        return True

    def atoms(self):
        return self.D
