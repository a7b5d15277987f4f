"""Kinds of parameters: a whole number, a flag, a name of a list …

A kind reads a value, and has words for messages. ``kind | value`` accepts one more
value, as in ``Integer(1) | None``.
"""

import math
import os
import re
from copy import copy
from numbers import Integral, Real

import numpy as np

SPELLED = {
    **dict.fromkeys(("true", "yes", "on"), True),
    **dict.fromkeys(("false", "no", "off"), False),
}


class Kind:
    """Base of all kinds. Subclasses have ``words`` and ``read``.

    Attributes
    ----------
    words : str
        The allowed values, in words that follow "must be".
    """

    words = ""
    _besides = ()

    def __or__(self, value):
        other = copy(self)
        others = [x for x in self._besides if not _same(x, value)]
        other._besides = (*others, value)
        return other

    def __str__(self):
        return ", or ".join([self.words, *map(repr, self._besides)])

    def check(self, name, value):
        """The value, converted to the right type.

        Parameters
        ----------
        name : str
            Name of the parameter.
        value : object

        Returns
        -------
        value : object

        Raises
        ------
        ValueError
            If it is not of this kind. The message has the name, the allowed values, the
            given one and, if it can be guessed, what to write instead.
        """
        if any(_same(value, other) for other in self._besides):
            return value
        found = self.read(value)
        if found is None:
            hint = self.hint(name, value)
            raise ValueError(f"{name} must be {self}; got {value!r}.{hint}")
        return found

    def accepts(self, value):
        """Whether a value is of this kind."""
        return (
            any(_same(value, x) for x in self._besides) or self.read(value) is not None
        )

    def read(self, value):
        """The value in the right type, or None if it is not of this kind."""
        raise NotImplementedError

    def hint(self, name, value):
        """A sentence that says what to write instead, if that can be guessed."""
        return ""


def _same(value, other):
    """Whether two values are the same. 1 is not True, and an array is not a number."""
    return value is other or (
        isinstance(value, str | Real)
        and not _is_flag(value)
        and not _is_flag(other)
        and value == other
    )


def _is_flag(value):
    return isinstance(value, bool | np.bool_)


class Flag(Kind):
    """True or False. 0 and 1 are not allowed."""

    words = "True or False"

    def read(self, value):
        return bool(value) if _is_flag(value) else None

    def hint(self, name, value):
        meant = SPELLED.get(value.lower()) if isinstance(value, str) else None
        return "" if meant is None else f" Write {name}={meant}, with a capital letter."


class Number(Kind):
    """A finite number in an interval.

    Parameters
    ----------
    least, most : float or None
        Bounds that belong to the interval.
    above, below : float or None
        Bounds that do not.
    """

    noun = "a finite number"

    def __init__(self, least=None, most=None, above=None, below=None):
        self.least, self.most, self.above, self.below = least, most, above, below

    @property
    def words(self):
        low = f"({self.above:g}" if self.above is not None else None
        low = f"[{self.least:g}" if self.least is not None else low
        high = f"{self.below:g})" if self.below is not None else None
        high = f"{self.most:g}]" if self.most is not None else high
        if low and high:
            return f"{self.noun} in {low}, {high}"
        sides = {">=": self.least, ">": self.above, "<=": self.most, "<": self.below}
        bounds = [f" {sign} {x:g}" for sign, x in sides.items() if x is not None]
        return self.noun + "".join(bounds)

    def read(self, value):
        if not isinstance(value, Real) or _is_flag(value):
            return None
        return value if self._contains(value) else None

    def _contains(self, value):
        return (
            (isinstance(value, Integral) or math.isfinite(value))
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def hint(self, name, value):
        try:
            meant = self.read(float(value)) if isinstance(value, str) else None
        except ValueError:
            meant = None
        if meant is None:
            return ""
        return f" It is text: write {name}={meant}, or {meant} in a run file."


class Integer(Number):
    """A whole number in an interval. 1e3 is allowed, and 2.5 is not.

    Parameters
    ----------
    least, most : int or None
    """

    noun = "an integer"

    def __init__(self, least=None, most=None):
        super().__init__(least, most)

    def read(self, value):
        number = super().read(value)
        if number is None or int(number) != number:
            return None
        return number if isinstance(number, Integral) else int(number)


class Integers(Integer):
    """A whole number, or one for each dimension."""

    @property
    def words(self):
        return f"{super().words}, or a tuple of such"

    def read(self, value):
        if not isinstance(value, list | tuple):
            return super().read(value)
        numbers = tuple(super(Integers, self).read(each) for each in value)
        return None if not numbers or None in numbers else numbers


class Choice(Kind):
    """One name of a list."""

    def __init__(self, *names):
        self.names = names

    @property
    def words(self):
        return "one of " + ", ".join(self.names)

    def read(self, value):
        return value if isinstance(value, str) and value in self.names else None


class Text(Kind):
    """Text that is not empty.

    Parameters
    ----------
    words : str
    pattern : str
        Regular expression that the whole text must match.
    """

    def __init__(self, words="text", pattern=".+"):
        self.words, self._pattern = words, pattern

    def read(self, value):
        matches = isinstance(value, str) and re.fullmatch(self._pattern, value)
        return value if matches else None


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


class Band(Kind):
    """A band of frequencies in Hz: "1-40", or "1-" and "-40" with one limit.

    It may also be a pair of numbers, where None means no limit.
    """

    words = "a band in Hz, as '1-40', '1-' or '-40', in quotes"
    _pattern = re.compile(r"(\d*\.?\d*)-(\d*\.?\d*)")

    def read(self, value):
        if isinstance(value, list | tuple) and len(value) == 2:
            value = "-".join("" if x is None else str(x) for x in value)
        if not isinstance(value, str) or not self._pattern.fullmatch(value):
            return None
        try:
            low, high = self.limits(value)
        except ValueError:
            return None
        some = [limit for limit in (low, high) if limit is not None]
        return value if some and min(some) > 0 and some == sorted(set(some)) else None

    @classmethod
    def limits(cls, band):
        """The two limits of a band in Hz. None means no limit."""
        low, high = cls._pattern.fullmatch(band or "-").groups()
        return tuple(float(limit) if limit else None for limit in (low, high))

    def hint(self, name, value):
        if not isinstance(value, Real):
            return ""
        return f" A list has several settings; a band is {name}='1-40'."
