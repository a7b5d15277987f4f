"""Which method is best, from the numbers of a summary alone: no runs are needed."""

import numpy as np
import pandas as pd

from benchmark_utils.pages import answers


def answered(summary):
    """Return a summary with the answer in words that its numbers give.

    Parameters
    ----------
    summary : dict, see `leaderboard.summary.summarise`
    """
    return summary | {"answer": answers.answer_of(ratios(summary))}


def ratios(summary):
    """Return the median times over those of the fastest method.

    Returns
    -------
    DataFrame
        As of :func:`benchmark_utils.pages.targets.ratios`, with the labels of problems.
    """
    seconds = {
        (problem["label"], ""): {
            method["method"]: _seconds(method["results"].get(problem["label"]))
            for method in summary["methods"]
        }
        for problem in summary["problems"]
    }
    times = pd.DataFrame(seconds, dtype=float)
    times = times.loc[[method["method"] for method in summary["methods"]]]
    best = times.min()
    return times.div(best.where(np.isfinite(best), 1.0))


def _seconds(result):
    if result is None:
        return np.nan
    median, *_ = result["seconds_to_1_percent"]
    return np.inf if median is None else median
