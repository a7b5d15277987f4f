"""A start from the atoms of a file: what was exported, or an array of one's own."""

import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from command_line import copy_benchmark, run
from documents import ROOT

from benchmark_utils.component import Component
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.export import Learned, learned
from benchmark_utils.problem.initial import initial_dictionary

RNG = np.random.default_rng(0)
DENSE = unit_atoms(RNG.standard_normal((4, 6)))
U, V = (unit_atoms(RNG.standard_normal((3, n))) for n in (5, 8))
RANK1 = U[:, :, None] * V[:, None, :]
INFO = {"ch_names": list("abcde"), "sfreq": 150.0}


def start(path, D, model="dense", info=None):
    n_atoms, *shape = D.shape
    drawn = np.random.default_rng(0), None
    return initial_dictionary(str(path), n_atoms, shape, *drawn, model, info=info)


def test_an_array_is_the_start(tmp_path):
    np.save(tmp_path / "D.npy", 3 * DENSE)
    np.testing.assert_allclose(start(tmp_path / "D.npy", DENSE), DENSE, rtol=1e-12)


@pytest.mark.parametrize("model, D", [("dense", DENSE), ("rank1", RANK1)])
def test_what_is_exported_is_the_start(tmp_path, model, D):
    factors = (U, V) if model == "rank1" else (None, None)
    Learned(D, model, 0.1, False, *factors, info=INFO).save(tmp_path / "a.npz")
    info = INFO if model == "rank1" else None
    np.testing.assert_allclose(start(tmp_path / "a.npz", D, model, info), D, atol=1e-12)


def test_factors_alone_are_atoms_of_rank_one(tmp_path):
    np.savez(tmp_path / "a.npz", u=2 * U, v=V)
    np.testing.assert_allclose(start(tmp_path / "a.npz", RANK1, "rank1"), RANK1)
    np.testing.assert_allclose(start(tmp_path / "a.npz", RANK1, "conv"), RANK1)


def test_atoms_of_a_higher_rank_are_told(tmp_path):
    D = unit_atoms(RNG.standard_normal((3, 5, 8)))
    np.save(tmp_path / "D.npy", D)
    with pytest.warns(UserWarning, match="3 of 3 atoms are not of rank 1"):
        found = start(tmp_path / "D.npy", D, "rank1")
    assert (np.linalg.matrix_rank(found, tol=1e-9) == 1).all()
    np.testing.assert_allclose(start(tmp_path / "D.npy", D, "conv"), D)


BAD = DENSE.copy()
BAD[2, 1] = np.nan


@pytest.mark.parametrize(
    "saved, D, message",
    [
        ({"D": DENSE}, DENSE[:, :5], r"atoms of shape \(6,\).*\(5,\).*atom_length"),
        ({"D": DENSE}, RANK1, r"atoms of shape \(6,\).*\(5, 8\)"),
        ({"D": DENSE}, DENSE[:3], "4 atoms, and n_atoms=3.*use n_atoms=4"),
        ({"D": BAD}, DENSE, "1 atoms that are zero or not finite.*number 2"),
        ({"D": 0 * DENSE}, DENSE, "4 atoms that are zero"),
        ({"D": 1j * DENSE}, DENSE, "complex128, not real"),
        ({"Z": DENSE}, DENSE, "has Z: it must have D, or u and v"),
        ({"u": U, "v": V[:2]}, RANK1, r"u of shape \(3, 5\) and v of shape \(2, 8\)"),
        ({"D": np.array([{}])}, DENSE, "cannot be read as atoms"),
    ],
)
def test_atoms_that_do_not_fit_are_told(tmp_path, saved, D, message):
    np.savez(tmp_path / "a.npz", **saved)
    with pytest.raises(ValueError, match=rf"init=.*a.npz.*{message}"):
        start(tmp_path / "a.npz", D, "dense" if D.ndim == 2 else "rank1")


@pytest.mark.parametrize(
    "info, message",
    [
        ({"ch_names": list("abcdf")}, "only the file has e and only the data have f"),
        ({"ch_names": list("abced")}, "d is where the data have e"),
        ({"sfreq": 300.0}, "atoms at 150 Hz, and the data are at 300 Hz"),
    ],
)
def test_atoms_of_another_recording_are_told(tmp_path, info, message):
    Learned(RANK1, "rank1", 0.1, False, U, V, info=INFO).save(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=message):
        start(tmp_path / "a.npz", RANK1, "rank1", {**INFO, **info})


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file .*none.npz"):
        start(tmp_path / "none.npz", DENSE)
    (tmp_path / "text.npy").write_text("x")
    with pytest.raises(ValueError, match="text.npy cannot be read as atoms"):
        start(tmp_path / "text.npy", DENSE)


def test_results_depend_on_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.npy").write_text("x")
    Objective = Benchmark(ROOT).get_benchmark_objective()
    found = []
    for D in (DENSE, DENSE[:2]):
        np.save(tmp_path / "D.npy", D)
        objective = Objective.get_instance(init=str(tmp_path / "D.npy"))
        found.append(Component.depends_on(objective)["files"]["init"])
    assert found[0] != found[1] and len(found[0]) == 1
    drawn = Objective.get_instance(init="data")
    assert Component.depends_on(drawn)["files"]["init"] == []


@pytest.mark.slow
def test_a_run_goes_on_from_what_was_exported(tmp_path):
    folder = copy_benchmark(tmp_path)
    np.save(
        tmp_path / "x.npy", RNG.standard_normal((60, 5)) @ RNG.standard_normal((5, 8))
    )
    data = f"from_file[path='{tmp_path}/x.npy',n_atoms=4]"
    options = ["-d", data, "-s", "AM", "--no-plot"]
    first = run(folder, "a", *options, "-o", "*[reg=0.1]", "-n", "10")
    learned(first).save(tmp_path / "atoms.npz")
    objective = f"*[reg=0.1,init='{tmp_path}/atoms.npz']"
    second = run(folder, "b", *options, "-o", objective, "-n", "3")
    ends = first["objective_value"].iloc[-1], second["objective_value"].iloc[0]
    assert ends[1] == pytest.approx(ends[0], rel=1e-5)
    assert second["objective_value"].iloc[-1] <= ends[0] * (1 + 1e-9)
