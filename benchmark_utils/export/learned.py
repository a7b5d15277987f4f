"""The dictionary of one run, and everything that is needed to use it."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.problem.units import Units
from benchmark_utils.result_files import read_result

NAMES = ("solver", "dataset", "objective")
TOLERANCE = 1e-6  # relative duality gap of the codes
INFO = (
    "sfreq",
    "ch_names",
    "ch_types",
    "ch_pos",
    "ch_loc",
    "ch_scale",
    "filter",
    "resample",
)


@dataclass
class Learned:
    """A learned dictionary.

    Attributes
    ----------
    D : ndarray, shape (n_atoms, n_features) or (n_atoms, n_channels, *atom_support)
        Unit-norm atoms, the most used ones first.
    model : {"dense", "conv", "rank1"}
    lmbd : float
        λ, in the units of the signals.
    positive : bool
        Whether codes are constrained to z >= 0.
    u, v : ndarray or None
        Maps (n_atoms, n_channels) and waveforms (n_atoms, n_times_atom) of rank-1
        atoms.
    names : dict of str
        Names of the solver, the dataset and the objective.
    scores : dict of float
        Metrics of the last evaluation: see docs/metrics.md.
    info : dict
        Facts about recordings, as far as they are known: ``sfreq`` in Hz, ``ch_names``,
        ``ch_types``, ``ch_pos`` (n_channels, 3) and ``ch_loc`` (n_channels, 12) in
        metres, ``ch_scale`` (n_channels,), the numbers that channels were divided by,
        and ``filter`` and ``resample``, as given to ``from_file``.
    """

    D: np.ndarray
    model: str
    lmbd: float
    positive: bool
    u: np.ndarray = None
    v: np.ndarray = None
    names: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)
    info: dict = field(default_factory=dict)

    def transform(self, X):
        """Lasso codes of new signals, to a relative duality gap of 1e-6.

        Parameters
        ----------
        X : ndarray, shape (n_signals, n_features) or (n_signals, n_channels, *support)
            In the units of the signals that were learned from.

        Returns
        -------
        Z : ndarray, shape (n_signals, n_atoms) or (n_signals, n_atoms, *places)

        Raises
        ------
        ValueError
            If the atoms do not fit in the signals, or the signals are not finite.
        """
        X = np.asarray(X, dtype=np.float64)
        self._check(X)
        units = Units.of(X)
        signals = torch.as_tensor(units.scaled(X))
        options = units.scaled(self.lmbd), self.positive
        D = make_dictionary(self.model, self.D)
        codes = certified_codes(D, signals, *options, tol=TOLERANCE)
        codes.warn_above(TOLERANCE, "new")
        return units.code(codes.Z.numpy())

    def save(self, path, Z=None):
        """Write everything to an .npz file, which numpy reads.

        Parameters
        ----------
        path : str or path
        Z : ndarray or None
            Codes to store beside the atoms.
        """
        arrays = {"D": self.D, "u": self.u, "v": self.v, "Z": Z, **self.info}
        words = {"model": self.model, **self.names}
        numbers = {"lmbd": self.lmbd, "positive": self.positive, **self.scores}
        content = {**words, **numbers, **arrays}
        np.savez_compressed(path, **{k: v for k, v in content.items() if v is not None})

    def _check(self, X):
        same = X.ndim == self.D.ndim and X.shape[1] == self.D.shape[1]
        if not same or any(
            n < m for n, m in zip(X.shape[2:], self.D.shape[2:], strict=True)
        ):
            raise ValueError(
                f"Signals have shape {X.shape}, atoms {self.D.shape}: a signal must "
                "have as many features or channels, and be at least as long."
            )
        if not np.isfinite(X).all():
            raise ValueError("Signals are not finite: leave out NaN and infinite ones.")


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
    order = np.argsort(-np.asarray(final["usage"]), kind="stable")
    parts = {key: _sorted(final.get(key), order) for key in ("D", "u", "v")}
    D = parts.pop("D")
    if D is None:
        D = parts["u"][:, :, None] * parts["v"][:, None, :]
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
    return {key: final[key] for key in INFO if final.get(key) is not None}
