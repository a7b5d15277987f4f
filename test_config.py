"""What `benchopt test` does beyond its own checks."""

import pytest


def skip_without_optional(component):
    """Skip, with the reason, what needs packages that are nobody's else."""
    reason = getattr(component, "missing", lambda: None)()
    if reason is not None:
        pytest.skip(reason)


def check_test_solver_run(solver_class):
    """A solver whose package is missing fails, where benchopt would skip it."""
    skip_without_optional(solver_class)
    solver_class.is_installed(raise_on_not_installed=True)


def check_test_dataset_get_data(dataset_class):
    """So does a dataset; where its recording is not, it is skipped with the reason."""
    skip_without_optional(dataset_class)
    dataset_class.is_installed(raise_on_not_installed=True)
    source = getattr(dataset_class, "source", None)
    if source is not None:
        try:
            source.locate()
        except FileNotFoundError as error:
            pytest.skip(str(error))
