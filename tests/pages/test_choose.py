"""The choice of λ and of the number of atoms: scores, the rule, and what it finds."""

import fake_results as fake
import numpy as np
import pytest
import torch
from benchopt.benchmark import Benchmark
from benchopt.results import read_results
from command_line import benchopt, copy_benchmark
from documents import ROOT
from page_plots import load_plot, page_data
from sklearn.linear_model import Lasso

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.pages import choose
from benchmark_utils.pages.grid_picture import grid_picture
from benchmark_utils.scoring.prediction import predicted_variance
from benchmark_utils.signals.synthetic import gaussian_atoms, sparse_signals

RNG = np.random.default_rng(0)
D_TRUE = gaussian_atoms(8, (12,), RNG)
X_TEST = sparse_signals(D_TRUE, 300, 0.2, 0.1, RNG)


def predicted(D, lmbd=0.1, model="dense", X=X_TEST, **options):
    return predicted_variance(model, D, torch.as_tensor(X), lmbd, **options)


# Hidden features


@pytest.mark.parametrize("positive", [False, True])
def test_it_is_what_other_code_finds(positive):
    lost = 0
    for fold in range(5):
        hidden = np.arange(fold, 12, 5)
        seen = np.setdiff1d(np.arange(12), hidden)
        lasso = Lasso(0.1 / len(seen), fit_intercept=False, positive=positive, tol=1e-9)
        codes = lasso.fit(D_TRUE[:, seen].T, X_TEST[:, seen].T).coef_
        lost += ((X_TEST[:, hidden] - codes @ D_TRUE[:, hidden]) ** 2).sum()
    expected = 1 - lost / ((X_TEST - X_TEST.mean(axis=0)) ** 2).sum()
    score, error = predicted(D_TRUE, positive=positive)
    assert score == pytest.approx(expected, abs=2e-3)
    assert 0 < error < 0.06


def test_random_atoms_predict_nothing_however_small_lambda_is():
    for n_atoms in (8, 40):
        D = unit_atoms(np.random.default_rng(1).standard_normal((n_atoms, 12)))
        for lmbd in (0.01, 0.1, 1.0):
            score, error = predicted(D, lmbd)
            assert score < error
    assert predicted(D_TRUE, 0.05)[0] > 0.6


def test_the_error_is_that_of_other_signals():
    draws = [sparse_signals(D_TRUE, 300, 0.2, 0.1, RNG) for _ in range(40)]
    found = np.array([predicted(D_TRUE, X=X) for X in draws])
    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(), rel=0.35)


def test_atoms_of_rank_one_are_as_their_kernels():
    u, v = (unit_atoms(RNG.standard_normal((3, n))) for n in (6, 15))
    D = u[:, :, None] * v[:, None, :]
    X = RNG.standard_normal((2, 6, 120))
    found = [predicted(D, 0.5, model, X) for model in ("rank1", "conv")]
    np.testing.assert_allclose(found[0], found[1], atol=1e-3)


def test_one_channel_cannot_be_hidden():
    D = np.ones((2, 1, 3)) / 3**0.5
    assert np.isnan(predicted(D, 1, "conv", np.ones((1, 1, 9)))).all()


# The rule


def grid(**cells):
    """A table of settings: (predicted, error, stability) by "n_reg"."""
    runs = []
    for key, (score, error, stability) in cells.items():
        n_atoms, reg = key.removeprefix("n").split("_")
        for rep in range(2):
            # Two dictionaries that agree to a given correlation, atom by atom.
            D = np.eye(int(n_atoms), 30)
            if rep:
                D = stability * D + (1 - stability**2) ** 0.5 * np.roll(D, 15, axis=1)
            final = {"D": D, "usage": np.ones(len(D)), "prediction": (score, error)}
            one = fake.run("A", [0.0, 1.0], rep, f"d[n_atoms={n_atoms}]", final)
            runs.append(
                one.assign(p_obj_reg=float(reg), objective_name=f"o[reg={reg}]")
            )
    df = fake.table(*runs)
    return df, choose.settings(df, "d", "o", "A")


def test_the_settings_are_means_over_seeds():
    df, table = grid(n4_1=(0.5, 0.01, 0.9), n6_1=(0.6, 0.02, 0.7))
    assert choose.grids(df, "dataset") == ["d"] and choose.grids(df, "objective") == [
        "o"
    ]
    row = table.loc[(6, 1.0)]
    assert row[["predicted", "error", "n_seeds"]].tolist() == [0.6, 0.02, 2]
    assert row["stability"] == pytest.approx(0.7)
    assert row["density"] == pytest.approx(0.2)


