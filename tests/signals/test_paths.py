"""Paths of one's own files: typed on a command line, in a run file, and missing."""

import numpy as np
import pytest
import yaml
from benchopt.benchmark import Benchmark
from command_line import copy_benchmark, run
from documents import ROOT
from PIL import Image

from benchmark_utils.signals.paths import find_file

BENCHMARK = Benchmark(ROOT)

# What a path is, and whether it can be typed without quotes.
PLAIN = ["x.npy", "data/x.npy", "sub-01/2024_x.npy", "run-1e-3.npy", "a\\b.npy"]
QUOTED = [
    "./x.npy", "../x.npy", "~/x.npy", "2024_x.npy", "1e3.npy", "1/x.npy", "_x.npy",
    ".x.npy", "été.npy", "données/x.npy", "my data/x.npy", "C:/x.npy", "a,b.npy",
    "a[1].npy", "a(1).npy", "a+b.npy", "a{b}.npy", "subject=01/x.npy", "a#b.npy",
    "a=b:c=d.npy",
]  # fmt: skip
ESCAPED = {
    "it's.npy": r"it\x27s.npy",
    'a"b.npy': r"a\x22b.npy",
    "a\\b.npy": r"a\x5cb.npy",
    "subject=01/x.npy": r"subject\x3d01/x.npy",
}


def passed_on(pattern, name="path"):
    """The path that the command line gives the dataset."""
    ((_, parameters),) = BENCHMARK.check_dataset_patterns([pattern])
    return parameters[name]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Write an array to a path, in a folder below one that is empty."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    def place(path, number=0):
        file = (
            tmp_path / "home" / path[2:] if path[0] == "~" else tmp_path / "here" / path
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, np.full((20, 6), number))
        return file

    return place


@pytest.mark.parametrize("path", PLAIN)
def test_plain_paths_need_no_quotes(path, place):
    file = place(path)
    found = find_file(passed_on(f"from_file[path={path},n_atoms=4]"))
    assert found.samefile(file)


@pytest.mark.parametrize("path", QUOTED)
def test_other_paths_need_quotes(path, place):
    file = place(path)
    found = find_file(passed_on(f"from_file[path='{path}',n_atoms=4]"))
    assert found.samefile(file)
    image = passed_on(f"image_patches[image='{path}',n_atoms=4]", "image")
    assert find_file(image, "image").samefile(file)
    with pytest.raises((ValueError, FileNotFoundError)):
        find_file(passed_on(f"from_file[path={path},n_atoms=4]"))


@pytest.mark.parametrize("path, typed", ESCAPED.items())
def test_signs_that_the_command_line_refuses_are_escaped(path, typed, place):
    file = place(path)
    assert passed_on(f"from_file[path='{typed}',n_atoms=4]") == path
    assert find_file(path).samefile(file)


def test_a_name_that_is_a_number_wants_quotes(place, make):
    file = place("12.npy").rename("12")
    assert find_file(passed_on("from_file[path='12']")).samefile(file)
    # 1.50 would be read as 1.5: which file is meant is not known.
    with pytest.raises(ValueError, match="Quote it: path='12'"):
        make("from_file", path=passed_on("from_file[path=12]"))


def test_a_path_that_exists_comes_before_what_it_may_have_been(place):
    file, _ = place("a:b.npy", 1), place("a=b.npy", 2)
    assert find_file("a:b.npy").samefile(file)


@pytest.mark.parametrize(
    "path, remedy",
    [
        ("x.npy", "put quotes around a path: blanks vanish without"),
        ("subject:01/x.npy", r"put the path into a run file \(YAML\)"),
        ("it's.npy", r"put the path into a run file \(YAML\)"),
        (":".join("abcdefghijklmnopq"), "run file"),
    ],
)
@pytest.mark.parametrize(
    "dataset, parameter, what",
    [
        ("from_file", "path", "file"),
        ("image", "image", "image"),
        ("image_patches", "image", "image"),
    ],
)
def test_a_missing_file_says_where_it_was_looked_for(
    load, place, dataset, parameter, what, path, remedy
):
    message = rf"no {what} .*seen from .*here.*{remedy}"
    with pytest.raises(FileNotFoundError, match=message):
        load(dataset, **{parameter: path})


@pytest.mark.slow
def test_a_run_file_has_files_of_any_name(tmp_path):
    folder = copy_benchmark(tmp_path)
    (folder / "subject=01").mkdir()
    arrays = ["./2024 été.npy", "subject=01/it's.npy"]
    image = "subject=01/it's.png"
    for path in arrays:
        np.save(folder / path, np.random.default_rng(0).standard_normal((20, 6)))
    pixels = np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / image)
    config = {
        "dataset": [
            {"from_file": {"path": arrays, "n_atoms": 2}},
            {"image_patches": {"image": image, "size": 12, "patch_side": 4}},
            # As typed: one file, of which the name gets a colon.
            r"image_patches[image='subject=01/it\x27s.png',size=12,patch_side=3]",
        ],
        "solver": ["Online-sklearn"],
        "max-runs": 1,
    }
    text = yaml.safe_dump(config, allow_unicode=True)
    (folder / "my.yml").write_text(text, encoding="utf-8")
    results = run(folder, "found", "--no-plot", "--config", "my.yml")
    learned = [x.split("[")[1].split(",")[0] for x in results["dataset_name"].unique()]
    colon = image.replace("=", ":")
    assert learned == [*(f"path={path}" for path in arrays), image, colon]
    assert np.isfinite(results["objective_value"]).all()
