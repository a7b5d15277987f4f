"""What a dictionary has in common with alphacsc's atoms before anything is learned.

Random atoms have nothing in common with them. Random pieces of the recording have
much, although they are not learned either. So such pieces are the chance level of
Figure 7 and Table 1.
"""

import tempfile

import numpy as np

from benchmark_utils.dictionaries.factors import rank_one_factors
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.signals.meg import load
from benchmark_utils.signals.meg_signals import cut
from benchmark_utils.signals.recordings import SAMPLE
from reproduction.rows import need
from reproduction.verdict import Untestable

N_DRAWS = 10
INIT, DURATION = "p_obj_init", "p_dataset_duration"


def of_pieces(df, score, reference):
    """Return the score of dictionaries that are random pieces of the recording.

    Parameters
    ----------
    df : DataFrame
        Table of runs on `meg_sample`.
    score : callable, (pair of array, pair of array) -> float
        Of maps and waveforms (u, v), and of those of alphacsc.
    reference : dict or None
        Atoms of alphacsc, `u` and `v`.

    Returns
    -------
    list of float, or None
        Ten draws; None where the initial dictionaries of the runs are such pieces, and
        have the score already.
    """
    need(df, INIT)
    if (df[INIT] == "data").all():
        return None
    if reference is None:
        raise Untestable("the runs have no atoms of alphacsc to compare with")
    need(df, DURATION, "p_dataset_n_atoms")
    durations = df[DURATION].astype(float).unique()
    n_atoms = int(df["p_dataset_n_atoms"].iloc[0])
    known = [np.asarray(reference[key], dtype=float) for key in "uv"]
    X = _recording(None if np.isnan(durations[0]) else durations[0], known[1].shape[1])
    shape = X.shape[1], known[1].shape[1]
    draws = (
        initial_dictionary("data", n_atoms, shape, np.random.default_rng(i), X, "rank1")
        for i in range(N_DRAWS)
    )
    return [score(rank_one_factors(D), known) for D in draws]


def _recording(duration, n_times_atom):
    """Return the signals of the recording that is at hand, as the runs had them."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return cut(load(SAMPLE, folder), duration, n_times_atom)[0]
    except FileNotFoundError:
        raise Untestable(
            "the recording is not at hand, and so it is not known how well pieces of "
            "it do without learning"
        ) from None
