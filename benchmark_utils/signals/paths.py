"""Paths as the user types them, and as benchopt's command line passes them on."""

import itertools
from glob import glob
from pathlib import Path

MAX_COLONS = 8  # colons of a path up to which all readings are tried
UNTYPEABLE = "=:'\"\\[]"  # signs that the command line changes or cannot pass
WILDCARDS = "*?["


def meant(path):
    """The path that a name means: an existing file or folder, if there is one.

    The command line may have changed the name. So all readings of it are tried.

    Parameters
    ----------
    path : str or path
        ``~`` is the home folder.

    Returns
    -------
    path : pathlib.Path
        The name itself, if nothing exists under any reading.
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
        Word for it in the error.

    Returns
    -------
    path : pathlib.Path

    Raises
    ------
    FileNotFoundError
        If there is none. The message has the folder it was looked for in, and how to
        give a path that a command line cannot pass.
    """
    path = meant(path)
    if path.exists():
        return path
    raise FileNotFoundError(
        f"There is no {what} {str(path)!r}, seen from "
        f"{str(Path.cwd())!r}.{_advice(path)}"
    )


def matching(paths):
    """All existing paths of names and patterns, without repeats.

    Parameters
    ----------
    paths : str, path, or sequence of such
        A name with ``*``, ``?`` or ``[…]`` is a pattern, unless a file has this very
        name. ``**`` stands for any folders. Files of a pattern are sorted by name.

    Returns
    -------
    found : list of pathlib.Path
        Empty if there are none.
    """
    names = paths if isinstance(paths, list | tuple) else [paths]
    found = itertools.chain.from_iterable(map(_existing, names))
    return list({path.resolve(): path for path in found}.values())


def find_files(paths):
    """All existing paths of names and patterns, each of which must have at least one.

    Parameters
    ----------
    paths
        See `matching`.

    Returns
    -------
    found : list of pathlib.Path
        Not empty.

    Raises
    ------
    FileNotFoundError
        If nothing exists under a name, or nothing matches a pattern. The message has
        the name or pattern, and the folder it was looked for in.
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
    """The path of a name or, if nothing exists there, the matches of its pattern."""
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
    """All readings of a path: first as it is, then with "=" in the place of colons.

    benchopt's command line turns ``path=subject=01/x.npy`` into ``subject:01/x.npy``.
    """
    first, *others = str(path).split(":")
    yield path
    if len(others) <= MAX_COLONS:
        for signs in itertools.product("=:", repeat=len(others)):
            yield Path(first + "".join(map("".join, zip(signs, others, strict=True))))


def _advice(path):
    """The remedy for a name that a command line may have changed."""
    if not any(sign in str(path) for sign in UNTYPEABLE):
        return " On a command line, put quotes around a path: blanks vanish without."
    signs = " ".join(UNTYPEABLE)
    return (
        f" A command line changes or refuses some signs ({signs}): put the path into a "
        "run file (YAML), as docs/data.md does."
    )
