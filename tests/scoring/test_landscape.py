"""Losses between and around dictionaries: the mathematics, the plots, a run."""

import re

import command_line
import fake_results as fake
import numpy as np
import pytest
import torch
from benchopt.results import save_results
from page_plots import few_page_data, load_plot, page_data
from problems import dense_problem
from sklearn.decomposition import sparse_encode

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.pages import minima, results, surfaces
from benchmark_utils.scoring import landscape
from benchmark_utils.scoring.scores import scores_between

LMBD = 0.1
CHOICE = {"dataset": "gaussian", "objective": "dictionary learning", "solver": "A"}


def norms(D):
    return np.linalg.norm(D.reshape(len(D), -1), axis=1)


def first_entries(D):
    """A loss that tells two dictionaries apart, and wants atoms of unit norm."""
    np.testing.assert_allclose(norms(D), 1)
    return D[0].ravel()[0] + 10 * D[1].ravel()[0]


@pytest.mark.parametrize("shape", [(7, 5), (7, 2, 9), (7, 1, 4, 4)])
def test_directions_have_the_norm_of_each_atom(shape):
    rng = np.random.default_rng(0)
    D = rng.standard_normal(shape) * np.arange(1, 8).reshape(-1, *[1] * len(shape[1:]))
    first, second = (landscape.filter_normalised(D, rng) for _ in range(2))
    np.testing.assert_allclose(norms(first), norms(D))
    np.testing.assert_allclose(norms(second), norms(D))
    assert np.abs(np.sum(first * second)) < 0.9 * np.sum(D * D)  # not the same one


def test_the_ends_of_a_line_are_the_two_dictionaries():
    D, other = fake.dictionary(4, 6), fake.dictionary(4, 6, seed=1)
    start, middle, end = landscape.line(first_entries, D, other, [0, 0.5, 1])
    assert start == pytest.approx(first_entries(D), rel=1e-12)
    assert end == pytest.approx(first_entries(other), rel=1e-12)
    half = first_entries(unit_atoms(D + other))
    assert middle == pytest.approx(half, rel=1e-12)


def test_a_line_through_zero_keeps_its_atoms():
    D = fake.dictionary(4, 6)
    (loss,) = landscape.line(first_entries, D, -D, [0.5])
    assert loss == pytest.approx(first_entries(D))


def test_a_plane_has_the_dictionary_at_its_centre_and_its_axes_in_order():
    D, rng = fake.dictionary(4, 6), np.random.default_rng(0)
    first, second = (landscape.filter_normalised(D, rng) for _ in range(2))
    steps = [-0.5, 0, 1]
    losses = landscape.plane(first_entries, D, (first, second), steps)
    assert losses[1, 1] == pytest.approx(first_entries(D), rel=1e-12)
    corner = first_entries(unit_atoms(D - 0.5 * first + second))
    assert losses[0, 2] == pytest.approx(corner, rel=1e-12)


def test_the_loss_of_a_network_is_that_of_its_layers():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2, 1, 12, 12))
    D = unit_atoms(rng.standard_normal((3, 1, 4, 4)))
    network = Unrolled(5, LMBD, "ista", positive=True)
    expected = network.loss(make_dictionary("conv", D), torch.tensor(X)) / 2
    loss = landscape.network_loss(X, LMBD, "conv", 5, "ista", True, torch.float64)
    assert loss(D) == pytest.approx(expected, rel=1e-12)


def test_the_certified_loss_is_that_of_another_lasso():
    X, _, D = dense_problem()
    Z = sparse_encode(X, D, algorithm="lasso_cd", alpha=LMBD, max_iter=10_000)
    expected = ((X - Z @ D) ** 2).sum() / 2 + LMBD * np.abs(Z).sum()
    loss = landscape.certified_loss(X, LMBD, "dense")(D)
    assert loss == pytest.approx(expected / len(X), rel=1e-3)
    deep = landscape.network_loss(X, LMBD, "dense", 2000, dtype=torch.float64)(D)
    assert deep == pytest.approx(loss, rel=1e-3)


