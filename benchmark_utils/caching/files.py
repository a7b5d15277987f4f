"""The state of the files of a path, to see whether they have changed."""

import re

from benchmark_utils.signals.paths import matching

# Formats with a single file. Recordings of other formats may have several files.
SINGLE = {
    ".bmp", ".csv", ".gif", ".jpeg", ".jpg", ".mat", ".npy", ".npz", ".png", ".tif",
    ".tiff", ".tsv", ".txt", ".webp",
}  # fmt: skip


def stamps(path):
    """Path, size and time of change of a file, and of the files that belong to it.

    Parameters
    ----------
    path : str, path, or sequence of such
        Relative to the working directory, or from ``~``. A pattern means all files that
        match it (see :func:`paths.matching`).

    Returns
    -------
    stamps : list of [str, int, int]
        Resolved path, bytes and nanoseconds. Empty if there is no such file.
    """
    return [
        [str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns]
        for file in sorted(set().union(*map(_belonging, matching(path))))
        if file.is_file()
    ]


def _belonging(path):
    """The files that make one recording, or the file alone.

    These are all files in a folder (CTF, EGI), files of the same name with another
    suffix (BrainVision, EEGLAB), or numbered parts of FIF files, with the names of FIF
    or of BIDS.
    """
    if path.is_dir():
        return set(path.rglob("*"))
    if not path.exists() or path.suffix.lower() in SINGLE:
        return {path}
    name = re.escape(path.name.split(".")[0])
    part = re.sub(r"split\\-\d+", r"split-\\d+", name)
    alike = re.compile(rf"{part}(-\d+)?\..*")
    return {path} | {
        file for file in path.parent.iterdir() if alike.fullmatch(file.name)
    }
