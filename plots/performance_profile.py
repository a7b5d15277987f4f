import numpy as np
from benchopt import BasePlot

from benchmark_utils.pages import results, targets

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
        found = targets.profile(_times(df, dataset, target))
        return [
            {**_steps(values), "label": solver, **self.get_style(solver)}
            for solver, values in found.iterrows()
            if np.isfinite(values).any()
        ]

    def get_metadata(self, df, dataset, target):
        times = _times(df, dataset, target)
        n_problems = len(times.drop_duplicates(["problem", "rep"]))
        title = targets.answer(times) if n_problems else "No run has measured this"
        if not np.isfinite(times["time"]).any():
            title = f"Nothing to show: {title}"
        return {
            "title": f"{title}\nTime to {target} · problems: {n_problems}",
            "xlabel": "τ: time over that of the soonest method",
            "ylabel": "share of problems solved",
            "scale": "semilog-x",
        }


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
    shares = np.arange(1, len(finite) + 1) / len(values)
    x = np.repeat(finite, 2)
    y = np.column_stack([np.r_[0, shares[:-1]], shares]).ravel()
    end = max(targets.WORST, finite[-1])
    return {"x": [1.0, *x.tolist(), end], "y": [0.0, *y.tolist(), shares[-1]]}
