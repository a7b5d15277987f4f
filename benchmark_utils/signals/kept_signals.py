"""Drawn signals in a file, which is written once and memory-mapped from then on."""

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
    """Signals of a file, which is written if it does not exist.

    The file is written under another name and then renamed. So a file of this name is
    complete. Unfinished files of killed processes are removed.

    Parameters
    ----------
    folder : path
        It is made if it does not exist.
    description : str
        Describes how the signals are drawn. It determines the name of the file.
    shape : tuple of int
        (n_signals, n_features).
    blocks : callable
        Takes no arguments, and returns the signals as an iterable of arrays.

    Returns
    -------
    X : numpy.memmap, float32, read-only

    Raises
    ------
    OSError
        If the disk has not enough room. Nothing is written then.
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
    """Whether the file exists and has all signals."""
    try:
        return np.load(path, mmap_mode="r").shape == tuple(shape)
    except (FileNotFoundError, ValueError, EOFError):
        return False


def _part(path, pid):
    """Name of the file while a process writes it. Each process has its own."""
    return path.with_name(f"{path.stem}.{platform.node()}.{pid}.part")


def _remove_leftovers(path):
    """Remove the unfinished files of processes of this machine that have ended."""
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
        # Not a memory-mapped file: with one, a full disk would kill the process.
        with part.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for block in blocks:
                file.write(np.ascontiguousarray(block, DTYPE).data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
