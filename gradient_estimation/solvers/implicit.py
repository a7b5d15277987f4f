import torch

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.estimator import Estimator
from benchmark_utils.gradients.estimates import implicit_gradient


class Solver(Estimator):
    """Implicit differentiation: one linear system on the support of the codes of N
    layers, instead of back-propagation.

    Q. Bertrand, Q. Klopfenstein, M. Blondel, S. Vaiter, A. Gramfort and J. Salmon,
    "Implicit differentiation of Lasso-type models for hyperparameter optimization",
    ICML 2020.
    """

    name = "Implicit"
    requirements = ["pip::torch>=2.4"]
    parameters = {"algorithm": ["fista"]}

    def estimate(self):
        codes = torch.zeros_like(self.dictionary.correlate(self.signals))
        if self.n_layers:
            network = Unrolled(self.n_layers, self.lmbd, self.algorithm, 0)
            codes = network.codes(self.dictionary, self.signals)
        problem = self.dictionary, self.signals, codes, self.lmbd
        return {"gradient": implicit_gradient(*problem)}
