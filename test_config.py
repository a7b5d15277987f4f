"""Further checks of `benchopt test`."""

import pytest


def skip_without_optional(component):
    """Skip a component, with the reason, if its optional packages are missing."""
    reason = getattr(component, "missing", lambda: None)()
    if reason is not None:
        pytest.skip(reason)


def check_test_solver_run(solver_class):
    """Fail if a package of a solver is missing. benchopt would skip the solver."""
    skip_without_optional(solver_class)
    solver_class.is_installed(raise_on_not_installed=True)


def check_test_dataset_get_data(dataset_class):
    """Fail if a package of a dataset is missing; skip it if its recording is."""
    skip_without_optional(dataset_class)
    dataset_class.is_installed(raise_on_not_installed=True)
    source = getattr(dataset_class, "source", None)
    if source is not None:
        try:
            source.locate()
        except FileNotFoundError as error:
            pytest.skip(str(error))
