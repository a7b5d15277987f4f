"""The dictionary of one run of a result file."""

import numpy as np
import pandas as pd

from benchmark_utils.dictionaries.factors import rank_one_atoms
from benchmark_utils.export.learned import Learned
from benchmark_utils.result_files import read_result
from benchmark_utils.signals.recording_info import RECORDING_INFO

NAMES = ("solver", "dataset", "objective")


def learned(result, solver=None, dataset=None, objective=None, repetition=0):
    """The last dictionary of a run.

    Parameters
    ----------
    result : str, path or DataFrame
        A result file of benchopt, for example ``outputs/my_run.parquet``.
    solver, dataset, objective : str or None
        The start of its name. None if the file has only one.
    repetition : int

    Returns
    -------
    learned : Learned

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the names fit no run or several, or if the run has learned nothing.
    """
    df = result if isinstance(result, pd.DataFrame) else read_result(result)
    wanted = dict(zip(NAMES, (solver, dataset, objective), strict=True))
    for kind, start in wanted.items():
        df = _chosen(df, kind, start)
    run = df[df["idx_rep"] == repetition].sort_values("stop_val")
    if not len(run):
        found = sorted(df["idx_rep"].unique().tolist())
        raise ValueError(f"There is no repetition {repetition}, only {found}.")
    return _learned(run)


def _chosen(df, kind, start):
    """Rows of the one solver, dataset or objective whose name begins with ``start``."""
    column = df[f"{kind}_name"].astype(str)
    found = column.unique().tolist()
    meant = [name for name in found if start is None or name.startswith(start)]
    if start in found:
        meant = [start]
    if len(meant) != 1:
        which = f"{kind}={start!r}" if start is not None else f"no {kind} is named"
        raise ValueError(
            f"{which}, and the file has {', '.join(found)}: name one of them."
        )
    return df[column == meant[0]]


def _learned(run):
    last = run.iloc[-1]
    final = _final(last)
    order = np.argsort(-np.asarray(final["usage"]), kind="stable")
    parts = {key: _sorted(final.get(key), order) for key in ("D", "u", "v")}
    D = parts.pop("D")
    if D is None:
        D = rank_one_atoms(parts["u"], parts["v"])
    return Learned(
        D,
        final["model"],
        float(last["objective_lmbd"]),
        str(last["p_obj_positive"]) == "True",
        **parts,
        names={kind: str(last[f"{kind}_name"]) for kind in NAMES},
        scores=_scores(last),
        info=_info(final),
    )


def _final(last):
    """What the objective kept at the end of a run that has learned something."""
    final = last.get("final_results")
    if not isinstance(final, dict) or "usage" not in final:
        raise ValueError(
            f"The file has no dictionary of {last['solver_name']}: take the .parquet "
            "file of a run of this benchmark that came to its end."
        )
    if not last.get("objective_n_steps", 1):
        raise ValueError(
            f"{last['solver_name']} took no step: it has only the initial dictionary. "
            "Give it a longer --timeout."
        )
    return final


def _sorted(atoms, order):
    return None if atoms is None else np.asarray(atoms)[order]


def _scores(last):
    prefix = "objective_"
    scores = {
        column.removeprefix(prefix): last[column]
        for column in last.index
        if column.startswith(prefix) and column != "objective_name"
    }
    numbers = {k: pd.to_numeric(v, errors="coerce") for k, v in scores.items()}
    return {k: float(v) for k, v in numbers.items() if np.isfinite(v)}


def _info(final):
    return {key: final[key] for key in RECORDING_INFO if final.get(key) is not None}
