"""Figure 4: gradient steps, distance to the best loss and to the best recovery."""

from reproduction.claims.dynamics_tables import ends, loss_column
from reproduction.pictures.canvas import COLORS, curve, logarithmic

MARGIN = 1e-3  # as in the paper: keeps the best point on a logarithmic axis


def draw(figure, df):
    """Draw three panels against the number of layers, as the paper has them."""
    rows = ends(
        df, steps="objective_n_steps", loss=loss_column(df),
        score="objective_recovery_score",
    )  # fmt: skip
    same_data = rows.groupby("rep")
    rows["excess"] = rows["loss"] - same_data["loss"].transform("min") + MARGIN
    rows["lack"] = same_data["score"].transform("max") - rows["score"] + MARGIN
    figure.set_size_inches(8.4, 2.8)
    panels = {"steps": "gradient steps", "excess": "$F_N - F^*$", "lack": "$S^* - S$"}
    places = figure.subplots(1, 3)
    for axes, (column, label) in zip(places, panels.items(), strict=True):
        for method, run in rows.groupby("method"):
            curve(
                axes, run, "n_layers", column, label=method, marker=".",
                color=COLORS.get(method),
            )  # fmt: skip
        logarithmic(axes, "x")
        axes.set(xlabel="layers N", ylabel=label)
        axes.set_yscale("linear" if column == "steps" else "log")
    axes.legend()
