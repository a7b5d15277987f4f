"""Kinds of parameters that are numbers: one, several, or a band of frequencies."""

import math
import re
from numbers import Integral, Real

from benchmark_utils.parameters.kinds import Kind, is_flag


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
        if not isinstance(value, Real) or is_flag(value):
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
