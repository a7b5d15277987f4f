"""Kinds of parameters that are paths of files, on which results depend."""

import os
from numbers import Real

from benchmark_utils.parameters.kinds import Text


class File(Text):
    """The path of a file. Results depend on the file.

    Parameters
    ----------
    words, pattern : str
    names : sequence of str
        Words that are not paths, even if files or folders have these names.
    """

    def __init__(self, words="the path of a file", pattern=".+", names=()):
        super().__init__(words, pattern)
        self.names = names

    def is_path(self, value):
        """Whether a value is a path and not one of the names, or None."""
        return value is not None and value not in self.names

    def read(self, value):
        return super().read(os.fspath(value) if hasattr(value, "__fspath__") else value)

    def hint(self, name, value):
        return f" Quote it: {name}='{value}'." if isinstance(value, Real) else ""


class Files(File):
    """The path of a file, a pattern of paths, or a list of either."""

    def __init__(self, words="the path of a file, a pattern or a list of paths"):
        super().__init__(words)

    def read(self, value):
        if not isinstance(value, list | tuple):
            return super().read(value)
        paths = tuple(map(super().read, value))
        return None if not paths or None in paths else paths
