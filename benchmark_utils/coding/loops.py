"""The choice between compiled layers and layers in torch."""

from benchmark_utils.coding.trajectory import Trajectory


def trajectory_class(gram):
    """The class of trajectories for a Gram. It is compiled if the Gram is.

    Parameters
    ----------
    gram : Gram

    Returns
    -------
    kind : subclass of Trajectory
    """
    if not gram.compiled:
        return Trajectory
    # Imported here: AM and DDL do not need numba, which takes a second to import.
    from benchmark_utils.coding.compiled_trajectory import CompiledTrajectory

    return CompiledTrajectory
