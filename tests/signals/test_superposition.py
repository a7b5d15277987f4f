"""Signals in superposition: what is drawn, against its exact values."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from benchopt.benchmark import Benchmark
from command_line import copy_benchmark, run
from documents import ROOT
from scipy.stats import binom, multivariate_normal, norm

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.signals import kept_signals
from benchmark_utils.signals.firing import ExactNumber, Independent, zipf_frequencies
from benchmark_utils.signals.grouped_firing import Grouped
from benchmark_utils.signals.hierarchy import ROOT as NO_PARENT
from benchmark_utils.signals.hierarchy import find_parents
from benchmark_utils.signals.superposition import (
    CHUNK,
    TRAINING,
    Superposition,
    draw_atoms,
    make_firing,
)

N = 40_000  # signals of a statistical test
SMALL = {"n_atoms": 12, "n_nonzero": 2, "n_signals": 60, "n_test": 20}
ZIPF = {"firing": "zipf", "zipf_exponent": 0.9}
DEEP = {"law": "zipf", "zipf_exponent": 1.2, "max_frequency": 0.4, "depth": 2}
TOGETHER = {"correlation": 0.5, "n_groups": 3}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where signals on disk are kept in a test."""
    monkeypatch.setenv("BENCHOPT_DATA_HOME", str(tmp_path))
    return tmp_path / "superposition"


def drawn(firing, n_atoms, n_signals=N):
    """A dense boolean array: which atoms fire in which signals."""
    signals, atoms = firing.draw(n_signals, np.random.default_rng(0))
    fires = np.zeros((n_signals, n_atoms), dtype=int)
    np.add.at(fires, (signals, atoms), 1)
    assert fires.max() <= 1  # no pair twice
    return fires.astype(bool)


def assert_frequencies(fires, frequency):
    """Numbers of signals within what the binomial law leaves to chance."""
    alpha = 1e-4 / len(frequency)
    n = len(fires)
    counts = fires.sum(axis=0)
    assert (binom.cdf(counts, n, frequency) > alpha).all()
    assert (binom.sf(counts - 1, n, frequency) > alpha).all()


# Frequencies of atoms


@pytest.mark.parametrize("exponent, first", [(0.5, None), (1.0, 0.3), (2.0, 0.9)])
def test_zipf_frequencies_have_the_sum_and_the_first_value(exponent, first):
    p = zipf_frequencies(400, 6, exponent, first)
    assert p.sum() == pytest.approx(6)
    assert (np.diff(p) < 0).all() and 0 < p[-1] and p[0] < 1
    if first is None:
        np.testing.assert_allclose(p / p[0], np.arange(1, 401.0) ** -exponent)
    else:
        assert p[0] == pytest.approx(first)
        # A power law of shifted ranks: p ^ (-1 / exponent) is a line.
        np.testing.assert_allclose(np.diff(p ** (-1 / exponent), 2), 0, atol=1e-7)


def test_the_frequencies_of_synthsaebench_are_as_documented():
    p = zipf_frequencies(16_384, 34, 0.806, 0.4)
    assert p[0] == pytest.approx(0.4)
    assert p[-1] == pytest.approx(5e-4, rel=1e-3)


# Which atoms fire


@pytest.mark.parametrize("n_atoms, k", [(12, 1), (12, 5), (12, 11)])
def test_uniform_firing_has_exactly_k_distinct_atoms(n_atoms, k):
    fires = drawn(ExactNumber(n_atoms, k), n_atoms)
    assert (fires.sum(axis=1) == k).all()
    assert_frequencies(fires, np.full(n_atoms, k / n_atoms))


def test_uniform_firing_has_all_sets_equally_often():
    fires = drawn(ExactNumber(5, 2), 5)
    _, counts = np.unique(fires, axis=0, return_counts=True)
    assert len(counts) == 10
    assert (np.abs(counts - N / 10) < 5 * np.sqrt(N * 0.09)).all()


def test_independent_atoms_fire_at_their_frequencies():
    frequency = np.array([0.9, 0.5, 0.1, 0.01])
    fires = drawn(Independent(frequency), 4)
    assert_frequencies(fires, frequency)
    both = (fires[:, 0] & fires[:, 1]).mean()
    assert both == pytest.approx(0.45, abs=5 * np.sqrt(0.45 * 0.55 / N))


