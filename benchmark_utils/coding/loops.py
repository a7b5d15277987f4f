"""Which class goes through the layers of a dictionary."""

from benchmark_utils.coding.trajectory import Trajectory


def trajectory_class(gram):
    """The trajectory for a Gram: compiled where the products of the Gram are.

    Parameters
    ----------
    gram : Gram

    Returns
    -------
    kind : subclass of Trajectory
    """
    if not gram.compiled:
        return Trajectory
    # Imported here: AM and DDL do without numba, and it takes a second to import.
    from benchmark_utils.coding.compiled_trajectory import CompiledTrajectory

    return CompiledTrajectory