def test_held_step_sizes_are_those_of_the_largest_lipschitz_constant():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((1, 1, 32, 32))
    alike = unit_atoms(1 + 0.1 * rng.standard_normal((8, 1, 5, 5)))  # a large L
    unlike = unit_atoms(rng.standard_normal((8, 1, 5, 5)))
    signals, dictionary = torch.tensor(X), make_dictionary("conv", alike)
    network = Unrolled(10, LMBD).with_lipschitz(dictionary.gram(signals).norm())

    def losses(*held_at):
        loss = landscape.network_loss(
            X, LMBD, "conv", 10, dtype=torch.float64, held_at=held_at
        )
        return [loss(alike), loss(unlike)]

    far = network.loss(make_dictionary("conv", unlike), signals)
    held = [network.loss(dictionary, signals), far]
    assert losses(alike) == pytest.approx(held, rel=1e-10)
    assert losses(unlike, alike) == pytest.approx(held, rel=1e-10)
    own = losses()
    assert own[0] == pytest.approx(held[0], rel=1e-10)
    assert own[1] < 0.99 * held[1]  # ten layers get farther with the smaller L


def test_matching_finds_order_and_signs_and_changes_no_loss():
    X, _, D = dense_problem()
    order = np.random.default_rng(1).permutation(len(D))
    signs = np.where(np.arange(len(D)) % 2, 1.0, -1.0)[:, None]
    other = signs * D[order]
    np.testing.assert_allclose(landscape.matched(D, other), D)
    loss = landscape.network_loss(X, LMBD, "dense", 10, dtype=torch.float64)
    far = fake.dictionary(*D.shape, seed=5)
    assert loss(landscape.matched(D, far)) == pytest.approx(loss(far), rel=1e-10)


def test_scores_between_dictionaries_are_those_of_each_pair():
    D, far = fake.dictionary(4, 200), fake.dictionary(4, 200, seed=1)
    same, *others = scores_between([D, -D[::-1], far])
    assert same == pytest.approx(1)
    assert len(others) == 2 and max(others) < 0.5


def minimum(rep, seed=0, n_layers=8):
    """Rows of a run that has kept its problem; `seed` draws the signals."""
    X, _, _ = dense_problem(seed=seed)
    D = fake.dictionary(15, X.shape[1], seed=10 + rep)
    problem = {"X": X, "lmbd": LMBD, "positive": False}
    final = {"D": D, "model": "dense", "problem": problem}
    rows = fake.run("A", [0.0, 1.0], rep, final=final)
    return rows.assign(p_solver_n_layers=n_layers, p_solver_algorithm="fista")


def test_pairs_are_of_one_problem_and_have_no_dictionary_twice():
    df = fake.table(*(minimum(rep) for rep in (3, 0, 1, 2)), minimum(4, seed=1))
    found = minima.find(df, **CHOICE)
    first, second = minima.pairs(found)
    expected = [fake.dictionary(15, 10, seed=10 + rep) for rep in range(4)]
    np.testing.assert_array_equal([m.D for m in (*first, *second)], expected)
    assert minima.pairs(found[3:]) == []  # other signals
    assert len(minima.pairs(found[:1] * 50)) == minima.N_PAIRS


def test_lines_of_a_result_start_and_end_on_the_losses_of_its_runs():
    df = fake.table(*map(minimum, range(4)))
    found = minima.find(df, **CHOICE)
    for way in ("as learned", "atoms matched"):
        curves = load_plot("loss_line").plot(df, **CHOICE, line=way)
        assert len(curves) == 2
        for curve, (start, end) in zip(curves, minima.pairs(found), strict=True):
            at = dict(zip(np.round(curve["x"], 6), curve["y"], strict=True))
            assert at[0] == pytest.approx(start.loss(end)(start.D), rel=1e-5)
            assert at[1] == pytest.approx(start.loss(end)(end.D), rel=1e-5)


def test_a_method_without_layers_is_seen_by_the_certified_loss():
    df = minimum(0, n_layers=np.nan)
    (found,) = minima.find(df, **CHOICE)
    expected = landscape.certified_loss(found.X, LMBD, "dense")(found.D)
    assert found.loss()(found.D) == pytest.approx(expected, rel=1e-12)
    (network,) = minima.find(minimum(0), **CHOICE)
    assert network.loss()(network.D) > expected


def test_a_plane_of_a_result_is_drawn_twice():
    df = minimum(0)
    (found,) = minima.find(df, **CHOICE)
    losses = minima.plane_around(found)
    centre = len(minima.STEPS) // 2
    assert losses[centre, centre] == pytest.approx(found.loss()(found.D), rel=1e-5)
    for card in load_plot("loss_plane").plot(df, **CHOICE):
        height, width, channels = card["image"].shape
        assert channels == 3 and height > 300 and width > 300
        assert 0 <= card["image"].min() < card["image"].max() <= 1


