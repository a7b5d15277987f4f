"""A hash of the data of a run, to see whether they have changed."""

import hashlib
from numbers import Number

import numpy as np

from benchmark_utils.caching.files import stamps
from benchmark_utils.reading.on_disk import is_on_disk


def digest(data):
    """Hash of the arrays, numbers and names that a dataset returns.

    Signals on disk are not read. For memory-mapped signals, the hash includes the path,
    the size and the time of change of the file. For other signals on disk, it includes
    the shape. Objects of other types do not count.

    Parameters
    ----------
    data : dict, list or tuple, nested

    Returns
    -------
    digest : str
    """
    found = hashlib.sha1(usedforsecurity=False)
    for part in _parts(data):
        found.update(part)
    return found.hexdigest()


def _parts(data):
    """Bytes that differ if the data differ."""
    if isinstance(data, dict):
        for key in data:
            yield f"{key!r}:".encode()
            yield from _parts(data[key])
    elif isinstance(data, list | tuple):
        yield f"{len(data)}[".encode()
        for each in data:
            yield from _parts(each)
    elif hasattr(data, "shape") and is_on_disk(data):
        file = getattr(data, "filename", None)
        yield f"{data.shape}{data.dtype}{stamps(file) if file else ''}".encode()
    elif data is None or isinstance(data, str | bytes | Number | np.generic):
        yield f"{data!r};".encode()
    elif hasattr(data, "__array__") and (array := np.asarray(data)).dtype != object:
        yield f"{array.shape}{array.dtype}".encode()
        yield memoryview(np.ascontiguousarray(array)).cast("B") if array.size else b""
