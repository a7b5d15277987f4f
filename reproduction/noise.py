"""The noise of the paper's text, which is judged, and that of its published code.

The text of the paper states the variance 0.1 (§2, A.1 to A.5). Its published code has
the standard deviation 0.1. A run file may have both: the claims are then judged on the
runs of each, and the verdict of the code's noise stands beside that of the text's.
"""

import numpy as np
import pandas as pd

TEXT, CODE = 0.1, 0.01  # variances
CODE_SIGMA = "σ = 0.1"
CODE_NAME = f"{CODE_SIGMA}, as in the published code"
SIGMA, VARIANCE = "p_dataset_sigma", "p_dataset_sigma2"


def variances(df):
    """Return the variance of the noise of each row, NaN where it is not known."""
    found = pd.Series(np.nan, df.index)
    if VARIANCE in df:
        found = pd.to_numeric(df[VARIANCE], errors="coerce")
    if SIGMA in df:
        found = found.fillna(pd.to_numeric(df[SIGMA], errors="coerce") ** 2)
    return found


def by_noise(df):
    """Return the runs that are judged, and those with the noise of the published code.

    Parameters
    ----------
    df : DataFrame
        Table of runs.

    Returns
    -------
    text, code : DataFrame
        All runs are in `text`, and `code` is None, where there is one noise only.
    """
    found = variances(df)
    is_code = pd.Series(np.isclose(found, CODE, rtol=0.05), df.index)
    is_text = pd.Series(np.isclose(found, TEXT, rtol=0.05), df.index)
    if not (is_code.any() and is_text.any()):
        return df, None
    return df[~is_code], df[is_code]
