"""A block of a Markdown file is written anew, and nothing else of it."""

import pytest

from reporting import blocks


def test_a_block_is_written_between_its_marks_only(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"a\n{blocks.marked('x', ['old', 'more'])}b\n")
    blocks.write(path, "x", [r"new \1"])
    assert path.read_text() == "a\n<!-- x -->\nnew \\1\n<!-- /x -->\nb\n"
    with pytest.raises(ValueError, match="README.md has no lines <!-- y -->"):
        blocks.write(path, "y", [])
