"""Checks of the parameters of components, before anything runs."""

from collections import ChainMap

import click

from benchmark_utils.parameters.table import KINDS


class WrongParameter(click.ClickException, ValueError):
    """A value that a parameter cannot have. `benchopt run` shows it as one line."""


class Grid(dict):
    """The ``parameters`` of a component, as a dict that refuses wrong values.

    When benchopt reads a command line or a run file, it copies the parameters of a
    component and updates the copy. So a wrong value ends the command before anything
    has run. Other values are checked when an instance is made.
    """

    def __init__(self, parameters, component):
        super().__init__(parameters)
        self._component = component

    def copy(self):
        return Grid(self, self._component)

    def update(self, chosen):
        for names, values in chosen.items():
            self[names] = self._component.checked_values(names, values)


class Checked:
    """Mixin that checks parameters against their kinds.

    Attributes
    ----------
    kinds : dict of str to Kind or None
        Kinds of parameters that are not in ``benchmark_utils/parameters/table.py``, or
        that mean something else there. Parameters of kind None, and parameters without
        a kind, are not checked.
    """

    parameters = {}
    kinds = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        cls.parameters = Grid(cls.parameters, cls)

    @classmethod
    def kind_of(cls, name):
        """The kind of a parameter, or None if it is not checked.

        A component of a user may have a parameter that has the name of one in the table
        and another meaning. If its default is of another kind, the table is not used.
        """
        own = [vars(c)["kinds"] for c in cls.__mro__ if "kinds" in vars(c)]
        kind = ChainMap(*own, KINDS).get(name)
        defaults = cls._defaults(name)
        if kind is not None and any(value is None for value in defaults):
            kind = kind | None
        declared = any(name in kinds for kinds in own)
        meant = kind is None or declared or all(map(kind.accepts, defaults))
        return kind if meant else None

    @classmethod
    def _defaults(cls, name):
        """Values of a parameter in the grid of the component."""
        for key, values in cls.parameters.items():
            names = _names(key)
            if name in names:
                position = names.index(name)
                return [v[position] if len(names) > 1 else v for v in _listed(values)]
        return []

    @classmethod
    def checked(cls, name, value):
        """The value of a parameter, converted to the right type.

        Raises
        ------
        WrongParameter
            If it is not of the kind of the parameter. The message has the component,
            the parameter, the allowed values and the given one.
        """
        kind = cls.kind_of(name)
        try:
            return value if kind is None else kind.check(name, value)
        except ValueError as error:
            raise cls._wrong(error) from None

    @classmethod
    def checked_values(cls, key, values):
        """The checked values of a parameter, or of several that are grouped."""
        names = _names(key)
        if not _listed(values):
            raise cls._wrong(f"{key} must have a value; got {values!r}.")
        if len(names) > 1:
            return [cls._checked_group(names, group) for group in _listed(values)]
        # A component may have a list of values, which replaces "all".
        wildcard = isinstance(cls.get_all_parameter_values(key), list | tuple | set)
        found = [
            value if wildcard and value == "all" else cls.checked(key, value)
            for value in _listed(values)
        ]
        return found if isinstance(values, list | tuple) else found[0]

    @classmethod
    def _checked_group(cls, names, group):
        if not isinstance(group, list | tuple) or len(group) != len(names):
            raise cls._wrong(
                f"'{', '.join(names)}' takes lists of {len(names)} values; got "
                f"{group!r}."
            )
        return tuple(map(cls.checked, names, group))

    @classmethod
    def _wrong(cls, problem):
        return WrongParameter(f"{cls._base_class_name} {cls.name}: {problem}")

    def save_parameters(self, **parameters):
        # benchopt sets a parameter only if there is no attribute of that name. So a
        # default in a base class would silently replace the user's choice.
        super().save_parameters(**parameters)
        for name, value in self._parameters.items():
            self._parameters[name] = self.checked(name, value)
            setattr(self, name, self._parameters[name])


def _names(key):
    return [name.strip() for name in key.split(",")]


def _listed(values):
    return list(values) if isinstance(values, list | tuple) else [values]
