import numpy as np
import pandas as pd
from benchopt import BasePlot

from benchmark_utils.pages import answers, columns, page, results, styles, targets

EVERY = "all"


class Plot(BasePlot):
    """Share of the problems that a method solves within τ times the best time.

    Each repetition of each problem counts once. Further left and up is better
    (E. D. Dolan and J. J. Moré, Mathematical Programming 91, 2002).
    """

    name = "performance_profile"
    type = "scatter"
    options = {
        "dataset": lambda df: [EVERY, *results.names(df, "dataset")],
        "target": list(targets.TARGETS),
    }

    def plot(self, df, dataset, target):
        times = _times(df, dataset, target)
        if not np.isfinite(times["time"]).any():
            return []
        found = targets.profile(times)
        return [
            {**_steps(values), "label": solver, **styles.style(solver)}
            for solver, values in found.iterrows()
            if np.isfinite(values).any() or columns.NO_STEP in solver
        ]

    def get_metadata(self, df, dataset, target):
        times = _times(df, dataset, target)
        n_problems = len(times.drop_duplicates(["problem", "rep"]))
        title = answers.answer(times) if n_problems else "No run has measured this"
        if not np.isfinite(times["time"]).any():
            title = f"Nothing to show: {title}"
        said = page.ran(_rows(df, dataset))
        basis = f" ({answers.basis(times)})" if targets.is_loss(target) else ""
        return {
            "title": f"{title}\nTime to {target}{basis} · problems: {n_problems}{said}",
            "xlabel": "τ: time over that of the fastest method",
            "ylabel": "share of problems solved",
            "scale": "semilog-x",
        }


def _rows(df, dataset):
    """Return the rows of all objectives, of one dataset or of all."""
    if dataset == EVERY:
        return results.every_row(df)
    objectives = results.names(df, "objective")
    return pd.concat([results.select(df, dataset, name) for name in objectives])


def _times(df, dataset, target):
    times = targets.reached(df, target)
    if dataset == EVERY:
        return times
    return times[
        times["problem"].map(lambda problem: problem[0] == dataset).astype(bool)
    ]


def _steps(values):
    """Corners of a curve that rises by a step at each ratio, to the last one shown."""
    finite = np.sort(values[np.isfinite(values)].to_numpy(dtype=float))
    shares = np.arange(len(finite) + 1) / len(values)
    x = [1.0, *np.repeat(finite, 2).tolist(), max(targets.WORST, *finite, 1.0)]
    return {"x": x, "y": np.repeat(shares, 2).tolist()}
