"""What all random data must do: follow the seed of the run, and its repetition."""

import numpy as np


def check_data_follow_the_seed(load, name, **parameters):
    """Fail unless X is the same for the same seed and repetition, and only then."""
    first, again, repeated, reseeded = (
        load(name, **parameters, **context)["X"]
        for context in ({}, {}, {"repetition": 1}, {"seed": 1})
    )
    np.testing.assert_array_equal(first, again)
    assert not np.intersect1d(first, repeated).size
    assert not np.intersect1d(first, reseeded).size
