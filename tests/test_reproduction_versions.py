"""Which changes make a result another one."""

import little_benchmark as little
import pytest

from reproduction.fingerprint import fingerprint
from reproduction.parts import Part


@pytest.fixture
def root(tmp_path):
    return little.write(tmp_path / "root")


@pytest.fixture
def part(root, tmp_path):
    """A part of the little benchmark, by its name."""
    return lambda name: Part(name, ".", "small", tmp_path / "out", root)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("configs/first_small.yml", "solver: [first]", "solver: [second]"),
        ("solvers/first.py", "time.sleep(0.02)", "time.sleep(0.1)"),
        ("solvers/second.py", 'name = "second"', "name = str(2)"),  # may be the one
        ("objective.py", '"value": x', '"value": x + 1'),
    ],
)
def test_another_config_or_code_is_another_version(root, part, file, old, new):
    before = part("first").fingerprint()
    content = (root / file).read_text()
    assert old in content
    (root / file).write_text(content.replace(old, new))
    assert part("first").fingerprint() != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("configs/first_small.yml", "# Shows first.", "# Shows something."),
        ("configs/first_small.yml", "output: first", "output: other"),
        ("solvers/first.py", "Notes its runs", "Waits"),
        ("objective.py", "class", "# A comment.\n\nclass"),
        ("solvers/second.py", "time.sleep(0.02)", "time.sleep(0.1)"),  # not run here
    ],
)
def test_words_and_other_methods_are_no_other_version(root, part, file, old, new):
    before = part("first").fingerprint()
    content = (root / file).read_text()
    assert old in content
    (root / file).write_text(content.replace(old, new))
    assert part("first").fingerprint() == before


def test_the_second_benchmark_depends_on_the_shared_code(root):
    second = root / "gradients"
    (second / "solvers").mkdir(parents=True)
    (second / "solvers/s.py").write_text("a = 1")
    config = root / "configs/first_small.yml"
    versions = {fingerprint(root, "gradients", config)}
    (root / "benchmark_utils/shared.py").write_text("a = 1")
    versions.add(fingerprint(root, "gradients", config))
    (second / "solvers/s.py").write_text("a = 2")
    versions.add(fingerprint(root, "gradients", config))
    (root / "solvers/first.py").write_text("a = 2")  # the first one's own
    versions.add(fingerprint(root, "gradients", config))
    assert len(versions) == 3
