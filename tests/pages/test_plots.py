"""The plots of the result page: nothing raises, and worked cases come out exact."""

import weakref

import fake_results as fake
import numpy as np
import pytest
import yaml
from benchopt.benchmark import Benchmark
from benchopt.plotting import _check_view
from documents import ROOT
from page_plots import HERE, few_page_data, named_page_data, page_data
from page_plots import load_plot as load

from benchmark_utils.pages import activations, columns, levels, page, pictures, results

NAMES = sorted(path.stem for path in (ROOT / "plots").glob("*.py"))
SCALES = ("linear", "semilog-x", "semilog-y", "loglog")
SCORE = {**HERE, "metric": "recovery score"}


def without(df, pattern):
    """Return a table without the columns whose name contains `pattern`."""
    return df[[column for column in df if pattern not in column]]


def all_nan(df):
    metrics = {column: np.nan for column in df if column.startswith("objective_")}
    return df.assign(**{**metrics, "objective_name": "o"}, final_results=np.nan)


def two_objectives(df):
    """Return two datasets, each under its own objective: some choices are void."""
    return fake.table(df, fake.patches().assign(objective_name="another"))


TABLES = {
    "dense": fake.dense(),
    "one repetition": fake.dense(n_reps=1),
    "one evaluation": fake.dense(n_reps=1, n_points=1),
    "patches": fake.patches(),
    "recordings": fake.recordings(),
    "recordings without a reference": fake.recordings(reference=None),
    "both": fake.table(fake.dense(), fake.patches()),
    "void choices": two_objectives(fake.dense(n_reps=1)),
    "no metrics": without(without(fake.dense(), "objective_"), "final"),
    "no columns": fake.dense()[[]],
    "no rows": fake.dense()[:0],
    "all NaN": all_nan(fake.dense()),
    "no final results": without(fake.dense(), "final_results"),
    "empty final results": fake.run("A", [0.0, 1.0], final={}),
    "final results without extras": fake.run("A", [0.0], final={"D": np.eye(3)}),
    "diverged": fake.run("A", [0.0, 1.0], final={"D": np.full((3, 3), np.nan)},
                         value=[1, np.inf], recovery_score=[0.5, np.nan]),
    "no sensors": fake.run("A", [0.0], final={"u": np.eye(3), "v": np.eye(3)}),
    "no time": fake.dense().assign(time=np.nan),
    "metrics that are arrays": fake.dense().assign(
        objective_psnr=[np.ones(2)] * len(fake.dense())
    ),
}  # fmt: skip
# All choices of the menus with each other; of other tables, each of them once.
WHOLE = ("dense", "patches", "recordings", "void choices")


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", NAMES)
def test_no_table_breaks_the_page(name, table):
    drawn = page_data if table in WHOLE else few_page_data
    for shown in drawn(load(name), name, TABLES[table]):
        assert_can_be_drawn(shown)


def assert_can_be_drawn(shown):
    labels = [item["label"] for item in shown["data"] if isinstance(item, dict)]
    assert len(labels) == len(set(labels))
    if shown["type"] == "boxplot":
        assert isinstance(shown["data"][0]["x"][0], str)  # read by the page
    if shown["type"] == "image":
        images = [item["image"] for item in shown["data"]]
        assert images and "__incompatible__" not in images
        assert "<br" not in shown["title"]  # titles of images know no markup
    if shown["type"] == "scatter" and shown["scale"] in ("loglog", "semilog-y"):
        # A signed difference has no place on a logarithmic axis.
        assert all(y > 0 for curve in shown["data"] for y in curve["y"])
    assert ("Nothing to show" in shown["title"]) == is_empty(shown)


def is_empty(shown):
    if shown["type"] == "boxplot":
        return not shown["data"][0]["y"][0]
    if shown["type"] == "image":
        return shown["data"][0]["image"] is None
    return not shown["data"]


