"""Result tables made up so that a claim of the paper holds, or does not."""

import numpy as np
import pandas as pd

from benchmark_utils.signals.sensors import vectorview

STUCK = -np.inf  # the time to a level, of what learns nothing
SPREAD = 1 + 0.001 * np.arange(9)  # of repetitions, nearly alike


def run(solver, rep=0, dataset="d", final=None, solver_parameters=None, **columns):
    """Return the rows of one run; `columns` are scalars or a value per evaluation.

    Short names stand for benchopt's: `score`, `psnr`, `loss`, `steps` for columns of
    the objective, anything else for itself.
    """
    known = {
        "score": "objective_recovery_score",
        "angle": "objective_cosine",
        "gain": "objective_relative_difference",
        "error": "objective_error_norm",
        "u": "objective_recovery_u",
        "v": "objective_recovery_v",
        "pairs": "objective_recovery_pairs",
        "psnr": "objective_psnr_network",
        "loss": "objective_value",
        "steps": "objective_n_steps",
        "reg": "p_obj_reg",
    }
    parameters = solver_parameters or {}
    shown = ",".join(f"{key}={value}" for key, value in parameters.items())
    n = max([np.size(value) for value in columns.values()], default=1)
    objects = {f"p_solver_{key}": [value] * n for key, value in parameters.items()}
    objects["final_results"] = [None] * (n - 1) + [final]
    return pd.DataFrame({
        "objective_name": "o", "dataset_name": dataset,
        "solver_name": f"{solver}[{shown}]", "idx_rep": rep, "stop_val": np.arange(n),
        **{known.get(key, key): value for key, value in columns.items()},
        **{key: pd.Series(value, dtype=object) for key, value in objects.items()},
    })  # fmt: skip


def table(runs):
    """Concatenate runs into one result table."""
    return pd.concat(list(runs), ignore_index=True)


def repeated(solver, scale=None, n=3, **columns):
    """Return repetitions of a run; the columns named by `scale` differ a bit."""
    for rep, factor in enumerate(SPREAD[:n]):
        varied = {k: np.asarray(columns[k]) * factor for k in scale or ()}
        yield from [run(solver, rep, **{**columns, **varied})]


def dynamics(am, ddl, learned=None, start=0.5, first_loss=2.0):
    """Return a table of Figure 4.

    Parameters
    ----------
    am, ddl, learned : dict of int to dict
        For each number of layers, the columns at the end of a run. By default, its loss
        falls and its time grows with that number.
    start, first_loss : float
        Recovery score and loss of the initial dictionary.
    """
    methods = {"AM": (am, None), "DDL": (ddl, False), "DDL ": (learned or {}, True)}
    known = {"steps": 10, "score": 0.9}
    at_first = {"time": 0.0, "steps": 0, "loss": first_loss, "score": start}
    return table(
        rows
        for solver, (by_layers, learns) in methods.items()
        for n_layers, columns in by_layers.items()
        for rows in repeated(
            solver.strip(), scale=["time"],
            solver_parameters={"n_layers": n_layers, "learn_steps": learns},
            **{k: [at_first[k], v] for k, v in (
                known | {"time": n_layers / 10, "loss": 1 + 1 / n_layers} | columns
            ).items()},
        )
    )  # fmt: skip


def way(level, seconds, n=11):
    """Return a metric that reaches `level` linearly from 0 in `seconds`, and stays."""
    time = np.linspace(0, 2 * seconds, n)
    return {"time": time, "score": np.minimum(time / seconds, 1) * level}


def denoising(
    oracle, few, oracle_seconds, few_seconds, start=0, cut=3, few_start=0, few_cut=3
):
    """Return a table of Figure 5 left: final PSNRs, and the times to reach them.

    The PSNR of the oracle is `start` at first, and its run ends after `cut` times the
    time; that of the network has `few_start` and `few_cut`.
    """

    def psnr(level, seconds, start, cut):
        time = np.linspace(0, cut * seconds, 31)
        share = np.minimum(time / seconds, 1)
        return {"time": time, "psnr": start + share * (level - start)}

    settings = [
        ("AM", 1000, oracle, oracle_seconds, start, cut),
        ("DDL", 20, few, few_seconds, few_start, few_cut),
    ]
    return table(
        rows
        for solver, n_layers, *levels in settings
        for rows in repeated(
            solver, scale=["time"], solver_parameters={"n_layers": n_layers},
            **psnr(*levels),
        )
    )  # fmt: skip


def batches(seconds, given=1e3, n_draws=5):
    """Return a table of Figures 6 and D: the time to 0.95 for each batch size.

    None stands for the full batch; an infinite time for 0.95 not being reached in the
    time that was given.
    """
    return table(
        rows
        for batch, time in seconds.items()
        for rows in repeated(
            "DDL" if batch is None else "Stochastic-DDL", scale=["time"],
            solver_parameters={"batch_size": np.nan if batch is None else batch},
            reg=0.1, **_to_level(time, given), n=n_draws,
        )
    )  # fmt: skip


def lmbds(seconds, given=1e3):
    """Return a table of Figure E: {λ: (time of stochastic DDL, time of SPAMS)}."""
    return table(
        rows
        for reg, both in seconds.items()
        for solver, time in zip(("Stochastic-DDL", "Online-SPAMS"), both, strict=True)
        for rows in repeated(
            solver, scale=["time"], solver_parameters={"batch_size": 100}, reg=reg,
            **_to_level(time, given),
        )
    )  # fmt: skip


