from benchopt import BasePlot

from benchmark_utils.pages import answers, columns, page, results, targets
from benchmark_utils.pages.matrix import legend, matrix


class Plot(BasePlot):
    """Which method on which problem: times to a target over those of the fastest one.

    A problem is a dataset with an objective. The best loss is the frozen one for the
    problems of the leaderboard, and that of the runs for others. Times are medians over
    repetitions. "never" means that at least half of the runs did not reach the target.
    Methods are sorted by their score, the normalised integral of the performance
    profile. The title has the answer.
    """

    name = "which_method"
    type = "image"
    options = {"target": list(targets.TARGETS)}

    def plot(self, df, target):
        table = targets.ratios(targets.reached(df, target))
        # A card without an image keeps the title, which says what is missing.
        idle = [name for name in table.index if columns.NO_STEP in name]
        label = "Only initial atoms: " + ", ".join(idle) if idle else ""
        said = legend(
            "the target", "not run: this file has no run of the method there."
        )
        image = matrix(table, said=said) if len(table) else None
        return [{"image": image, "label": label}]

    def get_metadata(self, df, target):
        times = targets.reached(df, target)
        if not len(times):
            return {"title": f"Nothing to show: no run has measured this ({target})"}
        said = page.ran(results.every_row(df))
        title = f"{answers.answer(times)} · target: {target}"
        basis = f" ({answers.basis(times)})" if targets.is_loss(target) else ""
        return {"title": f"{title}{basis}{said}"}
