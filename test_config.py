"""What `benchopt test` does beyond its own checks."""


def check_test_solver_run(solver_class):
    """A solver whose package is missing fails, where benchopt would skip it."""
    solver_class.is_installed(raise_on_not_installed=True)


def check_test_dataset_get_data(dataset_class):
    """So does a dataset."""
    dataset_class.is_installed(raise_on_not_installed=True)
