from benchmark_utils.coding.thresholding import Thresholding
from benchmark_utils.dense_solver import DenseSolver
from benchmark_utils.learning.updates.residual_means import ResidualMeans


class Solver(DenseSolver):
    """ITKrM, iterative thresholding and residual means. Each signal is coded on the
    ``n_nonzero`` atoms whose products with it are largest. Then each atom becomes the
    mean of the residuals of its signals, with their signs.

    It has no λ. ``n_nonzero=None`` is a tenth of the features. An iteration uses
    ``batch_size`` signals.

    An epoch is ``epoch_length`` steps. With ``n_epochs=None``, learning ends at the
    timeout.

    K. Schnass, "Convergence radius and sample complexity of ITKM algorithms for
    dictionary learning", Applied and Computational Harmonic Analysis 45, 2018.
    """

    name = "ITKrM"
    requirements = ["pip::torch>=2.4"]
    code_counts = ("n_nonzero",)
    parameters = {
        "n_nonzero": [None],
        "batch_size": [10_000],
        "n_epochs": [None],
        "epoch_length": [100],
        "step_growth": [None],
        "device": ["auto"],
    }

    def encoder(self):
        n_nonzero = self.n_nonzero or max(1, self.X.shape[1] // 10)
        return Thresholding(n_nonzero, self.lmbd, self.positive)

    def update(self, batches):
        return ResidualMeans()
