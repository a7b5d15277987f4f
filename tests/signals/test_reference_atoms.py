"""Reference atoms of a recording, by alphacsc."""

import numpy as np
import pytest
from benchopt.base import BaseDataset
from fake_meg import place, signals

from benchmark_utils.scoring.scores import correlations, recovery_score
from benchmark_utils.signals import reference_atoms
from benchmark_utils.signals.meg_atoms import draw_atoms
from benchmark_utils.signals.recordings import SAMPLE
from benchmark_utils.signals.reference_atoms import (
    learn_reference,
    prepare_reference,
    read_reference,
)
from benchmark_utils.signals.sensors import vectorview
from benchmark_utils.signals.simulated_meg import record


@pytest.fixture
def three(monkeypatch):
    """As many atoms as the small simulation has, and few iterations."""
    settings = {"LEAST_ATOMS": 3, "LEAST_ITER": 10, "N_KEPT": 3, "WHOLE": 1e9}
    for name, value in settings.items():
        monkeypatch.setattr(reference_atoms, name, value)


def simulation(seconds=20, n_times_atom=40, seed=0):
    rng = np.random.default_rng(seed)
    u, v = draw_atoms(3, n_times_atom, vectorview(20)[1], rng)
    X = np.empty((1, 20, round(150 * seconds)))
    settings = {"rate": 0.5, "signed": False, "sigma": 0.005, "pink": 0}
    record(u, v, X[0], rng, **settings, bads=[], sfreq=150)
    return X, u, v


def test_atoms_are_those_of_the_simulation(three):
    X, u_true, v_true = simulation()
    u, v = learn_reference(X, 40)
    assert u.shape == (3, 20) and v.shape == (3, 40)
    np.testing.assert_allclose(np.linalg.norm(u, axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(v, axis=1), 1)
    C = correlations(
        u[:, :, None] * v[:, None, :], u_true[:, :, None] * v_true[:, None, :]
    )
    assert recovery_score(C) > 0.95
    again, _ = learn_reference(X, 40)
    np.testing.assert_array_equal(again, u)


def test_the_most_important_atoms_come_first(three):
    X, u_true, _ = simulation()
    u, _ = learn_reference(X, 40)
    # What is left of the signal without the map of an atom.
    left = [np.var(X[0] - np.outer(w, w @ X[0])) for w in u]
    assert np.argmin(left) == 0


def test_all_settings_of_the_paper_from_four_minutes_on():
    shape = (1, 2, 277 * 150)
    assert reference_atoms._scale(np.empty(shape)) == (40, 100)
    assert reference_atoms._scale(np.empty((1, 2, 120 * 150))) == (20, 50)
    assert reference_atoms._scale(np.empty((1, 2, 24 * 150))) == (15, 20)
    settings = reference_atoms.SETTINGS
    assert settings["reg"] == 0.1 and settings["lmbd_max"] == "scaled"
    assert settings["solver_z"] == "lgcd"
    assert settings["solver_z_kwargs"]["tol"] == 1e-3


def test_long_recordings_are_cut_into_pieces(three, monkeypatch):
    monkeypatch.setattr(reference_atoms, "PIECE", 5)
    X, u_true, v_true = simulation()
    u, _ = learn_reference(X, 40)
    C = np.abs(u @ u_true.T)
    assert recovery_score(C) > 0.9


def test_signals_of_a_recording_with_gaps_are_taken_together(three):
    X, u_true, _ = simulation()
    parts = np.concatenate([X[:, :, :1400], X[:, :, 1600:]])
    u, v = learn_reference(parts, 40)
    assert u.shape == (3, 20) and v.shape == (3, 40)
    assert recovery_score(np.abs(u @ u_true.T)) > 0.9
    assert reference_atoms._scale(parts) == reference_atoms._scale(X[:, :, :2800])


def test_reference_atoms_are_those_of_their_signals(three, tmp_path, monkeypatch):
    X, _, _ = simulation(seconds=6)
    assert read_reference(X, 40, tmp_path) is None
    prepare_reference(X, 40, tmp_path)
    reference = read_reference(X, 40, tmp_path)
    assert reference["u"].shape == (3, 20) and reference["v"].shape == (3, 40)
    monkeypatch.setattr(reference_atoms, "learn_reference", None)  # would raise
    prepare_reference(X, 40, tmp_path)
    for other, length in ((2 * X, 40), (X[:, :, :-1], 40), (X, 41)):
        assert read_reference(other, length, tmp_path) is None
    monkeypatch.setattr(reference_atoms, "LEAST_ITER", 11)
    assert read_reference(X, 40, tmp_path) is None


def test_prepare_learns_them_for_the_parameters_of_a_run(
    three, home, monkeypatch, make, load
):
    monkeypatch.setenv("MNE_DATASETS_SAMPLE_PATH", str(home))
    place(SAMPLE, home, signals(power_line=60))
    small = {"duration": 6, "atom_duration": 0.2}
    assert load("meg_sample", **small)["info"]["reference"] is None
    BaseDataset._prepare(make("meg_sample", **small))
    reference = load("meg_sample", **small, n_atoms=2)["info"]["reference"]
    assert reference["u"].shape == (3, 12) and reference["v"].shape == (3, 30)
    assert load("meg_sample", **small | {"duration": 5})["info"]["reference"] is None
