"""Names of settings that are short enough for a menu, and unique."""

import re

MARK = re.compile(r"( \([\w ]+\))?$")  # as in "DDL[N=30] (no step)"


class ShortName:
    """Mixin for names with the parameters in ``shown``, and those not at their default.

    benchopt formats the ``parameter_template`` of an instance with its parameters. Two
    settings never share a name: a parameter that is not in the name has its default
    value, which is the first of its list in ``parameters``.

    Attributes
    ----------
    shown : dict of str to str
        Label of each parameter in the name.
    words : dict of (str, object) to str
        Words for some values: for example "N" for ``backprop_depth=None``.
    """

    shown = {}
    words = {}

    @property
    def parameter_template(self):
        defaults = {key: values[0] for key, values in self.parameters.items()}
        parts = [
            f"{self.shown.get(key, key)}={self.words.get((key, value), f'{{{key}}}')}"
            for key, value in self._parameters.items()
            if key in self.shown or value != defaults.get(key)
        ]
        return ",".join(parts)

    def __repr__(self):
        return super().__repr__().removesuffix("[]")


def shortened(names):
    """Names of solvers without the parameters that all settings of a solver share.

    Parameters
    ----------
    names : iterable of str
        Full names, such as "DDL[N=30,window=600]".

    Returns
    -------
    short : dict of str to str
        Short name of each full name.
    """
    settings = {name: _solver_and_parameters(name) for name in names}
    short = {}
    for name, (solver, parameters) in settings.items():
        alike = [theirs for other, theirs in settings.values() if other == solver]
        own = [p for p in parameters if not all(p in theirs for theirs in alike)]
        mark = MARK.search(name)[0]
        short[name] = (f"{solver}[{','.join(own)}]" if own else solver) + mark
    return short


def _solver_and_parameters(name):
    solver, _, rest = MARK.sub("", name).removesuffix("]").partition("[")
    return solver, re.split(r",(?=\w+=)", rest)
