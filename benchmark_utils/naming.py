"""Names short enough for a menu, and still one for each setting."""


class ShortName:
    """Shows the parameters listed in ``shown``, and others once off their default.

    benchopt formats an instance's ``parameter_template`` with its parameters. Two
    settings never share a name: what is left out has its default value, the first
    of its list in ``parameters``.

    Attributes
    ----------
    shown : dict of str to str
        Parameter to the label it has in the name.
    """

    shown = {}

    @property
    def parameter_template(self):
        defaults = {key: values[0] for key, values in self.parameters.items()}
        parts = [
            f"{self.shown.get(key, key)}={{{key}}}"
            for key, value in self._parameters.items()
            if key in self.shown or value != defaults.get(key)
        ]
        return ",".join(parts)

    def __repr__(self):
        return super().__repr__().removesuffix("[]")
