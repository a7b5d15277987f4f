"""F1 of a mask of outliers, by hand."""

import numpy as np
import pytest

from benchmark_utils.scoring.outliers import outlier_f1

TRUTH = np.array([[True, True, False, False, False]])


@pytest.mark.parametrize(
    "found, expected",
    [
        ([1, 1, 0, 0, 0], 1),
        ([0, 1, 1, 0, 0], 0.5),
        ([1, 1, 1, 1, 1], 4 / 7),
        ([0, 0, 0, 0, 0], 0),
    ],
)
def test_f1(found, expected):
    found = np.array([found], dtype=bool)
    assert outlier_f1(lambda X: found, None, TRUTH) == pytest.approx(expected)


def test_nothing_to_find_and_nothing_found():
    empty = np.zeros_like(TRUTH)
    assert outlier_f1(lambda X: empty, None, empty) == 0


@pytest.mark.parametrize("mask", [TRUTH[0], TRUTH.astype(float), TRUTH[:, :4]])
def test_a_wrong_mask_is_named(mask):
    with pytest.raises(ValueError, match="outliers of me returned .* expected bool"):
        outlier_f1(lambda X: mask, None, TRUTH, "me")