@pytest.mark.parametrize("correlation", [0.1, 0.6, 0.95])
def test_correlation_keeps_frequencies_and_is_that_of_a_gaussian_copula(correlation):
    frequency = np.array([0.5, 0.4, 0.1, 0.05, 0.02, 0.01])
    fires = drawn(Grouped(frequency, correlation, 2), 6)
    assert_frequencies(fires, frequency)
    law = multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    for i, j in [(0, 2), (0, 4), (1, 3), (0, 1), (2, 5)]:
        p, q = frequency[[i, j]]
        both = p * q
        if (i - j) % 2 == 0:  # atoms of one group
            exact = law.cdf(norm.ppf([p, q]))
            assert exact > 1.05 * both
            both = exact
        tolerance = 5 * np.sqrt(both * (1 - both) / N)
        assert (fires[:, i] & fires[:, j]).mean() == pytest.approx(both, abs=tolerance)


def test_no_correlation_is_independence():
    frequency = np.full(4, 0.3)
    fires = drawn(Grouped(frequency, 0.0, 1), 4)
    assert_frequencies(fires, frequency)
    assert np.abs(np.corrcoef(fires.T) - np.eye(4)).max() < 5 / np.sqrt(N)


def test_parents_fire_often_enough_for_all_their_children():
    frequency = zipf_frequencies(500, 5, 1.0, 0.4)
    parent = find_parents(frequency, branching=3, depth=2)
    children = np.flatnonzero(parent >= 0)
    assert len(children) > 250
    assert (frequency[parent[children]] >= 3 * frequency[children]).all()
    assert np.bincount(parent[children]).max() == 3
    grandparents = parent[parent[children]]
    assert (grandparents >= 0).any()
    assert (parent[grandparents[grandparents >= 0]] < 0).all()  # no more levels
    assert (find_parents(frequency, 3, depth=0) < 0).all()
    assert (find_parents(np.full(9, 0.1), 3, depth=2) < 0).all()


@pytest.mark.parametrize("dependence", [{}, TOGETHER])
def test_children_fire_with_their_parent_and_without_siblings(dependence):
    frequency, parent, firing = make_firing(60, 3, **DEEP, **dependence)
    fires = drawn(firing, 60)
    assert_frequencies(fires, frequency)
    assert np.sum(parent >= 0) > 30 and (parent[parent[parent >= 0]] >= 0).any()
    for child in np.flatnonzero(parent >= 0):
        assert not (fires[:, child] & ~fires[:, parent[child]]).any()
    for one in np.unique(parent[parent >= 0]):
        assert fires[:, parent == one].sum(axis=1).max() <= 1


# Signals


@pytest.mark.parametrize(
    "codes, mean, std",
    [("uniform", 0.5, 0.289), ("gaussian", 0, 1), ("near_one", 1, 0.3)],
)
def test_codes_follow_their_law(codes, mean, std):
    firing = make_firing(20, 4)[2]
    signals = Superposition(np.eye(20), firing, codes, 0.0, seed=0)
    Z = signals.draw_codes(5000, TRAINING)
    assert Z.nnz == 4 * 5000
    tolerance = 5 * std / np.sqrt(Z.nnz)
    assert Z.data.mean() == pytest.approx(mean, abs=tolerance)
    assert Z.data.std() == pytest.approx(std, abs=tolerance)
    assert (Z.data.min() > 0) == (codes != "gaussian")
    assert codes != "uniform" or Z.data.max() <= 1
    np.testing.assert_allclose(signals.draw_signals(5000, TRAINING), Z.toarray())


def test_chunks_are_put_together_in_order():
    n_signals = 2 * CHUNK + 10
    firing = make_firing(30, 3, "zipf")[2]
    signals = Superposition(draw_atoms(30, 8, 0), firing, "uniform", 0.0, seed=0)
    Z = signals.draw_codes(n_signals, TRAINING)
    X = signals.draw_signals(n_signals, TRAINING)
    np.testing.assert_allclose(X, Z @ signals.D, atol=1e-5)
    # Chunks have seeds of their own, and a shorter draw is the start of a longer one.
    assert (Z[: CHUNK + 5] != signals.draw_codes(CHUNK + 5, TRAINING)).nnz == 0
    assert (Z[:CHUNK] != Z[CHUNK : 2 * CHUNK]).nnz > 0
    np.testing.assert_array_equal(X[:99], signals.draw_signals(99, TRAINING))


