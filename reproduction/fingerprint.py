"""One short text that changes with anything a run's numbers depend on."""

import ast
import hashlib
import json

import yaml

SHARED = ("benchmark_utils",)
COMPONENTS = ("objective.py", "benchmark_utils")
CHOSEN = {"datasets": "dataset", "solvers": "solver"}  # folders, keys of a run file
ONLY_NAMES = ("output",)  # keys of a run file that change no number
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def fingerprint(root, benchmark, config):
    """Return a hash of a run file and of the code that it runs.

    Comments, docstrings, formatting, the plots, and the solvers and datasets that the
    run file does not name do not count, so that words can be mended, and methods added,
    without hours of runs being lost.

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
    for path in sorted(_sources(root, benchmark, run)):
        seen.update(str(path.relative_to(root)).encode())
        seen.update(_meaning(path.read_text(encoding="utf-8")).encode())
    return seen.hexdigest()[:16]


def _sources(root, benchmark, run):
    places = {root / name for name in SHARED}
    places |= {root / benchmark / name for name in COMPONENTS}
    for place in places:
        yield from [place] if place.is_file() else place.rglob("*.py")
    for folder, key in CHOSEN.items():
        names = _names(run.get(key, [])) | {None}  # if in doubt, it counts
        for path in (root / benchmark / folder).glob("*.py"):
            if _name(path) in names:
                yield path


def _names(entries):
    """Names in a run file: "AM[n_layers=3]" and {"AM": {"n_layers": 3}} are one."""
    texts = (
        entry if isinstance(entry, str) else next(iter(entry)) for entry in entries
    )
    return {text.partition("[")[0].strip().lower() for text in texts}


def _name(path):
    """What a file of a solver or dataset calls itself; None if it does not say."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Assign([ast.Name("name")], ast.Constant(str(name))):
                return name.lower()
    return None


def _meaning(source):
    """Return Python code without comments, docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.dump(tree)
