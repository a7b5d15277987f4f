"""Figure 7: rank-1 atoms of MEG, against those of alphacsc (§4)."""

import numpy as np
import pandas as pd

from benchmark_utils.scoring.scores import factor_correlations, recovery_score
from reproduction.claims.meg_pieces import of_pieces
from reproduction.rows import need
from reproduction.verdict import Untestable, claim, graded

ALIKE = 0.8  # correlation, of the paper's 0.80 to 0.90


def finals(df):
    """Return the final results of the runs of DDL on MEG, one dict a run.

    Each has `u`, `v`, `reference` (`u` and `v` of alphacsc's atoms), `sfreq`,
    `ch_names` and `ch_loc`.
    """
    need(df, "solver_name", "final_results")
    runs = df[df["solver_name"].astype(str).str.contains("DDL")]["final_results"]
    found = [f for f in runs if isinstance(f, dict) and f.get("sfreq") is not None]
    if not found:
        raise Untestable("there are no recordings among the final results")
    return found


def atoms_and_chance(df):
    """Return how many of alphacsc's atoms were learned in each run.

    Returns
    -------
    DataFrame
        Columns `atoms`, those of alphacsc, `share`, of those that have a learned atom
        of their own which has both their map and their waveform, `initial`, the same
        of the initial atoms, and `pieces`, the median of ten dictionaries that are
        pieces of the recording.
    """
    found = [f for f in finals(df) if f.get("reference") is not None]
    if not found:
        raise Untestable("the reference atoms of alphacsc were not prepared")
    if any(f.get("initial") is None for f in found):
        raise Untestable("the runs have not kept their initial atoms")
    rows = []
    for run in found:
        kept = run["reference"], run, run["initial"]
        known, learned, initial = map(_factors, kept)
        rows.append({
            "atoms": len(known[0]),
            "share": share_found(learned, known),
            "initial": share_found(initial, known),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    draws = of_pieces(df, share_found, found[0]["reference"])
    return table.assign(pieces=np.median(table["initial"] if draws is None else draws))


def _factors(kept):
    return [np.asarray(kept[key], dtype=float) for key in "uv"]


def share_found(learned, known):
    """Return the share of known atoms that have a learned one of their own.

    Parameters
    ----------
    learned, known : pairs of array, shapes (n_atoms, n_channels), (n_atoms, n_times)
        Maps u and waveforms v. A learned atom finds a known one if both correlate by
        0.8 or more, and it finds one only.
    """
    C_u, C_v, _ = factor_correlations(*learned, *known)
    return recovery_score((np.minimum(C_u, C_v) >= ALIKE).astype(float))


@claim(
    "The algorithm recovers the main waveforms and spatial patterns of MEG.",
    atoms_and_chance,
)
def main_patterns(table):
    """The paper names heartbeat, blinks and an auditory response among its atoms, and
    shows them. Judged are the important atoms that alphacsc finds: the share that has a
    learned atom of its own (one-to-one) of which the map and the waveform (over all
    shifts) both correlate with theirs by 0.8 or more; medians over repetitions. Chance
    is the share that the initial atoms find, or that as many pieces of the recording
    do, the larger one. Holds if the share is half or more, and 25 points or more above
    chance; in part if it is a quarter or more, and 10 points or more above.
    """
    share = table["share"].median()
    initial, pieces = table["initial"].median(), table["pieces"].median()
    gain = share - max(initial, pieces) + 1e-9
    return graded(share >= 0.5 and gain >= 0.25, share >= 0.25 and gain >= 0.1), {
        "atoms of alphacsc": table["atoms"].iloc[-1],
        "found again": f"{share:.0%}",
        "by the initial atoms": f"{initial:.0%}",
        "by pieces of the recording": f"{pieces:.0%}",
    }