def test_the_fewest_atoms_within_an_error_of_the_best_are_chosen():
    _, table = grid(
        n4_1=(0.50, 0.02, 1.0), n6_1=(0.59, 0.02, 0.9), n6_2=(0.585, 0.02, 0.9),
        n8_1=(0.60, 0.02, 0.9), n9_2=(0.4, 0.02, 0.9),
    )  # fmt: skip
    assert choose.recommended(table) == (6, 2.0)
    words = choose.answer(table)
    assert words.startswith(
        "Recommended: n_atoms=6, reg=2. Codes predict 58% of hidden"
    )
    assert "best 60% ± 2.0%" in words and "2 seeds agree to 0.90" in words
    assert words.endswith("At the edge of the grid: try larger reg too")


def test_atoms_that_change_with_the_seed_are_not_recommended():
    _, table = grid(n4_1=(0.60, 0.02, 0.5), n6_1=(0.59, 0.02, 0.9))
    assert choose.recommended(table) == (6, 1.0)
    _, table = grid(n4_1=(0.60, 0.02, 0.5), n6_1=(0.3, 0.02, 0.9))
    assert choose.recommended(table) is None
    assert "n_atoms=4, reg=1 predicts best, and its atoms change" in choose.answer(
        table
    )


def test_atoms_that_predict_nothing_are_not_recommended():
    _, table = grid(n4_1=(0.01, 0.02, 1.0), n6_1=(-0.3, 0.02, 1.0))
    assert choose.recommended(table) is None
    assert choose.answer(table).startswith("No recommendation: at no setting do")


def test_repetitions_on_other_signals_have_no_stability():
    df, _ = grid(n4_1=(0.6, 0.02, 1.0))
    for rep, final in enumerate(f for f in df["final_results"] if f):
        final["D_true"] = np.eye(4) + rep
    table = choose.settings(df, "d", "o", "A")
    assert np.isnan(table["stability"]).all()
    assert "repetitions on the same signals" in choose.answer(table)


def test_rank_one_atoms_agree_by_map_and_waveform():
    u, v = np.eye(3, 6), np.eye(3, 8)
    late = np.roll(v, 2, axis=1)
    runs = [
        fake.run("A", [0.0, 1.0], k, "d[n_atoms=3]",
                 {"u": sign * u[::step], "v": wave[::step], "usage": np.ones(3),
                  "prediction": (0.5, 0.01)}).assign(p_obj_reg=1.0)
        for k, (sign, step, wave) in enumerate([(1, 1, v), (-1, -1, late)])
    ]  # fmt: skip
    table = choose.settings(fake.table(*runs), "d", "dictionary learning", "A")
    assert table["stability"].item() == pytest.approx(1)


def test_the_picture_and_the_view_show_the_grid():
    df, table = grid(n4_1=(0.5, 0.02, 1.0), n6_1=(0.6, 0.02, 0.9), n6_2=(-9, 0.02, 0.9))
    picture = grid_picture(table, (6, 1.0))
    assert picture.shape[2] == 3 and 0 <= picture.min() < picture.max() <= 1
    (shown,) = page_data(load_plot("choose"), "choose", df)
    assert shown["title"].startswith("Recommended: n_atoms=6, reg=1")


# Where the truth is known


@pytest.mark.slow
def test_the_rule_finds_the_true_number_of_atoms(tmp_path):
    folder = copy_benchmark(tmp_path)
    rng = np.random.default_rng(0)
    D = gaussian_atoms(8, (12,), rng)
    np.save(tmp_path / "x.npy", sparse_signals(D, 1200, 0.2, 0.1, rng))
    data = f"from_file[path='{tmp_path}/x.npy',n_atoms=[5,8,12],test_fraction=0.25]"
    objective = "*[reg=[0.05,0.1,0.8],init=data,predict=True]"
    done = benchopt(
        folder, "run", ".", "-d", data, "-o", objective, "-s", "Block-AM", "-n", "14",
        "-r", "2", "--no-plot", "--seed", "0", "--output", "x", "--no-timeout",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    df = read_results(folder / "outputs" / "x.parquet")
    (name,) = choose.grids(df, "dataset")
    (other,) = choose.grids(df, "objective")
    table = choose.settings(df, name, other, df["solver_name"].iloc[0])
    assert len(table) == 9 and table["stability"].loc[(8, 0.1)] > 0.99
    n_atoms, reg = choose.recommended(table)
    assert n_atoms == 8 and reg in (0.05, 0.1)


def test_without_held_out_signals_the_run_is_skipped():
    Objective = Benchmark(ROOT).get_benchmark_objective()
    skipped, why = Objective.get_instance(predict=True).skip(X=X_TEST)
    assert skipped and "test_fraction=0.2" in why
    assert not Objective.get_instance(predict=True).skip(X=X_TEST, X_test=X_TEST)[0]
