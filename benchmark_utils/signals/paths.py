"""Paths as they are typed, and as benchopt's command line passes them on."""

import itertools
from glob import glob
from pathlib import Path

MAX_COLONS = 8  # of a path, for which all ways to read them are tried
UNTYPEABLE = "=:'\"\\[]"  # what the command line changes, or cannot pass
WILDCARDS = "*?["


def meant(path):
    """The path of what exists under a name, as it was typed or may have been.

    Parameters
    ----------
    path : str or path
        ``~`` is the home folder.

    Returns
    -------
    path : pathlib.Path
        That of the name itself where nothing exists.
    """
    path = Path(str(path)).expanduser()
    return next((p for p in _readings(path) if p.exists()), path)


def find_file(path, what="file"):
    """The path of a file or folder that exists.

    Parameters
    ----------
    path : str or path
        ``~`` is the home folder.
    what : str
        What to call it in the error.

    Returns
    -------
    path : pathlib.Path

    Raises
    ------
    FileNotFoundError
        If there is none: where it was looked for, and how to pass on what a command
        line cannot.
    """
    path = meant(path)
    if path.exists():
        return path
    raise FileNotFoundError(
        f"There is no {what} {str(path)!r}, seen from "
        f"{str(Path.cwd())!r}.{_advice(path)}"
    )


def matching(paths):
    """The paths that exist under names and patterns, each once.

    Parameters
    ----------
    paths : str, path, or sequence of such
        A name in which ``*``, ``?`` or ``[…]`` stands, and under which nothing exists,
        is a pattern; ``**`` stands for any folders. Files of a pattern are in the
        order of their names.

    Returns
    -------
    found : list of pathlib.Path
        Empty if there are none.
    """
    names = paths if isinstance(paths, list | tuple) else [paths]
    found = itertools.chain.from_iterable(map(_existing, names))
    return list({path.resolve(): path for path in found}.values())


def find_files(paths):
    """The paths of one or several files, of which each name or pattern has some.

    Parameters
    ----------
    paths
        As of `matching`.

    Returns
    -------
    found : list of pathlib.Path
        Not empty.

    Raises
    ------
    FileNotFoundError
        If nothing exists under a name, or nothing matches a pattern: the name or the
        pattern, and the folder that it was looked for in.
    """
    names = paths if isinstance(paths, list | tuple) else [paths]
    for name in names:
        if _existing(name):
            continue
        if not _is_pattern(name):
            find_file(name)
        raise FileNotFoundError(
            f"No file matches the pattern {str(name)!r}, seen from "
            f"{str(Path.cwd())!r}.{_advice(name)}"
        )
    return matching(paths)


def _existing(name):
    """What exists under a name or, if nothing does, matches it as a pattern."""
    path = meant(name)
    if path.exists():
        return [path]
    if not _is_pattern(name):
        return []
    found = (sorted(glob(str(p), recursive=True)) for p in _readings(path))
    return list(map(Path, next(filter(None, found), [])))


def _is_pattern(name):
    return any(sign in str(name) for sign in WILDCARDS)


def _readings(path):
    """The path itself, then with colons read as the "=" that was typed.

    benchopt's command line turns ``path=subject=01/x.npy`` into ``subject:01/x.npy``.
    """
    first, *others = str(path).split(":")
    yield path
    if len(others) <= MAX_COLONS:
        for signs in itertools.product("=:", repeat=len(others)):
            yield Path(first + "".join(map("".join, zip(signs, others, strict=True))))


def _advice(path):
    """What to do about a name that a command line may have changed."""
    if not any(sign in str(path) for sign in UNTYPEABLE):
        return " On a command line, put quotes around a path: blanks vanish without."
    signs = " ".join(UNTYPEABLE)
    return (
        f" A command line changes or refuses some signs ({signs}): put the path into a "
        "run file (YAML), as docs/data.md does."
    )
