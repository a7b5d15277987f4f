from benchopt import BasePlot

from benchmark_utils.pages import minima, page, results, surfaces


class Plot(BasePlot):
    """Loss on a plane around a minimum, of the first repetition, in two views.

    Directions are random and filter-normalised (paper, Figure B; Li et al. 2018), and
    atoms stay on the sphere. ``python -m benchmark_utils.pages.surfaces`` writes the
    same as a surface to rotate and zoom.
    """

    name = "loss_plane"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="psnr"),
        "objective": lambda df: results.names(df, "objective"),
        "solver": lambda df: results.names(df, "solver"),
    }

    def plot(self, df, dataset, objective, solver):
        found = minima.find(df, dataset, objective, solver)
        if not found:
            return page.cards([])
        losses = minima.plane_around(found[0])
        return [
            {"image": surfaces.contours(minima.STEPS, losses), "label": "from above"},
            {"image": surfaces.relief(minima.STEPS, losses), "label": "from the side"},
        ]

    def get_metadata(self, df, dataset, objective, solver):
        rows = results.select(df, dataset, objective)
        rows = rows[rows["solver"] == solver]
        found = minima.find(df, dataset, objective, solver)
        note = (
            None if found else "Nothing to show: needs an objective of landscape=True"
        )
        return {
            "title": page.title(dataset, solver, note, " · ", rows, first=True),
            "ncols": 2,
        }
