import numpy as np
from benchopt import BaseDataset
from benchopt.config import get_data_path

from benchmark_utils.component import Component
from benchmark_utils.signals.kept_signals import kept_signals
from benchmark_utils.signals.superposition import (
    CHUNK,
    TEST,
    TRAINING,
    Superposition,
    draw_atoms,
    least_features,
    make_firing,
)
from benchmark_utils.signals.superposition_checks import (
    check_superposition,
    warn_of_unused,
)

IN_MEMORY = 2**30  # bytes of the training signals, in float64
N_CODES = 10_000  # training signals of which the true codes are given
VERSION = 1  # of the signals. Files of another version are not used


class Dataset(Component, BaseDataset):
    """Signals in superposition: each has a few of thousands of atoms.

    This is the model of features in neural networks (N. Elhage et al., Toy models of
    superposition, 2022). There are fewer dimensions than atoms. The sizes are those of
    V. Barin Pacela et al., Stop probing, start coding, arXiv 2603.28744. The
    dependences between atoms are those of D. Chanin and A. Garriga-Alonso,
    SynthSAEBench, arXiv 2602.14687.

    Signals are x = z D + b, with Gaussian atoms of unit norm and ``n_nonzero`` = k
    codes a signal. ``n_features=None`` is ⌈2k ln(n_atoms/k)⌉. ``sigma`` is the standard
    deviation of the noise b. ``n_learned`` is the number of atoms to learn. None is the
    true number.

    ``codes`` that are not zero are ``uniform`` in (0, 1], ``gaussian`` (signed), or
    ``near_one``: |1 + 0.3 g| with g standard Gaussian.

    With ``firing=uniform``, a signal has exactly k distinct atoms, and all sets of
    atoms are equally likely. With ``firing=zipf``, it has k atoms on average: the atom
    of rank r fires with probability c (r + q)^-zipf_exponent. q is 0, unless
    ``max_frequency`` gives the probability of the most frequent atom. The frequencies
    of SynthSAEBench, from 0.4 to 5e-4, are those of ``n_atoms=16384,n_features=768,
    n_nonzero=34,firing=zipf,zipf_exponent=0.806,max_frequency=0.4``.

    With ``correlation``, atoms of the same group (of ``n_groups``) fire together, by a
    Gaussian copula. A signal then has k atoms on average, also with ``firing=uniform``.
    ``hierarchy`` is a number of levels of atoms that fire only with their parent, and
    never with a sibling. A parent has up to ``branching`` children, and fires at least
    ``branching`` times as often as each. Neither option changes the frequency of an
    atom. A warning names parameters that were given without their switch.

    Signals of more than 1 GiB are written to a file (float32) in benchopt's data
    folder, once for each seed. Delete it when you no longer need it. ``on_disk`` forces
    a file, or none. Atoms, test signals and the first training signals do not depend
    on ``n_signals``. Codes and directions of the noise do not depend on ``sigma``.

    ``info`` has the ``frequency`` and the ``parent`` (-1: none) of each true atom, and
    the true codes as ``scipy.sparse.csr_array``: ``codes_test`` of all test signals,
    ``codes`` of the first 10000 training signals.
    """

    name = "superposition"
    requirements = ["pip::scipy"]
    parameters = {
        "n_atoms": [1000],
        "n_features": [None],
        "n_nonzero": [10],
        "n_signals": [50_000],
        "n_test": [1000],
        "n_learned": [None],
        "codes": ["uniform"],
        "firing": ["uniform"],
        "zipf_exponent": [1.0],
        "max_frequency": [None],
        "correlation": [0.0],
        "n_groups": [25],
        "hierarchy": [0],
        "branching": [4],
        "sigma": [0.0],
        "on_disk": [None],
    }
    shown = {"n_atoms": "n_atoms", "n_nonzero": "k", "n_signals": "n_signals"}
    test_parameters = {
        "n_atoms": [12],
        "n_nonzero": [2],
        "n_signals": [60],
        "n_test": [20],
    }

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        check_superposition(self._parameters)
        defaults = {name: values[0] for name, values in self.parameters.items()}
        warn_of_unused(self._parameters, defaults)
        n_features = self.n_features
        if n_features is None:
            n_features = least_features(self.n_atoms, self.n_nonzero)
        seed = self.get_seed(use_repetition=True)
        frequency, parent, firing = self._firing()
        D = draw_atoms(self.n_atoms, n_features, seed)
        signals = Superposition(D, firing, self.codes, self.sigma, seed)
        return {
            "X": self._training_signals(signals),
            "X_test": signals.draw_signals(self.n_test, TEST),
            "D_true": D,
            "model": "dense",
            "n_atoms": self.n_learned or self.n_atoms,
            "atom_shape": (n_features,),
            "info": {
                "frequency": frequency,
                "parent": parent,
                "codes_test": signals.draw_codes(self.n_test, TEST),
                "codes": signals.draw_codes(min(self.n_signals, N_CODES), TRAINING),
            },
        }

    def _firing(self):
        return make_firing(
            self.n_atoms,
            self.n_nonzero,
            self.firing,
            zipf_exponent=self.zipf_exponent,
            max_frequency=self.max_frequency,
            correlation=self.correlation,
            n_groups=self.n_groups,
            depth=self.hierarchy,
            branching=self.branching,
        )

    def _training_signals(self, signals):
        """In memory, or mapped from a file that is kept."""
        shape = self.n_signals, signals.D.shape[1]
        on_disk = self.on_disk
        if on_disk is None:
            on_disk = 8 * shape[0] * shape[1] > IN_MEMORY
        if not on_disk:
            return signals.draw_signals(self.n_signals, TRAINING)
        irrelevant = ("n_test", "n_learned", "on_disk")
        drawn = {k: v for k, v in self._parameters.items() if k not in irrelevant}
        # Another version of NumPy may draw other numbers from a seed.
        version = f"version={VERSION} chunk={CHUNK} numpy={np.__version__}"
        return kept_signals(
            get_data_path(self.name),
            f"{drawn} seed={signals.seed} {version}",
            shape,
            lambda: signals.blocks(self.n_signals, TRAINING),
        )
