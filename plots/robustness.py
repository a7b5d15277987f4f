import numpy as np
import pandas as pd
from benchopt import BasePlot

from benchmark_utils.pages import columns, page, results
from benchmark_utils.scoring.scores import scores_between

SPREAD = "PSNR about its median"
RECOVERY = "recovery between inits"
LABELS = {
    "PSNR": "PSNR of the network's codes (dB)",
    SPREAD: "PSNR of the network's codes, less its median (dB)",
    "PSNR, certified codes": "PSNR (dB)",
    RECOVERY: "recovery score between two dictionaries",
}


class Plot(BasePlot):
    """Does the initial dictionary matter? PSNR and atoms against the SNR of an image.

    A box for each signal-to-noise ratio of a photograph, over random initialisations
    (paper, Figure 5, centre): PSNR of each learned dictionary, from the codes of its
    network or certified ones, and recovery score between each two of them.
    """

    name = "robustness"
    type = "boxplot"
    options = {
        "image": lambda df: _images(df),
        "objective": lambda df: results.names(df, "objective"),
        "solver": lambda df: results.names(df, "solver"),
        "metric": list(LABELS),
    }

    def plot(self, df, image, objective, solver, metric):
        color = (*self.get_style(metric)["color"][:3], 0.5)  # or it hides the median
        boxes = [
            {
                "x": [f"SNR {snr:g} dB"],
                "y": [values],
                "label": f"{snr:g}",
                "color": color,
            }
            for snr, dataset in _by_snr(df, image)
            if (values := _values(df, dataset, objective, solver, metric))
        ]
        # The page reads the first box before it draws: none at all would stop it.
        return boxes or [{"x": [" "], "y": [[]], "label": " ", "color": "white"}]

    def get_metadata(self, df, image, objective, solver, metric):
        (first, *_) = self.plot(df, image, objective, solver, metric)
        note = "Nothing to show: no runs on an image with a given snr"
        note = None if first["y"][0] else note
        rows = [results.select(df, name, objective) for _, name in _by_snr(df, image)]
        rows = pd.concat(rows).query("solver == @solver") if rows else None
        return {
            "title": page.title(
                image, solver, None if first["y"][0] else note, rows=rows
            ),
            "xlabel": "",
            "ylabel": LABELS[metric],
            "scale": "linear",
        }


def _images(df):
    """Photographs of which there are datasets with a given SNR."""
    if "p_dataset_image" not in df:
        return [columns.UNKNOWN]
    known = df[columns.numeric(df, "p_dataset_snr").notna()]
    return sorted(known["p_dataset_image"].dropna().astype(str).unique()) or [
        columns.UNKNOWN
    ]


def _by_snr(df, image):
    """Return pairs of a SNR in dB and the name of its dataset, sorted."""
    if not {"p_dataset_image", "p_dataset_snr", "dataset_name"} <= set(df):
        return []
    rows = df[df["p_dataset_image"].astype(str) == image]
    rows = rows.assign(snr=columns.numeric(rows, "p_dataset_snr")).dropna(
        subset=["snr", "dataset_name"]
    )
    return sorted(set(zip(rows["snr"], rows["dataset_name"], strict=True)))


def _values(df, dataset, objective, solver, metric):
    if metric == RECOVERY:
        finals = results.final_rows(df, dataset, objective, solver)
        atoms = [final.get("D") for final in finals.get("final_results", ())]
        return scores_between([np.asarray(D) for D in atoms if D is not None])
    rows = results.select(df, dataset, objective)
    column = "psnr" if metric == "PSNR, certified codes" else "psnr_network"
    values = results.last(rows[rows["solver"] == solver], column)
    return (values - values.median() if metric == SPREAD else values).tolist()