def test_robustness_has_a_box_for_each_snr():
    def run(snr, rep, psnr):
        atoms = {"D": fake.dictionary(4, 200, seed=rep if snr < 0 else 0)}
        rows = fake.run("A", [0.0, 1.0], rep, f"image[snr={snr}]", atoms)
        rows["objective_psnr_network"] = [1.0, psnr]
        return rows.assign(p_dataset_image="flower", p_dataset_snr=snr)

    df = fake.table(*(
        run(snr, rep, 20 + snr + rep) for snr in (10, -5) for rep in range(3)
    ))  # fmt: skip
    plot = load_plot("robustness")
    choice = {"image": "flower", "objective": CHOICE["objective"], "solver": "A"}
    low, high = plot.plot(df, **choice, metric="PSNR")
    assert (low["x"], low["y"]) == (["SNR -5 dB"], [[15, 16, 17]])
    assert (high["x"], high["y"]) == (["SNR 10 dB"], [[30, 31, 32]])
    spread, _ = plot.plot(df, **choice, metric="PSNR about its median")
    assert spread["y"] == [[-1, 0, 1]]
    apart, alike = plot.plot(df, **choice, metric="recovery between inits")
    assert max(apart["y"][0]) < 0.5 and len(apart["y"][0]) == 3
    np.testing.assert_allclose(alike["y"], 1)


def photographs():
    """Two runs of one SNR that have all that the three plots need."""
    psnr = {"objective_psnr": 20.0, "objective_psnr_network": 19.0}
    runs = [minimum(rep).assign(dataset_name="image[snr=0]", **psnr) for rep in (0, 1)]
    return fake.table(*runs).assign(p_dataset_image="flower", p_dataset_snr=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["robustness", "loss_line", "loss_plane"])
def test_no_column_is_missed(name, monkeypatch):
    monkeypatch.setattr(minima, "STEPS", minima.STEPS[::10])
    df = photographs()
    metrics = [column for column in df if column.startswith("objective_")]
    for missing in ([], metrics, *([column] for column in df)):
        table = df.drop(columns=missing)
        if missing:
            assert few_page_data(load_plot(name), name, table)
        else:
            figures = page_data(load_plot(name), name, table)
            assert not any("Nothing" in figure["title"] for figure in figures)


def test_surfaces_are_written_into_a_page_that_loads_nothing(tmp_path, capsys):
    path = save_results(minimum(0), tmp_path / "fake.parquet")
    surfaces.main([str(path)])
    target = tmp_path / "fake_surfaces.html"
    assert capsys.readouterr().out.splitlines()[-1] == str(target)
    html = target.read_text(encoding="utf-8")
    assert '"type":"surface"' in html and not re.search(r"<script[^>]* src=", html)


def test_results_without_signals_say_how_to_keep_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    save_results(fake.dense(), tmp_path / "fake.parquet")
    cases = {"landscape=True": ["fake.parquet"], "benchopt run": []}
    for remedy, arguments in cases.items():
        with pytest.raises(SystemExit) as end:
            surfaces.main(arguments)
        assert end.value.code == 1 and remedy in capsys.readouterr().err


def test_noise_is_new_in_each_repetition_unless_it_is_held(load):
    settings = {"size": 16, "n_atoms": 3, "atom_side": 4}
    X = [load("image", repetition=rep, **settings)["X"] for rep in (0, 1)]
    assert not np.array_equal(*X)
    settings["new_noise"] = False
    X = [load("image", repetition=rep, **settings)["X"] for rep in (0, 1)]
    np.testing.assert_array_equal(*X)


@pytest.mark.slow
def test_repetitions_of_a_run_differ_in_their_initial_dictionary_alone(tmp_path):
    folder = command_line.copy_benchmark(tmp_path)
    df = command_line.run(
        folder, "tiny", "-r", "2", "--max-runs", "2", "--no-plot",
        "-o", "*[landscape=True]", "-s", "DDL[n_layers=2]",
        "-d", "image[size=16,n_atoms=3,atom_side=4,new_noise=False]",
    )  # fmt: skip
    names = {kind: results.names(df, kind)[0] for kind in CHOICE}
    ((first, second),) = minima.pairs(minima.find(df, **names))
    assert first.n_layers == 2 and first.lmbd == LMBD
    assert not np.allclose(first.D, second.D)
    scores = df.groupby("idx_rep")["objective_value"].first()
    assert scores[0] != scores[1]
