"""The summary, the README's table and the picture say what the runs say."""

import json

import fake_results as fake
import numpy as np
import pytest
from documents import ROOT, text
from PIL import Image

from benchmark_utils.pages import frozen
from leaderboard import __main__ as command
from leaderboard import readme, summary, support
from leaderboard.answer import answered
from leaderboard.parts import Part
from reporting import blocks, records

SECONDS = [0.0, 1.0, 2.0, 4.0]
COMMITTED = records.read(summary.PATH)


def run(solver, losses, rep=0, dataset="gaussian[a=1]", **metrics):
    return fake.run(solver, SECONDS, rep, dataset, value=losses, **metrics)


@pytest.fixture
def made(tmp_path, monkeypatch):
    """The summary of three methods on two problems, two draws of the first."""
    monkeypatch.setattr(frozen, "FOLDER", tmp_path)
    df = fake.table(
        run("A[batch=1]", [9, 1, 1, 1], recovered_atoms=[0, 0.1, 0.2, 0.5]),
        run("A[batch=1]", [9, 9, 1, 1], rep=1, recovered_atoms=[0, 0.1, 0.2, 0.7]),
        run("B", [9, 9, 9, 1]),
        run("B", [9, 9, 9, 5], rep=1),
        run("A[batch=7]", [9, 9, 9, 4], dataset="image[b=2]"),
        run("C", [9, 3, 3, 3], dataset="image[b=2]"),
    )
    return summary.summarise(df, parts=[])


def result(made, method, label):
    (found,) = (m for m in made["methods"] if m["method"] == method)
    return found["results"].get(label)


def test_times_have_a_median_and_a_spread_and_never_is_none(made):
    first, second = 0.99875, 1.99875  # on the line to the loss 1.01
    found = result(made, "A", "Gaussian")["seconds_to_1_percent"]
    np.testing.assert_allclose(found, [first, first, second], rtol=1e-4)
    median, least, most = result(made, "B", "Gaussian")["seconds_to_1_percent"]
    assert least == pytest.approx(3.9975, rel=1e-3) and most is None
    assert result(made, "A", "whole image")["seconds_to_1_percent"] == [None] * 3


def test_a_method_has_one_name_whatever_its_settings_on_a_problem(made):
    assert [method["method"] for method in made["methods"]] == ["A", "C", "B"]


def test_what_was_not_run_is_absent(made):
    assert result(made, "B", "whole image") is None
    assert result(made, "C", "Gaussian") is None


def test_ends_are_medians_of_the_last_evaluations(made):
    end = result(made, "A", "Gaussian")
    assert (end["loss"], end["recovered_atoms"]) == (1, pytest.approx(0.6))


def test_losses_to_freeze_are_the_least_of_each_draw(made):
    df = fake.table(run("A", [9, 2, 1, 3]), run("B", [9, 5, 5, 5]))
    (found,) = summary.best_losses(df)
    assert (found["initial"], found["best"], found["solver"]) == (9, 1, "A")


def test_an_edited_run_file_does_not_change_what_was_run(made, tmp_path):
    part = Part("gaussian", tmp_path)
    df = fake.table(run("A", [9, 1, 1, 1]))
    asked = part.asked_for()
    records.write(part.record, asked | {"timeout": asked["timeout"] + 1})
    (told,) = summary.summarise(df, [part])["runs"].values()
    assert told == asked | {"timeout": asked["timeout"] + 1}


def test_the_table_is_sorted_by_score_and_says_never(made):
    made["runs"] = {"p": {"timeout": 5, "machine": {"cpu": "a CPU", "threads": 1}}}
    rows = [x for x in readme.block(made).splitlines() if x.startswith("| `")]
    assert rows[0] == "| `A` | 0.67 | 1 | never |"
    assert rows[1] == "| `C` | 0.33 | not run | 0.99 |"
    assert rows[2].startswith("| `B` | 0.23 | 4") and rows[2].endswith("not run |")
    made["methods"][1]["unsupported"] = ["Gaussian"]
    assert "| `C` | 0.33 | – | 0.99 |" in readme.block(made)


def test_methods_say_themselves_what_they_do_not_support():
    problems = [
        {"label": "signed", "dataset": "gaussian[a=1]", "objective": "o[reg=1]"},
        {"label": "z ≥ 0", "dataset": "superposition", "objective": "o[positive=True]"},
        {"label": "image", "dataset": "image", "objective": "o"},
        {"label": "MEG", "dataset": "meg_sample", "objective": "o[positive=True]"},
        {"label": "other", "dataset": "of_the_user", "objective": "o"},
    ]
    names = ("SAE", "K-SVD", "Conv-KSVD", "Batch-sklearn", "of the user")
    made = {
        "problems": problems,
        "methods": [{"method": name, "results": {}} for name in names],
    }
    found = support.with_unsupported(made)["methods"]
    assert {m["method"]: m["unsupported"] for m in found} == {
        "SAE": ["signed", "image", "MEG"], "K-SVD": ["image", "MEG"],
        "Conv-KSVD": ["signed", "z ≥ 0", "image"], "Batch-sklearn": ["image", "MEG"],
        "of the user": [],
    }  # fmt: skip