def _to_level(seconds, given):
    if seconds == STUCK:
        return {**way(0.5, given / 2), "score": 0.5}
    if np.isfinite(seconds):
        return way(0.95, seconds)
    return way(0.5, given / 2)


def recording(n_found, n_reference=8, by_chance=0):
    """Return a table of Figure 7: so many of the reference atoms are learned, and so
    many of them are initial atoms."""
    rng = np.random.default_rng(0)
    u, v = rng.standard_normal((2, n_reference, 12))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    # Atoms that are not found have a map orthogonal to all of those.
    strange = np.linalg.svd(u)[2][-1]
    places = np.arange(n_reference)[:, None]
    ch_names, ch_loc = vectorview(12)
    final = {
        "u": np.where(places < n_found, u, strange), "v": v,
        "initial": {"u": np.where(places < by_chance, u, strange), "v": v},
        "reference": {"u": u, "v": v},
        "usage": np.linspace(1, 0, n_reference), "sfreq": 150.0,
        "ch_names": ch_names, "ch_loc": ch_loc,
    }  # fmt: skip
    return table([
        run("Stochastic-DDL", final=final, time=[0.0, 1.0], p_obj_init="data")
    ])  # fmt: skip


def against_alphacsc(
    ours, alphacsc=(0.9, 100.0), ksvd=(0.5, 200.0), start=0.3, batch=None
):
    """Return Table 1, from pairs of a mean correlation and a time in seconds.

    Correlations grow linearly from `start`, in ten evaluations; with a third number,
    they stay at the mean until then. The initial dictionary is made of pieces of the
    recording.
    """
    settings = [("Stochastic-DDL", {"n_windows": n}, way) for n, way in ours.items()]
    settings.append(("alphacsc-greedy", {}, alphacsc))
    settings.append(("alphacsc-batch", {}, batch or (start, alphacsc[1])))
    settings.append(("Conv-KSVD", {}, ksvd))
    return table(
        rows
        for solver, parameters, way in settings
        for rows in repeated(
            solver, scale=["time"], solver_parameters=parameters, p_obj_init="data",
            **_correlations(start, *way),
        )
    )  # fmt: skip


def _correlations(start, mean, seconds, given=None):
    time = np.linspace(0, given or seconds, 11)
    share = np.minimum(time / seconds, 1)
    ends = {"u": mean - 0.02, "v": mean + 0.02, "pairs": mean}
    return {"time": time} | {k: start + share * (e - start) for k, e in ends.items()}


LAYERS = np.unique(np.geomspace(1, 3000, 40).astype(int))


def jacobians(n_unstable, truncated=0.5, speed=1.0, n_signals=10, explodes=1e3):
    """Return a table of Figures 1 and 2: how many of the signals explode.

    Errors fall by the factor (1 - mu / L)^speed a layer, from N = 100 on.

    Parameters
    ----------
    n_unstable : int
        Signals that explode, through all layers.
    truncated : float or list of float
        Errors up to N = 100 with K = 20, of all signals or of each.
    explodes : float
        The largest error of those.
    """
    rate = np.linspace(0.99, 0.995, n_signals)
    unstable = np.where(np.arange(n_signals) < n_unstable, explodes, 0.5)
    return table(
        run(
            "Jacobian", solver_parameters={"backprop_depth": depth},
            final={
                "n_layers": LAYERS, "rate": rate,
                "support_reached": np.full(n_signals, 100),
                "jacobian_errors": _errors(rate, peaks, speed),
                "jacobian_errors_l1": _errors(rate, peaks, speed),
            },
        )
        for depth, peaks in [(np.nan, unstable), (20, truncated)]
    )  # fmt: skip


def _errors(rate, peaks, speed):
    late = np.maximum(LAYERS[:, None] - 100, 0)
    early = np.minimum(LAYERS[:, None], 100) / 100
    return peaks**early * rate ** (speed * late)


def gradients(few, deep, truncated, unstable=10.0, back=1.0):
    """Return a table of Figures 3 and C.

    Parameters
    ----------
    few, deep, truncated : float
        Relative difference of DDL's angles up to N = 50; above, through all layers;
        above, with K = 20.
    unstable, back : float
        Error of DDL's gradient over AM's around N = 300 and at the end.
    """
    middle = (LAYERS > 50) & (LAYERS < 2000)
    error = 10.0 / LAYERS
    ratio = np.select([middle, LAYERS >= 2000], [unstable, back], 0.5)
    gains = {0: 0.0 * LAYERS, np.nan: np.where(LAYERS > 50, deep, few),
             20: np.where(LAYERS > 50, truncated, few)}  # fmt: skip
    runs = [
        run(
            "DDL" if depth != 0 else "AM", rep, stop_val=LAYERS, gain=gain,
            solver_parameters={"backprop_depth": depth}, angle=1 - 0.1 / LAYERS,
            error=error * (1 if depth == 0 else ratio),
        )
        for depth, gain in gains.items() for rep in (0, 1)
    ]  # fmt: skip
    # It is in the picture, and no claim of the paper is about it.
    runs.append(run("Implicit", stop_val=LAYERS, gain=-1e6, angle=0.1, error=1e6))
    return table(runs)
