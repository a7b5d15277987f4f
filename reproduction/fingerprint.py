"""One short text that changes with anything a run's numbers depend on."""

import ast
import hashlib
import json

import yaml

SHARED = ("benchmark_utils",)
COMPONENTS = ("objective.py", "datasets", "solvers", "benchmark_utils")
ONLY_NAMES = ("output",)  # keys of a run file that change no number
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def fingerprint(root, benchmark, config):
    """Return a hash of a run file and of the code that it runs.

    Comments, docstrings, formatting and the plots do not count, so that words can be
    mended without hours of runs being lost.

    Parameters
    ----------
    root : Path
        Folder of the repository.
    benchmark : str
        Folder of the benchmark in it: "." or one that shares the code of ".".
    config : Path
    """
    run = yaml.safe_load(config.read_text(encoding="utf-8"))
    kept = {key: value for key, value in run.items() if key not in ONLY_NAMES}
    seen = hashlib.sha256(json.dumps(kept, sort_keys=True).encode())
    for path in sorted(_sources(root, benchmark)):
        seen.update(str(path.relative_to(root)).encode())
        seen.update(_meaning(path.read_text(encoding="utf-8")).encode())
    return seen.hexdigest()[:16]


def _sources(root, benchmark):
    places = {root / name for name in SHARED}
    places |= {root / benchmark / name for name in COMPONENTS}
    for place in places:
        yield from [place] if place.is_file() else place.rglob("*.py")


def _meaning(source):
    """Return Python code without comments, docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.dump(tree)