# The dataset


def test_the_dataset_fits_the_contract(load):
    data = load("superposition", **SMALL, sigma=0.1)
    m = int(np.ceil(2 * 2 * np.log(12 / 2)))
    assert (data["model"], data["n_atoms"], data["atom_shape"]) == ("dense", 12, (m,))
    shapes = {"X": (60, m), "X_test": (20, m), "D_true": (12, m)}
    for key, shape in shapes.items():
        assert data[key].shape == shape and data[key].dtype == np.float64
        assert data[key].flags.c_contiguous and np.isfinite(data[key]).all()
    np.testing.assert_allclose(np.linalg.norm(data["D_true"], axis=1), 1)


def test_the_truth_is_told(load):
    data = load("superposition", **SMALL, n_features=5)
    info = data["info"]
    for X, Z in ((data["X"], info["codes"]), (data["X_test"], info["codes_test"])):
        assert Z.format == "csr" and Z.shape == (len(X), 12) and Z.has_sorted_indices
        assert (np.diff(Z.indptr) == 2).all()
        np.testing.assert_allclose(Z @ data["D_true"], X, atol=1e-5)
    np.testing.assert_allclose(info["frequency"], 2 / 12)
    assert (info["parent"] == -1).all()
    many = load("superposition", **SMALL | {"n_signals": 10_500})
    assert many["info"]["codes"].shape == (10_000, 12)


def test_zipf_correlation_and_hierarchy_reach_the_signals(load):
    dependence = {"correlation": 0.3, "n_groups": 2, "hierarchy": 2, "branching": 3}
    sizes = {"n_atoms": 40, "n_nonzero": 3, "n_signals": 10_000, "n_test": 20}
    law = {"firing": "zipf", "max_frequency": 0.5}
    data = load("superposition", **sizes, **law, **dependence)
    fires = data["info"]["codes"].toarray() > 0
    assert_frequencies(fires, data["info"]["frequency"])
    assert data["info"]["frequency"][0] == pytest.approx(0.5)
    parent = data["info"]["parent"]
    children = np.flatnonzero(parent >= 0)
    assert (
        len(children) and not (fires[:, children] & ~fires[:, parent[children]]).any()
    )
    alone = load("superposition", **sizes, **law)["info"]
    np.testing.assert_array_equal(alone["frequency"], data["info"]["frequency"])
    assert (alone["parent"] == -1).all()


def test_sigma_is_a_standard_deviation(load):
    sizes = SMALL | {"n_signals": 3000, "n_features": 8}
    noiseless, noisy, noisier = (
        load("superposition", **sizes, sigma=sigma) for sigma in (0, 0.1, 0.2)
    )
    noise = noisy["X"] - noiseless["X"]
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    assert noise.mean() == pytest.approx(0, abs=0.005)
    np.testing.assert_allclose(noisier["X"] - noiseless["X"], 2 * noise, atol=1e-6)


@pytest.mark.parametrize("on_disk", [False, True])
def test_signals_do_not_depend_on_how_many_there_are(load, on_disk):
    few = load("superposition", **SMALL, sigma=0.1)
    sizes = SMALL | {"n_signals": CHUNK + 100}
    many = load("superposition", **sizes, sigma=0.1, on_disk=on_disk)
    for key in ("D_true", "X_test"):
        np.testing.assert_array_equal(few[key], many[key])
    np.testing.assert_array_equal(few["X"], many["X"][:60])


def test_seeds_and_repetitions_differ(load):
    first, again, repeated, seeded = (
        load("superposition", **SMALL, **run)
        for run in ({}, {}, {"repetition": 1}, {"seed": 1})
    )
    for key in ("D_true", "X_test", "X"):
        np.testing.assert_array_equal(first[key], again[key])
        assert (first[key] != repeated[key]).any() and (first[key] != seeded[key]).any()
    assert (first["X"][:20] != first["X_test"]).any()


@pytest.mark.parametrize("n_learned", [7, 30])
def test_more_or_fewer_atoms_may_be_learned(load, n_learned):
    data = load("superposition", **SMALL, n_learned=n_learned)
    assert data["n_atoms"] == n_learned and len(data["D_true"]) == 12
    assert data["X"].shape == load("superposition", **SMALL)["X"].shape


