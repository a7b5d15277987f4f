"""Parts of a Markdown file that a command writes, between two marks."""

import re


def marked(name, lines):
    """Return the lines of a block, with its two marks."""
    return "\n".join([f"<!-- {name} -->", *lines, f"<!-- /{name} -->", ""])


def write(path, name, lines):
    """Write the block of that name anew.

    Parameters
    ----------
    path : Path
    name : str
        Name in the marks, as in ``<!-- leaderboard -->``.
    lines : list of str

    Raises
    ------
    ValueError
        If the file has no such marks.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    block = re.compile(f"{re.escape(start)}\n.*?{re.escape(end)}\n", re.DOTALL)
    text = path.read_text(encoding="utf-8")
    if not block.search(text):
        raise ValueError(f"{path.name} has no lines {start} and {end}")
    path.write_text(block.sub(lambda _: marked(name, lines), text), encoding="utf-8")
