import numpy as np
import spams
import torch

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.sampling import MiniBatches
from benchmark_utils.solver import DictionarySolver
from benchmark_utils.threads import resolve_threads

PENALTY = 2  # mode of trainDL: ½‖x - Dα‖² + λ₁‖α‖₁


class Solver(DictionarySolver):
    """Online dictionary learning by SPAMS. It computes exact codes of a mini-batch, by
    LARS. Then it does one pass of block coordinate descent on D, for weighted sums over
    past batches.

    Each step is a call of ``trainDL`` on ``n_iter_per_step`` new mini-batches. SPAMS
    remembers about twice as many signals as a call has. So with one batch a call, it
    soon forgets the poor codes of the first steps. With one epoch a call, its memory is
    as long as that of a single call on all of the data. The defaults are the best of
    ``configs/peers_sweep.yml`` over all λ.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online learning for matrix
    factorization and sparse coding", JMLR 11, 2010.
    """

    name = "Online-SPAMS"
    requirements = ["pip::spams-bin", "pip::torch>=2.4"]
    parameters = {
        "batch_size": [128],
        "n_iter_per_step": [1],
        "n_threads": [-1],  # -1: as many as the torch solvers have
        "dtype": ["float32"],  # or float64; the torch solvers have float32 as well
    }
    shown = {"batch_size": "batch", "n_iter_per_step": "iter"}
    reads_parts = True
    test_config = {"batch_size": 20, "n_threads": 1}

    def memory(self, X, n_atoms, **objective):
        # DᵀD, and the sums of codes: those given, the new ones, and those returned.
        return 4 * n_atoms**2 * np.dtype(self.dtype).itemsize

    def start(self):
        # trainDL draws the same permutation at each call: on all of X, every step
        # would use the same first signals. So the batches are drawn here.
        size = self.batch_size * self.n_iter_per_step
        dtype = getattr(torch, self.dtype)
        self.batches = MiniBatches(self.X, size, self.rng(), dtype=dtype)
        self.threads = resolve_threads(self.n_threads)
        # Signals and atoms are columns, all of one type.
        self.D, self.model = self.D_init.T.astype(self.dtype, order="F"), None

    def step(self):
        self.D, self.model = spams.trainDL(
            self.batches.draw().numpy().T,
            D=self.D,
            model=self.model,
            return_model=True,
            mode=PENALTY,
            lambda1=self.lmbd,
            posAlpha=self.positive,
            batchsize=self.batch_size,
            iter=self.n_iter_per_step,
            numThreads=self.threads,
            verbose=False,
        )
        return True

    def atoms(self):
        # SPAMS constrains atoms to ‖d‖ <= 1, and sets unused atoms to zero.
        return unit_atoms(self.D.T.astype(float), fallback=self.D_init)

    def extra_results(self):
        return {"n_threads": self.threads}
