"""The chance level of MEG: dictionaries that are pieces of the recording."""

import numpy as np
import pandas as pd
import pytest

from benchmark_utils.signals.recordings import SAMPLE
from reproduction.claims import meg_pieces
from reproduction.claims.agreement_curves import mean_correlation
from reproduction.claims.meg import share_found
from reproduction.verdict import Untestable

N_CHANNELS, N_TIMES_ATOM = 4, 20


@pytest.fixture
def wave():
    """A recording of one map, and one waveform that never ends."""
    rng = np.random.default_rng(0)
    u = rng.standard_normal(N_CHANNELS)
    v = np.sin(2 * np.pi * np.arange(400) / N_TIMES_ATOM)
    known = {"u": u[None] / np.linalg.norm(u), "v": v[None, :N_TIMES_ATOM]}
    known["v"] = known["v"] / np.linalg.norm(known["v"])
    return np.multiply.outer(u, v)[None], known


def runs(init="random"):
    return pd.DataFrame({
        "p_obj_init": [init], "p_dataset_duration": [np.nan], "p_dataset_n_atoms": [3],
    })  # fmt: skip


@pytest.mark.parametrize("score", [share_found, mean_correlation])
def test_pieces_of_what_is_known_have_it_without_learning(score, wave, monkeypatch):
    X, known = wave
    monkeypatch.setattr(meg_pieces, "_recording", lambda *_: X)
    draws = meg_pieces.of_pieces(runs(), score, known)
    assert len(draws) == meg_pieces.N_DRAWS
    assert min(draws) > 0.7 and max(draws) <= 1


def test_runs_that_begin_at_pieces_have_their_own_scores(wave):
    assert meg_pieces.of_pieces(runs("data"), share_found, wave[1]) is None
    with pytest.raises(Untestable, match="no atoms of alphacsc"):
        meg_pieces.of_pieces(runs(), share_found, None)


def test_without_the_recording_nothing_is_known(wave, monkeypatch):
    def absent(*_):
        raise FileNotFoundError

    monkeypatch.setattr(type(SAMPLE), "locate", absent)
    with pytest.raises(Untestable, match="not at hand"):
        meg_pieces.of_pieces(runs(), share_found, wave[1])
