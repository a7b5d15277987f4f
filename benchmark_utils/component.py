"""Bases of all components: short names, checked parameters, a correct cache."""

import json
from importlib.util import find_spec

import click

from benchmark_utils.caching import data, files, machine
from benchmark_utils.checked import Checked
from benchmark_utils.naming import ShortName
from benchmark_utils.parameters.paths import File
from benchmark_utils.told import is_told


class Component(ShortName, Checked):
    """Base of datasets, and of the bases of objectives and solvers.

    benchopt caches results by a hash of the components and their state. So the state
    includes everything that a component depends on beside its parameters.

    Attributes
    ----------
    optional : tuple of str
        Modules of packages that only this component needs. They are in its
        ``requirements``, and not in requirements.txt. Without them, the component is
        skipped.
    """

    optional = ()
    _carried = None

    @classmethod
    def missing(cls):
        """A sentence that says what to install, or None if nothing is missing."""
        names = [name for name in cls.optional if find_spec(name) is None]
        if not names:
            return None
        packages = " ".join(line.removeprefix("pip::") for line in cls.requirements)
        return f"{cls.name} needs {', '.join(names)}: pip install {packages}"

    @classmethod
    def is_installed(
        cls, env_name=None, raise_on_not_installed=None, quiet=False, **options
    ):
        missing = cls.missing()
        if env_name is not None or missing is None:
            return super().is_installed(
                env_name, raise_on_not_installed, quiet=quiet, **options
            )
        if raise_on_not_installed:
            raise ModuleNotFoundError(missing)
        if not quiet:
            print(missing)
        return False

    def depends_on(self):
        """The facts that results depend on, as nested lists and dicts."""
        kinds = {name: self.kind_of(name) for name in self._parameters}
        return {
            "files": {
                name: files.stamps(value) if kinds[name].is_path(value) else []
                for name, value in self._parameters.items()
                if isinstance(kinds[name], File)
            },
            "packages": machine.packages(getattr(self, "requirements", None)),
        }

    def _get_state(self):
        # As text: joblib's hash of one list twice differs from that of two equal lists.
        facts = self._carried or json.dumps(self.depends_on(), sort_keys=True)
        return {**super()._get_state(), "depends_on": facts}

    def __setstate__(self, state):
        # Workers have other threads and devices, but must use the same key.
        state = dict(state)
        self._carried = state.pop("depends_on", None)
        super().__setstate__(state)


class ObjectiveComponent(Component):
    """Base of objectives. Their state has the code, the threads and the data."""

    _digest = (None, None)

    def _set_dataset(self, dataset):
        """Load the data, as benchopt does. Bad input ends the command with one line."""
        try:
            return super()._set_dataset(dataset)
        except Exception as error:
            if is_told(error):
                raise click.ClickException(f"Dataset {dataset}: {error}") from error
            raise

    def depends_on(self):
        return {
            **super().depends_on(),
            "code": machine.code(),
            "data": self._data_digest(),
            "threads": machine.threads(),
        }

    def _data_digest(self):
        """Hash of the data of the first repetition. The seed determines the others."""
        if self._digest[0] is not self._dataset:
            self._digest = self._dataset, data.digest(self._dataset._data)
        return self._digest[1]
