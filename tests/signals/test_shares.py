"""Shares of signals or samples are whole numbers that leave something."""

import re

import pytest

from benchmark_utils.signals.shares import count


@pytest.mark.parametrize("n, least", [(2, 1), (3, 1), (600, 1), (1007, 17), (90, 45)])
def test_the_limits_of_an_error_are_taken(n, least):
    for share in (1e-9, 1 - 1e-9):
        with pytest.raises(ValueError, match=f"part={share} ") as error:
            count("part", share, n, "signals", least)
        limits = map(float, re.findall(r"from (\S+) to (\S+),", str(error.value))[0])
        for limit in limits:
            assert least <= count("part", limit, n, "signals", least) <= n - least
    assert count("part", 0, n, "signals", least) == 0


def test_too_few_for_any_share():
    with pytest.raises(ValueError, match="too few for any share but 0"):
        count("part", 0.5, 11, "samples", 6)
    with pytest.raises(ValueError, match=r"part must be in \[0, 1\); got 1"):
        count("part", 1, 11, "samples")