class EachKeyOnce(yaml.SafeLoader):
    """Of a key that stands twice, YAML silently forgets the first."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep) for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return super().construct_mapping(node, deep)


@pytest.mark.filterwarnings("error:View:UserWarning")
def test_benchopt_accepts_the_plots_and_the_views():
    benchmark = Benchmark(ROOT)
    benchmark.check_plots()
    config = yaml.load((ROOT / "config.yml").read_text(), EachKeyOnce)
    assert set(config["plots"]) <= set(benchmark.get_plot_names())
    assert set(NAMES) <= set(config["plots"])
    for view, options in config["plot_configs"].items():
        _check_view(view, options, benchmark.get_plots())  # warns if one is wrong
        plot = load(options["plot_kind"])
        assert ("scale" in options) == (plot.type not in ("image", "table"))
        for key, value in options.items():
            if key == "scale":
                assert value in SCALES
            elif key == "with_quantiles":
                assert isinstance(value, bool)
            elif key != "plot_kind":
                assert value in plot.options[key.removeprefix(f"{plot.name}_")]


def test_bands_are_off_where_each_solver_has_a_curve_and_on_in_the_other_views():
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    drawn = {
        view["plot_kind"]: view.get("with_quantiles")
        for view in config["plot_configs"].values()
    }
    # A view that does not say it has that of the view before.
    off = {"loss_curve", "loss_gap", "recovery_curve"}
    on = {"layers", "quality_by_density", "time_by_lmbd"}
    assert {kind for kind, shown in drawn.items() if shown is False} == off
    assert {kind for kind, shown in drawn.items() if shown is True} == on


@pytest.mark.parametrize(
    "name",
    ["atoms", "atom_usage", "denoising", "topographies", "activations", "atom_names"],
)
def test_views_of_one_repetition_say_so(name):
    plot = load(name)
    for n in (1, 3):
        df = fake.table(*(fake.run("A", [0.0, 1.0], rep) for rep in range(n)))
        menus = {k: v(df) if callable(v) else v for k, v in plot.options.items()}
        title = plot.get_metadata(df, **{k: v[0] for k, v in menus.items()})["title"]
        assert ("first of 3 repetitions" in title) == (n == 3), title


# One solver, three repetitions; the last stops after its second evaluation.
WORKED = fake.table(
    fake.run("A", [0.0, 1.0, 3.0], 0, recovery_score=[0.5, 0.7, 0.98]),
    fake.run("A", [0.0, 2.0, 5.0], 1, recovery_score=[0.4, 0.8, 0.96]),
    fake.run("A", [0.3, 4.0], 2, recovery_score=[0.3, 0.9]),  # 0.3 s of set-up
)


def test_a_table_is_read_once_and_forgotten_with_it():
    table = fake.dense()
    names = columns.solvers(table)
    assert columns.solvers(table) is names
    other = table.assign(solver_name="another")
    assert set(columns.solvers(other)) == {"another"}
    kept = weakref.ref(names)
    del table, names
    assert kept() is None


def test_recovery_curve_is_the_median_and_the_decile_band():
    curve, initial = load("recovery_curve").plot(WORKED, **SCORE, x_axis="time")
    # Of the second and third evaluation; the first, before any step, is not shown.
    np.testing.assert_allclose(curve["x"], [2, 4])
    np.testing.assert_allclose(curve["y"], [0.8, 0.96])
    # At 10 % of three sorted values a, b, c: a + 0.2 (b - a).
    np.testing.assert_allclose(curve["y_low"], [0.72, 0.912])
    np.testing.assert_allclose(curve["y_high"], [0.88, 0.976])
    # The initial dictionary is no method: 0.5, 0.4 and 0.3 at the start.
    assert initial["label"] == "initial dictionary"
    np.testing.assert_allclose([initial["x"], initial["y"]], [[2, 4], [0.4, 0.4]])


def test_one_repetition_has_no_band():
    one = fake.dense(n_reps=1)
    *curves, _ = load("recovery_curve").plot(one, **SCORE, x_axis="n_steps")
    for curve in curves:
        assert curve["x"] == [n**2 for n in range(1, 8)]
        assert "y_low" not in curve and "y_high" not in curve


def test_an_evaluation_before_the_first_step_alone_is_still_shown():
    plot, choice = load("recovery_curve"), {**SCORE, "x_axis": "time"}
    curves = plot.plot(TABLES["one evaluation"], **choice)
    assert [curve["x"] for curve in curves] == [[0], [0], [0]]
    assert plot.get_metadata(TABLES["one evaluation"], **choice)["scale"] == "linear"


def test_without_a_count_of_steps_the_evaluations_are_counted():
    df = without(WORKED, "n_steps")
    curve, _ = load("recovery_curve").plot(df, **SCORE, x_axis="n_steps")
    assert curve["x"] == [1, 2]


@pytest.mark.parametrize(
    ("times", "scores", "expected"),
    [
        ([0, 1, 3], [0.5, 0.9, 1.0], 2.0),  # half-way from 0.9 to 1
        ([0, 1, 3], [0.5, 0.95, 1.0], 1.0),  # exactly at an evaluation
        ([0.2, 1], [0.99, 1.0], 0.0),  # so was the initial dictionary
        ([0, 1, 2], [0.5, 0.96, 0.6], 45 / 46),  # the first time, not the last
        ([0, 1, 2], [0.85, np.nan, 1.0], 2 * 10 / 15),  # an evaluation without score
        ([0, 1], [0.5, 0.94], np.inf),
        ([0, 1], [np.nan, np.nan], np.inf),
    ],
)
def test_time_to_recovery_is_exact(times, scores, expected):
    df = fake.run("A", np.array(times, dtype=float), recovery_score=scores)
    rows = results.select(df, **HERE)
    assert levels.time_to(rows, 0.95) == pytest.approx(expected, rel=1e-12)


def test_runs_that_miss_the_level_are_shown_as_such():
    plot = load("time_to_recovery")
    (bar,) = plot.plot(WORKED, **HERE, level=0.8)
    assert (bar["text"], bar["label"]) == ("", "A")
    np.testing.assert_allclose(bar["y"], [1 + 2 * 10 / 28, 2, 4 * 5 / 6])
    (bar,) = plot.plot(WORKED, **HERE, level=0.95)
    assert bar["text"] == "2 of 3 runs"
    assert bar["label"] == "A<br>not reached in 4 s by the others"
    np.testing.assert_allclose(bar["y"], [1 + 2 * 25 / 28, 2 + 3 * 15 / 16, 4])
    (bar,) = plot.plot(WORKED, **HERE, level=0.99)
    assert (bar["text"], bar["label"]) == ("not reached", "A<br>not reached in 5 s")
    np.testing.assert_allclose(bar["y"], [3, 5, 4])


def test_final_recovery_takes_the_last_score_of_each_run():
    (box,) = load("final_recovery").plot(WORKED, **HERE)
    assert (box["x"], box["y"]) == (["A"], [[0.98, 0.96, 0.9]])


def test_without_a_true_dictionary_the_page_opens_on_the_loss():
    plot = load("recovery_curve")
    choice = {**SCORE, "dataset": "image_patches", "x_axis": "time"}
    curves = plot.plot(fake.patches(), **choice)
    metadata = plot.get_metadata(fake.patches(), **choice)
    np.testing.assert_allclose(curves[0]["y"], np.geomspace(30, 1, 6)[1:])
    assert metadata["ylabel"] == "training loss"
    assert metadata["title"].startswith("No recovery score is known: training loss")


def test_data_sets_that_can_be_shown_come_first():
    df = fake.table(fake.patches(), fake.dense())
    assert results.names(df, "dataset") == ["image_patches", "gaussian"]
    known_first = results.names(df, "dataset", having="recovery_score")
    assert known_first == ["gaussian", "image_patches"]


def test_a_view_has_one_scale_on_all_data():
    plot = load("loss_curve")
    choice = {"objective": "dictionary learning", "x_axis": "time"}
    wide = plot.get_metadata(
        fake.patches(), dataset="image_patches", metric="test loss", **choice
    )
    assert (wide["ylabel"], wide["scale"]) == ("training loss", "semilog-x")
    narrow = plot.get_metadata(
        fake.dense(), dataset="gaussian", metric="test loss", **choice
    )
    assert (narrow["ylabel"], narrow["scale"]) == ("test loss", "semilog-x")


def test_long_names_are_wrapped_between_parameters():
    solver = "Stochastic-DDL[N=30,K=None,batch=500,epochs=10x100]"
    assert page.wrap(solver, "|") == (
        "Stochastic-DDL [N=30,|K=None, batch=500,|epochs=10x100]"
    )
    assert page.wrap("K-SVD") == "K-SVD"


def test_solvers_keep_their_colour():
    *curves, _ = load("recovery_curve").plot(fake.dense(), **SCORE, x_axis="time")
    bars = load("time_to_recovery").plot(fake.dense(), **HERE, level=0.8)
    boxes = load("final_recovery").plot(fake.dense(), **HERE)
    colours = [item["color"][:3] for item in curves]
    assert len(set(colours)) == 3
    assert colours == [item["color"][:3] for item in bars]
    assert colours == [item["color"][:3] for item in boxes]


def test_summary_is_the_median_of_the_ends_with_the_best_in_bold():
    df = fake.table(
        WORKED.assign(objective_n_steps=7),
        fake.run("B", [0.0, 2.0], recovery_score=[0.2, 0.94]),
        fake.run("C", [0.0, 2.0]),
    )
    plot = load("summary_table")
    columns = plot.get_metadata(df, **HERE)["columns"]
    a, b, c = (dict(zip(columns, row, strict=True)) for row in plot.plot(df, **HERE))
    recovery = [row["recovery score"] for row in (a, b, c)]
    assert recovery == ["**0.96**", 0.94, "–"]
    assert (a["steps"], a["time (s)"], a["test loss"]) == (7, 4.0, 3.5)
    assert a["time to recovery 0.95 (s)"] == 4.81  # 2 + 3 * 15 / 16
    assert b["time to recovery 0.95 (s)"] == "> 2"
    assert "PSNR (dB)" not in columns


def test_summary_has_whole_steps_and_as_many_digits_as_a_reader_needs():
    ends = {"A": (12, 0.123456, 7.12341), "B": (395, 0.123111, 7.12339)}
    df = fake.table(*(
        fake.run(
            name, [0.0, 1.23456], rep, n_steps=steps + rep, density=share,
            value=loss, dead_atoms=rep, recovery_score=0.99951 + rep / 10_000,
        )
        for name, (steps, share, loss) in ends.items() for rep in range(2)
    ))  # fmt: skip
    plot = load("summary_table")
    columns = plot.get_metadata(df, **HERE)["columns"]
    a, b = (dict(zip(columns, row, strict=True)) for row in plot.plot(df, **HERE))
    assert (a["steps"], b["steps"]) == (13, 396) and type(a["steps"]) is int
    assert (a["density of codes"], a["time (s)"]) == (0.123, 1.23)
    # What looks alike is equally good.
    assert a["training loss"] == b["training loss"] == 7.123
    assert a["dead atoms (number)"] == 1 and a["recovery score"] == 1


@pytest.mark.parametrize(
    "value, digits, shown",
    [
        (203.5, 0, 204), (203.5, 3, 204), (12_345.6, 3, 12_346), (0.0123456, 3, 0.0123),
        (-1.23456, 3, -1.23), (999.6, 3, 1000), (2.0, 3, 2), (7.12341, 4, 7.123),
    ],
)  # fmt: skip
def test_cells_are_rounded_to_significant_digits(value, digits, shown):
    found = page.rounded(value, digits)
    assert found == shown and type(found) is type(shown)


def test_atoms_of_patches_are_sorted_by_use_around_mid_gray():
    D = np.array([[0.0, 0, 0, 0], [1, 2, -4, 0], [1, 1, 1, -1]])
    final = {"D": D, "patch_shape": (2, 2), "usage": np.array([0, 0.1, 0.7])}
    df = fake.run("A", [0.0], final=final)
    (card,) = load("atoms").plot(df, **HERE, frames="evolution")
    small = card["image"][
        :: card["image"].shape[0] // 7, :: card["image"].shape[1] // 7
    ]
    np.testing.assert_array_equal(small[1:3, 1:3], [[1, 1], [1, 0]])
    np.testing.assert_array_equal(small[1:3, 4:6], [[0.625, 0.75], [0, 0.5]])
    np.testing.assert_array_equal(small[4:6, 1:3], 0.5)  # a dead atom is gray


def test_atoms_move_where_their_history_was_recorded():
    stills = load("atoms").plot(fake.dense(1), **HERE, frames="final")
    assert len(stills) == 6  # D and its correlations, for each of three solvers
    cards = load("atoms").plot(fake.dense(1), **HERE, frames="evolution")
    assert len(cards) == 3  # the correlations
    history = fake.dense(1)["final_results"].dropna().iloc[0]["D_history"]
    for card in cards:
        assert len(card["image"]) > len(history)  # the end is held for a while
        assert not np.array_equal(card["image"][0], card["image"][-1])
        np.testing.assert_array_equal(card["image"][-2], card["image"][-1])


def wide(n_atoms=300):
    """Return a result of more atoms than a picture shows; atom 7 is used most."""
    D = fake.dictionary(n_atoms, 12)
    final = {
        "D": D, "D_true": D[::-1], "usage": 1.0 * (np.arange(n_atoms) == 7),
        "D_history": [np.roll(D, 1, axis=0), D],
    }  # fmt: skip
    return fake.run("A", [0.0, 1.0], final=final, n_steps=[0, 1])


def test_of_many_atoms_the_most_used_are_shown_and_all_can_be_seen():
    some = load("atoms").plot(wide(), **HERE, frames="final")
    assert ["100 of 300 atoms" in card["label"] for card in some] == [True, True]
    D = wide()["final_results"].iloc[-1]["D"]
    shown = D[[7, *range(7), *range(8, 100)]]  # the most used one first
    expected = pictures.signed_matrix(shown, 31)
    enlarged = some[0]["image"]
    factor = len(enlarged) // 100
    np.testing.assert_array_equal(enlarged[::factor, ::factor], expected)
    everything = load("atoms").plot(wide(), **HERE, frames="all atoms")
    assert [" 300 atoms" in card["label"] for card in everything] == [True, True]
    # In 5 strips of 60 atoms with 12 features and a white line on both sides.
    matrix = everything[0]["image"]
    factor = len(matrix) // 60
    assert matrix.shape == (60 * factor, 5 * 14 * factor, 3)
    second = matrix[::factor, 14 * factor : 28 * factor : factor][:, 1:-1]
    whole = pictures.signed_matrix(D, 7)
    np.testing.assert_array_equal(second, whole[60:120])


def test_labels_say_what_stands_for_many_atoms():
    def said(table, frames):
        cards = load("atoms").plot(table, **HERE, frames=frames)
        return [card["label"].split("\n", 1)[1] for card in cards]

    assert said(wide(60), "final") == [
        "D: 60 atoms, one a row",
        "correlations of 60 atoms with the 60 true atoms",
    ]
    assert said(wide(), "final") == [
        "D: 100 of 300 atoms, one a row",
        "correlations of 100 of 300 atoms with the true atoms they match",
    ]
    assert said(wide(), "all atoms") == [
        "D: 300 atoms, one a row, in strips",
        "correlations of 300 atoms with the true atoms they match; "
        "a pixel is the largest of 3 x 3",
    ]


def test_a_pixel_of_a_block_is_its_largest_entry_with_its_sign():
    M = np.array([[1.0, -3, 0, 0.5], [2, 0, 0, 0], [-1, 0, 0, -2]])
    blocks = pictures.largest_of_blocks(M, 2)
    np.testing.assert_array_equal(blocks, [[-3, 0.5], [-1, -2]])
    np.testing.assert_array_equal(pictures.largest_of_blocks(M, 1), M)


def test_initial_atoms_stand_beside_the_learned_ones_that_they_match():
    before, after = load("atoms").plot(wide(60), **HERE, frames="before and after")
    assert before["label"].endswith("\nbefore")
    assert after["label"].endswith("\nafter")
    # The initial dictionary is the learned one in another order.
    np.testing.assert_allclose(before["image"], after["image"])


@pytest.mark.parametrize("frames", ["before and after", "evolution"])
@pytest.mark.parametrize("history", [None, "absent"])
def test_without_earlier_atoms_the_learned_ones_are_shown_and_it_is_said(
    frames, history
):
    table = wide(60)
    final = dict(table["final_results"].iloc[-1])
    final.pop("D_history")
    if history is None:
        final["D_history"] = None
    table.at[table.index[-1], "final_results"] = final
    (card,) = load("atoms").plot(table, **HERE, frames=frames)
    (_, learned) = load("atoms").plot(wide(60), **HERE, frames="final")
    np.testing.assert_array_equal(card["image"], learned["image"])
    assert card["label"].endswith("(no earlier atoms were recorded)")


@pytest.mark.parametrize("frames", ["final", "all atoms", "before and after"])
def test_pictures_of_a_thousand_atoms_of_a_superposition_stay_small(frames):
    D = fake.dictionary(1000, 93)
    final = {"D": D, "D_true": D[::-1], "D_history": [D[::2].repeat(2, axis=0), D]}
    table = fake.run("A", [0.0], final=final)
    (shown,) = [
        figure
        for choice, figure in named_page_data(load("atoms"), "atoms", table)
        if choice.endswith(frames)
    ]
    # Ten methods: less than a megabyte.
    assert len(str(shown)) < 100_000


def test_a_recovered_dictionary_shows_as_a_diagonal():
    D_true = fake.dictionary(6, 10)
    order = [3, 0, 5, 1, 4, 2]
    D = np.concatenate([-D_true[order], fake.dictionary(2, 10, seed=1)])
    shown = pictures.correlation_matrix(D, D_true)
    brightness = shown.sum(axis=-1)
    assert shown.shape == (8, 6, 3)
    np.testing.assert_array_equal(brightness.argmax(axis=1)[:6], np.arange(6))
    np.testing.assert_allclose(brightness[range(6), range(6)], brightness.max())


@pytest.mark.parametrize(
    ("shape", "patch_shape", "expected"),
    [
        ((5, 12), (3, 4), (5, 3, 4)),
        ((5, 12), (2, 2, 3), (5, 2, 2, 3)),
        ((5, 1, 8, 8), None, (5, 8, 8)),
        ((5, 3, 8, 6), None, (5, 8, 6, 3)),
        ((5, 4, 8, 6), None, (5, 8, 24)),
        ((5, 10, 30), None, (5, 10, 30)),
    ],
)
def test_atoms_of_every_model_become_pictures(shape, patch_shape, expected):
    D = np.random.default_rng(0).standard_normal(shape)
    shown = pictures.atom_pictures(D, patch_shape)
    assert shown.shape == expected
    assert shown.min() >= 0 and shown.max() <= 1
    grid = pictures.mosaic(shown)
    assert grid.shape[2:] == expected[3:]
    assert grid.shape[0] * grid.shape[1] >= shown[..., :1].size if grid.ndim == 3 else 1


def test_dense_atoms_without_a_matching_patch_shape_are_no_pictures():
    assert pictures.atom_pictures(np.ones((5, 12))) is None
    assert pictures.atom_pictures(np.ones((5, 12)), (5, 5)) is None


def test_denoised_pictures_carry_their_psnr_best_first():
    clean = np.full((8, 8), 0.5)
    final = {"clean": clean, "noisy": clean + 0.1}
    df = fake.table(
        fake.run("A", [0.0, 1.0], final={**final, "denoised": clean - 0.05}),
        fake.run("B", [0.0, 1.0], final={**final, "denoised": clean + 0.01}),
    )
    cards = load("denoising").plot(df, **HERE)
    labels = [card["label"].split("\nnoisy")[0] for card in cards]
    assert labels == [
        "noisy\nPSNR 20.00 dB", "clean", "noise of the noisy picture\nσ = 0.1", "",
        "B\nPSNR 40.00 dB", "B", "A\nPSNR 26.02 dB", "A",
    ]  # fmt: skip


def test_residuals_of_denoising_are_in_units_of_the_noise():
    clean = np.full((8, 8), 0.5)
    noise = 0.1 * np.where(np.indices((8, 8)).sum(axis=0) % 2, 1, -1)
    final = {"clean": clean, "noisy": clean + noise, "denoised": clean + noise / 2}
    df = fake.run("A", [0.0, 1.0], final=final)
    *_, card = load("denoising").plot(df, **HERE)
    assert card["label"] == "A\nnoisy − denoised, 0.50 σ"
    # Mid-gray is zero; ±3 σ are black and white, in 33 shades.
    small = card["image"][:: card["image"].shape[0] // 8]
    np.testing.assert_allclose(np.unique(small), [0.5 - 3 / 32, 0.5 + 3 / 32])


def test_quality_by_density_has_a_point_a_lmbd():
    runs = [
        fake.run(
            "A", [0.0, 1.0], rep, density=[0.9, density], explained_variance=[0, share]
        ).assign(objective_name=f"o[reg={reg},init=data]", p_obj_reg=reg)
        for reg, density, share in ((0.1, 0.4, 0.9), (0.2, 0.2, 0.8), (0.4, 0.1, 0.6))
        for rep in range(2)
    ]
    table = fake.table(*runs, fake.run("B", [0.0, 1.0]).assign(p_obj_reg=0.1))
    plot = load("quality_by_density")
    assert plot.options["objective"](table) == ["o[init=data]", "dictionary learning"]
    choice = {
        "dataset": "gaussian", "objective": "o[init=data]",
        "quality": "explained variance", "sparsity": "density",
    }  # fmt: skip
    (curve,) = plot.plot(table, **choice)
    assert (curve["x"], curve["y"]) == ([0.1, 0.2, 0.4], [0.6, 0.8, 0.9])
    title = plot.get_metadata(table, **choice)["title"]
    assert "λ = 0.1, 0.2, 0.4 from right to left" in title
    one = {**choice, "objective": "dictionary learning"}
    assert plot.plot(table, **one) == []
    assert "needs runs with several λ" in plot.get_metadata(table, **one)["title"]


def test_names_of_atoms_say_how_many_atoms_there_are():
    names, usage = np.full((300, 5), "a"), np.arange(300) / 7
    df = fake.run("A", [0.0, 1.0], final={"atom_names": names, "usage": usage,
                                         "D": np.eye(300)}, n_steps=[0, 1])  # fmt: skip
    plot, choice = load("atom_names"), {**HERE, "solver": "A"}
    assert (
        "A: the 100 most used of 300 atoms" in plot.get_metadata(df, **choice)["title"]
    )
    assert plot.plot(df, **choice)[0][:2] == [300, 42.7]


def test_activations_say_which_part_of_the_recording_is_shown():
    stretch = {
        "channel": 1, "signal": np.array([1.0, -1, 1, 0]), "atoms": np.array([7]),
        "reconstruction": np.array([1.0, -1, 1, 0]), "activations": np.eye(4)[:1],
    }  # fmt: skip
    final = {"stretch": stretch, "u": np.ones((40, 3)), "ch_names": ["a", "b", "c"]}
    df = fake.run("A", [0.0, 1.0], final=final)
    (card,) = load("activations").plot(df, **HERE)
    assert card["label"].endswith("\none of 3 channels; the 1 most active of 40 atoms")
    said = activations.part({"stretch": stretch, "D": np.ones((1, 3, 2))})
    assert said == "one channel; all 1 atoms"
    assert (
        activations.part({"stretch": stretch}) == "one channel; the 1 most active atoms"
    )


def test_activations_are_shown_in_the_units_of_the_channel():
    stretch = {
        "channel": 1, "signal": np.array([1.0, -1, 1, -1]), "atoms": np.array([5]),
        "reconstruction": np.array([1.0, -1, 1, 0]), "activations": np.eye(4)[:1],
    }  # fmt: skip
    final = {
        "stretch": stretch, "sfreq": 2.0, "ch_names": ["MEG 1", "Cz"],
        "ch_types": ["mag", "eeg"], "ch_scale": np.array([1e-12, 2e-5]),
    }  # fmt: skip
    assert activations.channel(final) == ("Cz", "µV", pytest.approx(20))
    unknown = {"stretch": stretch}
    assert activations.channel(unknown) == (None, "scaled", 1)
    df = fake.table(
        fake.run("B", [0.0, 1.0], dataset="none"),
        fake.run("A", [0.0, 1.0], final=final, n_steps=[0, 1]),
        fake.run("C", [0.0, 1.0], final=unknown, n_steps=[0, 1]),
    )
    plot = load("activations")
    assert plot.options["dataset"](df) == ["gaussian", "none"]
    first, _ = plot.plot(df, **HERE)
    assert first["label"].startswith("A\n75% of the variance of this signal\none of 2")
    red, _, blue = np.moveaxis(first["image"], -1, 0)
    assert (red - blue > 0.3).any() and (blue - red > 0.3).any()  # codes, signals