def test_perturbed_true_atoms_must_be_as_many_as_are_learned(load):
    data = load("superposition", **SMALL, n_learned=7)
    Objective = Benchmark(ROOT).get_benchmark_objective()
    skipped, why = Objective.get_instance(init="perturbed").skip(**data)
    assert skipped and "as many true atoms" in why
    assert Objective.get_instance(init="perturbed").skip(
        **load("superposition", **SMALL)
    ) == (False, None)
    with pytest.raises(ValueError, match="the 12 true atoms, and n_atoms=7"):
        initial_dictionary(
            "perturbed", 7, (4,), np.random.default_rng(0), data["X"], "dense",
            data["D_true"],
        )  # fmt: skip


# On disk


def test_signals_on_disk_are_those_in_memory(load, folder, monkeypatch, capsys):
    sizes = SMALL | {"n_signals": 2 * CHUNK + 1}
    (expected, mapped) = (
        load("superposition", **sizes, sigma=0.1, on_disk=on_disk)
        for on_disk in (False, True)
    )
    assert isinstance(mapped["X"], np.memmap) and mapped["X"].dtype == np.float32
    np.testing.assert_array_equal(mapped["X"], expected["X"])
    (file,) = folder.iterdir()
    assert "GB of signals to" in capsys.readouterr().out
    # Another run maps the same file, and draws nothing.
    monkeypatch.setattr(kept_signals, "_write", None)
    written = file.stat().st_mtime_ns
    mapped = load("superposition", **sizes, sigma=0.1, on_disk=True, n_learned=5)
    np.testing.assert_array_equal(mapped["X"], expected["X"])
    assert file.stat().st_mtime_ns == written and capsys.readouterr().out == ""


def test_each_seed_and_parameter_has_its_own_file(load, folder):
    load("superposition", **SMALL, on_disk=True)
    load("superposition", **SMALL, on_disk=True, seed=1)
    load("superposition", **SMALL, on_disk=True, repetition=1)
    load("superposition", **SMALL, on_disk=True, codes="gaussian")
    assert len(list(folder.iterdir())) == 4


def test_signals_go_to_disk_where_they_are_many(load, make, monkeypatch):
    few = SMALL | {"n_features": 10, "n_signals": 100}
    module = type(make("superposition", **few)).get_data.__globals__
    assert module["IN_MEMORY"] == 2**30
    monkeypatch.setitem(module, "IN_MEMORY", 8 * 10 * 100)
    more = few | {"n_signals": 101}
    for parameters, on_disk in (
        (few, False),
        (more, True),
        (more | {"on_disk": False}, False),
    ):
        X = load("superposition", **parameters)["X"]
        assert isinstance(X, np.memmap) == on_disk


def blocks_of(X, fail=False):
    def blocks():
        yield X[:2]
        if fail:
            raise RuntimeError("no more")
        yield X[2:]

    return blocks


def test_a_file_is_whole_or_not_there(tmp_path):
    X = np.arange(12, dtype=np.float32).reshape(4, 3)
    with pytest.raises(RuntimeError, match="no more"):
        kept_signals.kept_signals(tmp_path, "a", (4, 3), blocks_of(X, fail=True))
    assert not list(tmp_path.iterdir())
    kept = kept_signals.kept_signals(tmp_path, "a", (4, 3), blocks_of(X))
    np.testing.assert_array_equal(kept, X)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-4])  # cut by something else
    kept = kept_signals.kept_signals(tmp_path, "a", (4, 3), blocks_of(X))
    np.testing.assert_array_equal(kept, X)


def test_what_a_killed_process_left_is_removed(tmp_path):
    X = np.ones((4, 3))
    kept_signals.kept_signals(tmp_path, "a", (4, 3), blocks_of(X))
    (file,) = tmp_path.iterdir()
    file.unlink()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, alive = (
        kept_signals._part(file, pid) for pid in (ended.pid, kept_signals.os.getppid())
    )
    left.touch(), alive.touch()
    kept_signals.kept_signals(tmp_path, "a", (4, 3), blocks_of(X))
    assert {path.name for path in tmp_path.iterdir()} == {file.name, alive.name}


