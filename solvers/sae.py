import warnings

import torch

from benchmark_utils.coding.activations import BatchTopK, Matryoshka, ReLU, TopK
from benchmark_utils.coding.autoencoder import Autoencoder
from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.jump_relu import JumpReLU
from benchmark_utils.dense_solver import DenseSolver
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.learning.updates.adam import Adam

SAMPLE = 256  # signals that tell the number of codes
BY_COUNT = {
    "topk": TopK,
    "batchtopk": BatchTopK,
    "matryoshka": Matryoshka,
}
# Decay of the moments, and largest norm of the gradient, as published.
RECIPES = {
    "relu": ((0.9, 0.999), None),
    "topk": ((0.9, 0.999), 1.0),
    "batchtopk": ((0.9, 0.99), 1.0),
    "matryoshka": ((0.9, 0.99), 1.0),
    "jumprelu": ((0.0, 0.999), 1.0),
}
# Learning rates for 100 atoms, measured on draws that no run file has (10 codes a
# signal, 200 signals a step): mean correlation with the true atoms. 100 atoms, 3000
# steps: relu 0.57 with the published rate, 0.98 with 0.03; topk 0.96 and 0.98;
# batchtopk 0.74 and 0.97; jumprelu 0.51 and 0.92. All but relu scale as one over the
# square root of the number of atoms, as topk's authors found. 1000 atoms, 2000 steps:
# topk 0.94 with 0.003, 0.89 with 0.01; batchtopk 0.89 and 0.66; jumprelu 0.81 and 0.48.
# docs/measured.md has the results of configs/sae_sweep.yml.
RATES = {
    "relu": 0.03,
    "topk": 0.01,
    "batchtopk": 0.01,
    "matryoshka": 0.01,
    "jumprelu": 0.01,
}


class Solver(DenseSolver):
    """Sparse autoencoders: codes by one layer. Adam learns its weights and the atoms
    together. The initial weights are the transposed dictionary.

    ``activation`` makes the codes sparse: ``relu`` (with λ of the objective), ``topk``,
    ``batchtopk``, ``matryoshka`` or ``jumprelu``. In ``matryoshka``, which is
    ``batchtopk`` otherwise, the first atoms alone must represent the signals too. All
    but ``relu`` have ``k`` codes a signal. ``k=None`` is the mean number of certified
    codes at the initial dictionary. A warning tells this number.

    ``learning_rate=None`` is 0.03 for ``relu``. For the others it is 0.01 with 100
    atoms, and scales as one over the square root of their number. The published rates,
    for large models, are 0.001 (relu), 0.0002 (topk, with 2^14 atoms), 0.0003
    (batchtopk, matryoshka) and 0.00007 (jumprelu). The rate rises over ``n_warm_up``
    steps, and the penalty of codes over twice as many. With ``topk``, ``batchtopk`` and
    ``matryoshka``, unused atoms learn the residuals. ``bias`` subtracts a learned
    vector from the signals, which starts at their median. The objective has no such
    vector, so the dictionary is then optimal for another problem.

    An epoch is ``epoch_length`` steps. With ``n_epochs=None``, learning ends at the
    timeout.

    H. Cunningham et al., ICLR 2024 (relu); L. Gao et al., 2024 (topk); B. Bussmann et
    al., 2024 (batchtopk) and ICML 2025 (matryoshka); S. Rajamanoharan et al., 2024
    (jumprelu).
    """

    name = "SAE"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "activation": ["relu"],
        "k": [None],
        "learning_rate": [None],
        "n_warm_up": [1000],
        "bias": [False],
        "batch_size": [1000],
        "n_epochs": [None],
        "epoch_length": [100],
        "step_growth": [None],
        "device": ["auto"],
    }
    shown = {"activation": "activation"}
    signed = False
    code_counts = ("k",)
    test_config = {
        "objective": {"positive": True},
        "learning_rate": 0.05,
        "n_warm_up": 1,
        "batch_size": 20,
    }

    def skip(self, **objective):
        skipped, reason = super().skip(**objective)
        if not skipped and self.k is not None and self.activation == "relu":
            return True, "k has no effect on activation=relu, which has λ: use k=None"
        return skipped, reason

    def set_objective(self, **objective):
        self._k = self.k
        super().set_objective(**objective)
        if self.k is None and self.activation != "relu":
            warnings.warn(
                f"{self}: k=None stands for k={self.n_codes()}, the mean number of "
                "certified codes of the initial dictionary.",
                stacklevel=2,
            )

    def n_codes(self):
        """Codes of a signal: ``k``, or the mean number at the initial dictionary."""
        if self._k is None:
            X = torch.as_tensor(self.X[:SAMPLE], dtype=torch.float64)
            dictionary = make_dictionary("dense", self.D_init)
            Z = certified_codes(dictionary, X, self.lmbd, self.positive).Z
            self._k = max(1, round(Z.count_nonzero().item() / len(Z)))
        return self._k

    def encoder(self):
        centre = None
        if self.bias:
            sample = torch.as_tensor(self.X[:SAMPLE], dtype=torch.float64)
            centre = sample.median(dim=0).values
        warm_up = 2 * self.n_warm_up
        choices = self.lmbd, self.make_activation(), centre, warm_up
        return Autoencoder.of(self.dictionary(), *choices)

    def make_activation(self):
        """The activation, with λ of the objective or with k codes a signal."""
        if self.activation == "relu":
            return ReLU(self.lmbd)
        if self.activation == "jumprelu":
            # The objective's signals have unit mean square.
            return JumpReLU(self.n_codes(), unit=self.X.shape[1] ** 0.5)
        return BY_COUNT[self.activation](self.n_codes())

    def update(self, batches):
        rate = RATES[self.activation]
        if self.activation != "relu":
            rate *= (100 / self.n_atoms) ** 0.5
        betas, clip = RECIPES[self.activation]
        return Adam(self.learning_rate or rate, betas, self.n_warm_up, clip)

    def extra_results(self):
        k = 0 if self.activation == "relu" else self.n_codes()
        return {**super().extra_results(), "k": k}
