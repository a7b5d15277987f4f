"""Iterations whose gap does not fall any more end with the gap they have."""

import numpy as np
import pytest
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.coordinate import CoordinateDescent
from benchmark_utils.coding.restarted import RestartedFista
from benchmark_utils.coding.splitting import Splitting
from benchmark_utils.coding.stalling import Stalling
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

MODELS = {
    CoordinateDescent: ("conv", (3, 1, 8)),
    RestartedFista: ("rank1", (3, 4, 8)),
    Splitting: ("dense", (12, 8)),
}


def problem(model, shape):
    rng = np.random.default_rng(0)
    longer = shape[1:-1] + (5 * shape[-1],) if model != "dense" else shape[1:]
    dictionary = make_dictionary(model, unit_atoms(rng.standard_normal(shape)))
    return dictionary, torch.as_tensor(rng.standard_normal((2, *longer)))


@pytest.mark.parametrize("method", MODELS)
def test_a_method_that_makes_no_progress_ends(method, monkeypatch):
    dictionary, X = problem(*MODELS[method])
    n_calls, advance = 0, method.advance

    def rarely(self):
        nonlocal n_calls
        n_calls += 1
        if n_calls < 3:
            advance(self)

    monkeypatch.setattr(method, "advance", rarely)
    monkeypatch.setattr(method, "solved", lambda self: self.x)
    monkeypatch.setattr(method, "patience", 20)
    monkeypatch.setattr(method, "last", 10)
    codes = certified_codes(dictionary, X, 0.1)
    assert n_calls == 20 * method.check_every
    assert codes.relative_gap > 1e-6
    with pytest.warns(UserWarning, match="stopped at a relative duality gap"):
        codes.warn_above(1e-6, "training")


def test_descent_goes_on_as_long_as_a_gap_falls():
    stalling, falling = Stalling(100, 30), 0.97 ** torch.arange(300.0)
    still = torch.ones(300)
    assert not any(map(stalling.note, torch.stack([falling, still], 1)))
    stalling.keep(torch.tensor([True, False]))
    assert [stalling.note(falling[-1:]) for _ in range(40)].index(True) < 30
