"""Result files of benchopt and their pages: read one, or say what to give instead."""

from pathlib import Path

from benchopt.results import read_results

OUTPUTS = Path("outputs")
SUFFIXES = (".parquet", ".csv")
COLUMNS = ("solver_name", "dataset_name", "objective_name", "stop_val")


def read_result(path):
    """The table of a result file.

    Parameters
    ----------
    path : str or path
        A .parquet or .csv file that `benchopt run` wrote.

    Returns
    -------
    df : DataFrame

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is a folder, a page, or another file. The message has the path, and the
        result file that is meant, if this can be guessed.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"'{path}' is a folder. {remedy(path)}")
    if not path.exists():
        raise FileNotFoundError(f"There is no result file '{path}'. {remedy(path)}")
    if path.suffix not in SUFFIXES:
        raise ValueError(f"'{path}' is not a result file. {remedy(path)}")
    try:
        df = read_results(path)
    except Exception as error:  # of pyarrow, pandas, pickle …
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise ValueError(f"'{path}' cannot be read ({why}). {remedy(path)}") from error
    missing = [name for name in COLUMNS if name not in df]
    if missing or not len(df):
        lacks = f"no column {missing[0]}" if missing else "no rows"
        raise ValueError(f"'{path}' has {lacks}, and so no results. {remedy(path)}")
    return df


def remedy(path):
    """A sentence: the result file to give instead of a path.

    It is the one of a page, the newest one of a folder, or the newest one in outputs/.
    """
    if path.is_dir():
        found, what = newest(path), "the newest one there"
    else:
        found, what = _of_page(path), "the results of this page"
    found, what = (found, what) if found else (newest(), "the newest one")
    if found is None or found == path:
        return "Give a .parquet file, which `benchopt run .` writes into outputs/."
    return f"Give a .parquet file, as {found}, {what}."


def newest(folder=OUTPUTS):
    """The path of the result file written last in a folder, or None."""
    found = list(Path(folder).glob("*.parquet"))
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def pages_of(result):
    """The pages that benchopt wrote of a result file, which are beside it."""
    result = Path(result)
    pages = result.parent.glob("*.html")
    found = [page for page in pages if page.stem.endswith(f"_{result.stem}")]
    return sorted(found, key=lambda page: len(page.name))


def _of_page(page):
    """The result file beside a page, or None.

    The name of a page is that of the benchmark, and then that of the result file.
    """
    if page.suffix != ".html":
        return None
    name = page.stem.removesuffix("_standalone").removesuffix("_surfaces")
    found = [
        p for p in page.parent.glob("*.parquet") if f"_{name}".endswith(f"_{p.stem}")
    ]
    return max(found, key=lambda path: len(path.stem), default=None)
