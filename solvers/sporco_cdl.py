import numpy as np
import sporco.fft
from sporco.dictlrn.cbpdndl import ConvBPDNDictLearn

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.solver import DictionarySolver
from benchmark_utils.threads import resolve_threads

WARM_UP_STEPS = 2  # the first step makes arrays that later ones reuse
METHODS = {"xmethod": "admm", "dmethod": "cns"}


class Solver(DictionarySolver):
    """sporco (``ConvBPDNDictLearn``). A step is one iteration of ADMM on the codes,
    then one of consensus ADMM on the atoms, in the Fourier domain.

    sporco's convolution is circular. Codes whose atom would wrap around an edge are
    held at zero, so that sporco's loss is that of the objective. Its other step on the
    atoms (``pgm``) is not offered.

    C. Garcia-Cardona and B. Wohlberg, "Convolutional dictionary learning: a
    comparative review and new algorithms", IEEE TCI 4, 2018.
    """

    name = "sporco"
    requirements = ["pip::sporco", "pip::torch>=2.4"]
    parameters = {"n_threads": [-1]}  # -1: as many as the torch solvers have
    models = ("conv",)
    test_config = {"n_threads": 1}

    def skip(self, atom_shape, **objective):
        if 1 in atom_shape[1:]:
            return True, "sporco holds all codes at zero for atoms one sample long"
        return super().skip(**objective)

    def warm_up(self):
        # FFTW measures plans for the shapes and threads of the problem, and keeps them.
        self.start()
        for _ in range(WARM_UP_STEPS):
            self.step()
        self.atoms()
        del self.learner  # a run makes its own

    def start(self):
        self.threads = resolve_threads(self.n_threads)
        sporco.fft.pyfftw_threads = self.threads
        # sporco's default penalties are for signals of about unit size.
        scale = self.X.std() or 1.0
        self.learner = ConvBPDNDictLearn(
            to_sporco(self.D_init),
            to_sporco(self.X / scale),
            self.lmbd / scale,
            ConvBPDNDictLearn.Options(self.options(), **METHODS),
            dimN=self.X.ndim - 2,
            **METHODS,
        )

    def options(self):
        return {
            "MaxMainIter": 1,  # a call of solve does one iteration from the last one
            "CBPDN": {
                "NonNegCoef": self.positive,
                "NoBndryCross": True,
                "FastSolve": True,  # no statistics
            },
            "CCMOD": {"FastSolve": True},
        }

    def step(self):
        self.learner.solve()
        return True

    def atoms(self):
        D = self.learner.getdict().reshape(to_sporco(self.D_init).shape)
        D = np.moveaxis(D, (-1, -2), (0, 1))
        return unit_atoms(D, fallback=self.D_init)

    def extra_results(self):
        return {"n_threads": self.threads}


def to_sporco(array):
    """Reverse the order of the axes: signals or atoms, channels, then time or space."""
    return np.ascontiguousarray(np.moveaxis(array, (0, 1), (-1, -2)))
