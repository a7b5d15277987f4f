"""What README.md, docs/ and CONTRIBUTING.md tell the reader to type."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What a reader of each benchmark is told, page by page.
PAGES = [f"docs/{path.name}" for path in sorted(ROOT.glob("docs/*.md"))]
MANUALS = {
    ".": ["README.md", *PAGES],
    "gradient_estimation": ["gradient_estimation/README.md"],
}
DOCUMENTS = [name for pages in MANUALS.values() for name in pages]


def manual(folder):
    """All that a reader of a benchmark is told."""
    return "\n".join(map(text, MANUALS[folder]))


def text(name):
    """Text of a file of the repository's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def code(name, language):
    """Code blocks of a document, in order."""
    return re.findall(rf"```{language}\n(.*?)```", text(name), re.DOTALL)


def commands(name):
    """Command lines of a document, each a list of words, `&&` taken apart."""
    lines = [line for block in code(name, "bash") for line in block.splitlines()]
    return [shlex.split(part) for line in lines for part in line.split("&&")]


def options(words, *names):
    """Values that the options ``names`` have in a command line."""
    pairs = zip(words, words[1:], strict=False)
    return [value for option, value in pairs if option in names]
