"""Signals drawn into a file: written once, whole, and memory-mapped from then on."""

import hashlib
import os
import platform
import shutil
from math import prod
from pathlib import Path

import numpy as np
import psutil

DTYPE = np.dtype("<f4")


def kept_signals(folder, description, shape, blocks):
    """Signals of a file, which is written if it is not there.

    The file is written under another name first, so that one that is there is whole.
    What a killed process has left half-written is removed.

    Parameters
    ----------
    folder : path
        It is made if it is not there.
    description : str
        What the signals are drawn from. It decides the name of the file.
    shape : tuple of int
        (n_signals, n_features).
    blocks : callable
        Without arguments. It gives the signals, as an iterable of arrays.

    Returns
    -------
    X : numpy.memmap, float32, read-only

    Raises
    ------
    OSError
        If the disk has no room. Nothing is written then.
    """
    name = hashlib.sha256(f"{description} {shape}".encode()).hexdigest()[:16]
    path = Path(folder) / f"{name}.npy"
    if not _is_whole(path, shape):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        _check_room(path.parent, shape)
        _write(path, shape, blocks())
    return np.load(path, mmap_mode="r")


def _is_whole(path, shape):
    """Whether the file is there, and not cut by something else than this module."""
    try:
        return np.load(path, mmap_mode="r").shape == tuple(shape)
    except (FileNotFoundError, ValueError, EOFError):
        return False


def _part(path, pid):
    """Name of the file while it is written: no two processes share it."""
    return path.with_name(f"{path.stem}.{platform.node()}.{pid}.part")


def _remove_leftovers(path):
    """Remove what processes of this machine that ended have left unfinished."""
    for part in path.parent.glob(_part(path, "*").name):
        if not psutil.pid_exists(int(part.suffixes[-2][1:])):
            part.unlink(missing_ok=True)


def _check_room(folder, shape):
    needed = DTYPE.itemsize * prod(shape)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OSError(
            f"{shape[0]} signals of {shape[1]} features take {needed / 1e9:.3g} GB. "
            f"The disk of {folder} has {free / 1e9:.3g} GB left: lower n_signals, make "
            "room, or set data_paths in benchopt's configuration to another disk."
        )
    print(f"Writing {needed / 1e9:.3g} GB of signals to {folder}.", flush=True)


def _write(path, shape, blocks):
    part = _part(path, os.getpid())
    header = {"descr": DTYPE.str, "fortran_order": False, "shape": tuple(shape)}
    try:
        # Not as a mapped file: a full disk would end the process without an error.
        with part.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for block in blocks:
                file.write(np.ascontiguousarray(block, DTYPE).data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