def test_a_full_disk_is_an_error_that_says_what_is_needed(tmp_path, monkeypatch):
    usage = kept_signals.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(
        kept_signals.shutil, "disk_usage", lambda path: usage._replace(free=10**9)
    )
    with pytest.raises(OSError, match=r"4 GB.* 1 GB left: lower n_signals") as error:
        kept_signals.kept_signals(tmp_path, "a", (10**6, 1000), blocks_of(None))
    assert str(tmp_path) in str(error.value)
    assert not list(tmp_path.iterdir())


# Bad input


@pytest.mark.parametrize(
    "parameters, words",
    [
        ({"n_nonzero": 12}, r"n_nonzero, .* below n_atoms=12; got 12"),
        ({"max_frequency": 0.5}, r"max_frequency=0\.5 is for firing=zipf"),
        ({**ZIPF, "max_frequency": 0.1}, r"must be above 0\.167 and below 2"),
        (
            {"firing": "zipf", "n_nonzero": 8, "zipf_exponent": 1e-9}
            | {"max_frequency": 0.8, "n_atoms": 11},
            r"zipf_exponent=1e-09 is too small",
        ),
        ({**ZIPF, "n_nonzero": 6}, r"probability 1\.\d+, .* set max_frequency, or"),
        ({"correlation": 0.5}, r"n_groups=25 is too many for 12 atoms.* at most 6"),
        ({"hierarchy": 2}, r"hierarchy=2 needs firing=zipf"),
        ({**ZIPF, "hierarchy": 1, "branching": 1}, r"branching, .* >= 2.* got 1"),
    ],
)
def test_bad_parameters_are_named(load, parameters, words):
    with pytest.raises(ValueError, match=words):
        load("superposition", **SMALL | parameters)


@pytest.mark.parametrize(
    "parameters, unused",
    [
        ({}, []),
        ({"zipf_exponent": 0.7}, ["zipf_exponent=0.7"]),
        ({"n_groups": 3, "branching": 5}, ["n_groups=3", "branching=5"]),
        (ZIPF, []),
        ({**ZIPF, **TOGETHER, "n_groups": 2, "hierarchy": 1, "branching": 3}, []),
    ],
)
def test_parameters_without_an_effect_are_told(load, parameters, unused, recwarn):
    load("superposition", **SMALL | parameters)
    told = [str(w.message) for w in recwarn if "has no effect" in str(w.message)]
    assert len(told) == len(unused)
    assert all(name in text for name, text in zip(unused, told, strict=True))


def test_the_lasso_prefers_the_sum_of_an_atom_and_its_parent():
    # So a score of atoms that fire only with a parent says less of a method.
    law = {"law": "zipf", "zipf_exponent": 0.9, "depth": 1, "branching": 3}
    _, parent, firing = make_firing(60, 3, **law)
    D = draw_atoms(60, 40, 0)
    signals = Superposition(D, firing, "near_one", 0.0, 0)
    X = torch.as_tensor(signals.draw_signals(200, TRAINING))
    merged, child = D.copy(), parent != NO_PARENT
    merged[child] = unit_atoms(D[child] + D[parent[child]])

    def loss(D, lmbd):
        dictionary = make_dictionary("dense", D)
        return certified_codes(dictionary, X, lmbd, True).values.mean()

    assert loss(merged, 0.3) < 0.9 * loss(D, 0.3)
    assert loss(merged, 0.01) > 1.1 * loss(D, 0.01)


# A run


@pytest.mark.slow
def test_a_run_scores_solvers(tmp_path):
    sizes = "n_atoms=12,n_nonzero=2,n_signals=400,n_test=30"
    law = "firing=zipf,hierarchy=1,sigma=0.05,max_frequency=0.5"
    datasets = [
        f"superposition[{sizes},{law},{options}]"
        for options in ("n_learned=20,on_disk=True", "n_learned=9")
    ]
    solvers = ["-s", "Block-AM", "-s", "Online-SPAMS", "-n", 3, "-r", 1, "--no-plot"]
    folder = copy_benchmark(tmp_path)
    words = [word for dataset in datasets for word in ("-d", dataset)]
    results = run(folder, "superposition", *words, *solvers)
    last = results.groupby(["dataset_name", "solver_name"]).last()
    assert len(last) == 4
    assert np.isfinite(last["objective_test_loss"]).all()
    assert last["objective_recovery_score"].between(0.5, 1).all()