def test_the_committed_summary_says_what_its_numbers_and_the_methods_say():
    assert support.with_unsupported(answered(COMMITTED)) == COMMITTED


def test_without_runs_the_summary_is_written_anew_from_its_own_numbers(
    tmp_path, monkeypatch, capsys
):
    path, written = tmp_path / "leaderboard.json", []
    records.write(path, COMMITTED | {"answer": "old"})
    monkeypatch.setattr(summary, "PATH", path)
    monkeypatch.setattr(readme, "write", written.append)

    def no_runs():
        raise FileNotFoundError("No table of runs in a folder.")

    monkeypatch.setattr(summary, "read", no_runs)
    assert command.main(["--only-summary"]) == 0
    assert records.read(path) == COMMITTED and written == [COMMITTED]
    assert "The numbers of leaderboard.json are kept" in capsys.readouterr().out
    assert command.main(["--only-summary", "--freeze"]) == 1
    path.unlink()
    assert command.main(["--only-summary"]) == 1


def test_the_picture_says_what_its_cells_mean(made, monkeypatch):
    said = []
    monkeypatch.setattr(readme, "matrix", lambda *_, **words: said.append(words))
    readme.image(made)
    assert "×: median time to a loss within 1 % of the best" in said[0]["said"]
    assert "–: the method does not support such data" in said[0]["said"]
    assert "not run: the method was left out" in said[0]["said"]
    for method in made["methods"]:
        method["unsupported"] = [problem["label"] for problem in made["problems"]]
    readme.image(made)
    assert "not run" not in said[1]["said"]
    assert set(said[1]["gaps"].to_numpy().flat) == {"–"}


@pytest.mark.parametrize(
    "medians, says",
    [
        ({"A": 2, "B": 1, "C": None}, "B is fastest: A takes 2 times as long"),
        ({"A": None, "B": 1}, "only B reaches the target"),
        ({"A": None, "B": None}, "no method reaches the target"),
    ],
)
def test_the_readme_names_the_fastest_method_on_recordings(made, medians, says):
    made["runs"] = {"p": {"timeout": 5, "machine": {"cpu": "a CPU", "threads": 1}}}
    made["problems"] += [{"label": "simulated MEG", "repetitions": 2}]
    made["methods"] = [
        {
            "method": name,
            "score": 0.5,
            "results": {"simulated MEG": dict.fromkeys(summary.LEVELS, [median] * 3)},
        }
        for name, median in medians.items()
    ]
    assert f" On simulated MEG, {says}.** " in readme.block(made)


def test_the_readme_tells_the_stricter_target(made):
    made["problems"] = [{"label": x, "repetitions": 1} for x in "pqr"]
    times = {"A": [2.0, 5.0, None], "B": [3.0, 4.0, None]}
    made["methods"] = [
        {
            "method": name,
            "score": 0.5,
            "results": {
                label: dict.fromkeys(summary.LEVELS, [median] * 3)
                for label, median in zip("pqr", medians, strict=True)
            },
        }
        for name, medians in times.items()
    ]
    told = (
        "Within 0.1 %, A is fastest on 1 of 3, B on 1, and no method gets there on 1. "
    )
    assert told in readme._strict(made)


def test_the_readme_and_the_picture_are_written_anew(made, tmp_path):
    made["runs"] = {"p": {"timeout": 5, "machine": {"cpu": "a CPU", "threads": 2}}}
    file, picture = tmp_path / "README.md", tmp_path / "leaderboard.png"
    old = blocks.marked(readme.NAME, ["old"])
    file.write_text(f"before\n{old}after\n")
    readme.write(made, file, picture)
    assert file.read_text() == f"before\n{readme.block(made)}after\n"
    assert Image.open(picture).info[readme.MADE_OF] == readme.checksum(made)
    file.write_text("no marks")
    with pytest.raises(ValueError, match="has no lines <!-- leaderboard -->"):
        readme.write(made, file, picture)


def test_the_readme_says_what_the_committed_summary_says():
    assert readme.block(COMMITTED) in text("README.md")


def test_an_edited_number_is_found():
    (number, *_) = [x for x in readme.block(COMMITTED).split() if x.startswith("0.")]
    edited = text("README.md").replace(f" {number} ", " 0.001 ")
    assert readme.block(COMMITTED) not in edited


def test_the_picture_is_of_the_committed_summary():
    made_of = Image.open(readme.PICTURE).info[readme.MADE_OF]
    assert made_of == readme.checksum(COMMITTED)


def test_the_committed_summary_is_small_and_has_its_circumstances():
    assert summary.PATH.stat().st_size < 200_000
    assert COMMITTED["targets"] == frozen.version() >= 1
    for run in COMMITTED["runs"].values():
        assert run["commit"] and run["machine"]["cpu"] and run["timeout"] > 0
        assert (ROOT / "configs" / run["run_file"]).is_file()
    assert "seconds_to_0.1_percent" in json.dumps(COMMITTED)
