"""What the rules of the study share: methods, and the last evaluation of runs."""

import re

from reproduction.rows import last, need, only, tidy
from reproduction.verdict import Untestable

LEAST = 0.1  # share of recovered atoms below which nothing was learned
FEWER = 0.05  # share of the atoms: what counts as a difference
LEARNED_ENCODERS = ("SAE", "LISTA")
RECOVERED = "objective_recovered_atoms"


def evaluations(df, **columns):
    """Return all evaluations, with `method`: the solver, of SAE with its activation."""
    need(df, "p_solver_activation")
    rows = tidy(df, recovered=RECOVERED, **columns)
    activation = df["p_solver_activation"].where(rows["solver"] == "SAE", "").fillna("")
    return rows.assign(method=(rows["solver"] + " " + activation).str.strip())


def ends(df, **columns):
    """Return the last evaluation of each run."""
    return last(evaluations(df, **columns))


def settings(rows, *columns, by=()):
    """Return medians over repetitions of `columns` for each setting."""
    keys = ["dataset", *by, "solver", "method", "label"]
    return rows.groupby(keys, sort=False)[list(columns)].median().reset_index()


def autoencoders(rows):
    """Return the rows of SAE."""
    return only(rows, "SAE", solver="SAE")


def classical(rows):
    """Return the rows of dictionary learning: all that learns no encoder."""
    return only(rows[~rows["solver"].isin(LEARNED_ENCODERS)], "dictionary learning")


def n_atoms(dataset):
    """Return the number of atoms that a dataset's name tells, or that it is; or 0."""
    found = re.search(r"(?:n_atoms=|^)(\d+)", str(dataset))
    return int(found.group(1)) if found else 0


def by_size(table, column="dataset"):
    """Return the rows of each dataset by its name in words, the smallest first.

    Parameters
    ----------
    table : DataFrame
    column : str
        Names of the datasets, or numbers of atoms.

    Returns
    -------
    dict of str to DataFrame
    """
    names = sorted(table[column].unique(), key=n_atoms)
    return {
        f"{n_atoms(name)} atoms" if n_atoms(name) else str(name): table[
            table[column] == name
        ]
        for name in names
    }


def need_some(numbers):
    """Raise Untestable where all numbers of a table are missing."""
    if numbers.isna().all(axis=None):
        raise Untestable("nothing was measured")
