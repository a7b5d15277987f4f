"""Kinds of parameters: a flag, a name of a list, a text. Others are built of these.

A kind reads a value, and has words for messages. ``kind | value`` accepts one more
value, as in ``Integer(1) | None``.
"""

import re
from copy import copy
from numbers import Real

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
        and not is_flag(value)
        and not is_flag(other)
        and value == other
    )


def is_flag(value):
    """Whether a value is True or False, of Python or of numpy."""
    return isinstance(value, bool | np.bool_)


class Flag(Kind):
    """True or False. 0 and 1 are not allowed."""

    words = "True or False"

    def read(self, value):
        return bool(value) if is_flag(value) else None

    def hint(self, name, value):
        meant = SPELLED.get(value.lower()) if isinstance(value, str) else None
        return "" if meant is None else f" Write {name}={meant}, with a capital letter."


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
