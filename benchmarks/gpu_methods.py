"""The stochastic methods without benchopt, which a machine with a GPU may not have.

The settings are those of the solvers for dense signals: ``block_am.py``,
``stochastic_ddl.py`` and ``sae.py``. A test checks that they are equal.
"""

import measure  # noqa: F401  (puts the repository on sys.path)
import numpy as np

from benchmark_utils.coding.activations import TopK
from benchmark_utils.coding.autoencoder import Autoencoder
from benchmark_utils.coding.candidates import CandidateDescent
from benchmark_utils.coding.growing import Growing
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.line_search import NormalisedSteps
from benchmark_utils.learning.renewal import Renewal
from benchmark_utils.learning.sampling import MiniBatches, Windows
from benchmark_utils.learning.updates.adam import Adam
from benchmark_utils.learning.updates.block import BlockUpdate
from benchmark_utils.learning.updates.gradient import GradientUpdate
from benchmark_utils.learning.updates.residual import ResidualUpdate

N_FIRST_LAYERS, N_LAYERS, BATCH = 5, 30, 1000
BLOCK_AM = {
    "growth_steps": 400,
    "rho": 1000,
    "momentum": 0.4,
    "averaging": 0.7,
    "relaxation": 1.7,
}
STOCHASTIC_DDL = {
    "growth_steps": 1000,
    "momentum": 0.5,
    "averaging": 0.9,
    "decay": 0.9,
    "max_turn": 0.3,
}
WIDE = {"n_candidates": 32, "relaxation": 1.3}
SAE = {"rate": 0.01, "n_warm_up": 1000}  # the rate of 100 atoms


def block_am(X, D_init, lmbd, seed, **options):
    """Block-AM on dense signals, its codes by FISTA.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_features)
    D_init : ndarray, shape (n_atoms, n_features)
    lmbd : float
    seed : int
    **options
        ``dtype`` and ``device``.

    Returns
    -------
    learner : Learner
    """
    network = Growing(
        Unrolled(N_LAYERS, lmbd), N_FIRST_LAYERS, BLOCK_AM["growth_steps"]
    )
    renewed = min(1.0, BATCH / len(X))
    update = BlockUpdate(BLOCK_AM["rho"], BLOCK_AM["relaxation"], renewed=renewed)
    return _learner(X, D_init, _watched(network), update, seed, BLOCK_AM, options)


def stochastic_ddl(X, D_init, lmbd, seed, depth=None, **options):
    """Stochastic-DDL at its tuned settings; see :func:`block_am`."""
    network = Unrolled(N_LAYERS, lmbd, backprop_depth=depth)
    network = Growing(network, N_FIRST_LAYERS, STOCHASTIC_DDL["growth_steps"])
    turns = {name: STOCHASTIC_DDL[name] for name in ("decay", "max_turn")}
    update = GradientUpdate(NormalisedSteps(**turns))
    return _learner(X, D_init, network, update, seed, STOCHASTIC_DDL, options)


def wide_block_am(X, D_init, lmbd, seed, n_candidates=None, **options):
    """Block-AM on candidates, of codes z >= 0; see :func:`block_am`."""
    encoder = CandidateDescent(lmbd, True, n_candidates or WIDE["n_candidates"])
    renewal = Renewal(np.random.default_rng(seed), max(25, len(D_init) // 100))
    update = ResidualUpdate(relaxation=WIDE["relaxation"], renewal=renewal)
    return _learner(X, D_init, encoder, update, seed, {}, options)


def autoencoder(X, D_init, lmbd, seed, k, **options):
    """SAE[topk] with ``k`` codes a signal; see :func:`block_am`."""
    dictionary = make_dictionary("dense", D_init, **options)
    warm_up = SAE["n_warm_up"]
    encoder = Autoencoder.of(dictionary, lmbd, TopK(k), warm_up=2 * warm_up)
    rate = SAE["rate"] * (100 / len(D_init)) ** 0.5
    update = Adam(rate, (0.9, 0.999), warm_up, 1.0)
    return _learner(X, D_init, encoder, update, seed, {}, options)


def rank_one_block_am(X, D_init, lmbd, seed, window, n_windows=5, **options):
    """Block-AM with rank-1 atoms on windows of recordings; see :func:`block_am`."""
    rng = np.random.default_rng(seed)
    dictionary = make_dictionary("rank1", D_init, **options)
    batches = Windows(X, window, n_windows, rng, **options)
    network, update = Unrolled(N_LAYERS, lmbd, backprop_depth=0), BlockUpdate(30)
    return Learner(dictionary, network, update, batches, momentum=0.5)


def _learner(X, D_init, encoder, update, seed, settings, options):
    batches = MiniBatches(X, BATCH, np.random.default_rng(seed), **options)
    dictionary = make_dictionary("dense", D_init, **options)
    inertia = {n: settings.get(n, 0.0) for n in ("momentum", "averaging")}
    return Learner(dictionary, encoder, update, batches, **inertia)


def _watched(network):
    """Watched by its gap, where scikit-learn is there for the certificate."""
    try:
        from benchmark_utils.coding.watched import Watched
    except ImportError:
        return network
    return Watched(network)
