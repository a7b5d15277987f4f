"""Codes on candidates: what they are, by compiled loops and by operations of torch."""

from math import inf

import numpy as np
import pytest
import torch
from problems import wide_problem

from benchmark_utils.coding import candidates
from benchmark_utils.coding.candidate_codes import CandidateCodes
from benchmark_utils.coding.candidates import CandidateDescent
from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.wide import wide_codes
from benchmark_utils.dictionaries import make_dictionary

LMBD = 0.1
SIGNS = pytest.mark.parametrize("positive", [False, True])


def problem(dtype=torch.float64, positive=True, n_atoms=60):
    X, D, _ = wide_problem(n_signals=80, n_atoms=n_atoms, signed=not positive)
    return make_dictionary("dense", D, dtype=dtype), torch.as_tensor(X, dtype=dtype)


@pytest.fixture(params=["numba", "torch"])
def path(request, monkeypatch):
    """Either path; that of a GPU works on the CPU as well."""
    if request.param == "torch":
        monkeypatch.setattr(candidates, "has_numba", lambda: False)
    return request.param


def coder(positive, **options):
    return CandidateDescent(LMBD, positive, **options)


@pytest.mark.slow
@SIGNS
@pytest.mark.parametrize("n_candidates", [30, 60])  # 60: all there are
def test_with_rounds_and_a_small_tolerance_codes_are_exact(
    path, positive, n_candidates
):
    dictionary, X = problem(positive=positive)
    exact = certified_codes(dictionary, X, LMBD, positive, tol=1e-9).Z
    assert exact.count_nonzero(1).max() < 30
    options = {"n_candidates": n_candidates, "n_rounds": 20, "tol": 1e-9}
    found = coder(positive, **options).full_codes(dictionary, X)
    torch.testing.assert_close(found, exact, atol=1e-5, rtol=0)


@SIGNS
def test_both_paths_give_the_same_codes(positive, monkeypatch):
    dictionary, X = problem(positive=positive)
    loops = coder(positive, n_rounds=2).codes(dictionary, X)
    monkeypatch.setattr(candidates, "has_numba", lambda: False)
    tensors = coder(positive, n_rounds=2).codes(dictionary, X)
    n = dictionary.n_atoms
    torch.testing.assert_close(loops.dense(n), tensors.dense(n))
    torch.testing.assert_close(loops.residual, tensors.residual)
    torch.testing.assert_close(loops.usage(n), tensors.usage(n))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@SIGNS
def test_residuals_and_usage_are_those_of_the_codes(path, positive, dtype):
    dictionary, X = problem(dtype, positive)
    codes = coder(positive, n_candidates=7, n_rounds=3).codes(dictionary, X)
    Z = codes.dense(dictionary.n_atoms)
    assert Z.dtype == dtype and (Z.min() >= 0) == positive
    assert 0 < Z.count_nonzero(1).max() <= 7
    left = X - dictionary.reconstruct(Z)
    torch.testing.assert_close(codes.residual, left, atol=1e-5, rtol=0)
    torch.testing.assert_close(codes.usage(dictionary.n_atoms), Z.count_nonzero(0))


@SIGNS
def test_codes_do_not_depend_on_the_block_of_their_signal(positive, monkeypatch):
    dictionary, X = problem(positive=positive)
    whole = coder(positive, n_rounds=2).full_codes(dictionary, X)
    monkeypatch.setattr(candidates, "BLOCK", 7)
    found = coder(positive, n_rounds=2).full_codes(dictionary, X)
    torch.testing.assert_close(found, whole)


def test_signals_may_be_in_any_order_of_axes(path):
    dictionary, X = problem()
    turned = X.T.contiguous().T
    coded = coder(True, n_rounds=3).codes(dictionary, X)
    found = coder(True, n_rounds=3).codes(dictionary, turned)
    torch.testing.assert_close(found.values, coded.values)
    torch.testing.assert_close(found.residual, coded.residual)
    for start in (None, 0.9 * coded.dense(dictionary.n_atoms)):
        _, values, gaps = wide_codes(
            dictionary.params[0], turned, LMBD, True, 1e-6, start
        )
        assert (gaps <= 1e-6 * values).all()


def test_threads_share_the_signals_and_change_nothing():
    dictionary, X = problem(torch.float32)
    before, found = torch.get_num_threads(), []
    try:
        for n_threads in (1, 3):
            torch.set_num_threads(n_threads)
            found.append(coder(True).full_codes(dictionary, X))
    finally:
        torch.set_num_threads(before)
    torch.testing.assert_close(*found)


def test_lmbd_starts_at_a_share_of_the_signals_norm_and_falls():
    dictionary, X = problem()
    warm = coder(True, warmth=0.3, cooling=10, n_rounds=5, tol=1e-3)
    norm = X.norm(dim=1).mean().item()
    for step, share in ((0, 1), (10, np.exp(-1)), (1000, 0), (inf, 0)):
        lmbd = LMBD + share * (0.3 * norm - LMBD)
        same = CandidateDescent(lmbd, True, n_rounds=5, tol=1e-3)
        Z = warm.full_codes(dictionary, X, step)
        torch.testing.assert_close(Z, same.full_codes(dictionary, X))
    assert warm.codes(dictionary, X, 0).usage(60).sum() < Z.count_nonzero()


@pytest.mark.parametrize("n_signals, scale", [(5, 0.0), (0, 1.0)])
def test_signals_of_nothing_have_no_codes(path, n_signals, scale):
    dictionary, X = problem()
    Z = coder(False).full_codes(dictionary, scale * X[:n_signals])
    assert Z.shape == (n_signals, 60) and not Z.any()


def test_room_for_more_candidates_changes_no_code():
    dictionary, X = problem()
    codes = coder(True, n_candidates=5).codes(dictionary, X)
    assert codes.widened(5) is codes
    wider = codes.widened(9)
    assert wider.values.shape == (len(X), 9)
    torch.testing.assert_close(wider.dense(60), codes.dense(60))
    assert CandidateCodes.zero(X, 3).usage(60).sum() == 0


@pytest.mark.parametrize("name", ["lmbd", "tol", "cooling", "n_candidates", "n_rounds"])
def test_parameters_out_of_range_are_named(name):
    with pytest.raises(ValueError, match=f"{name}.* at"):
        CandidateDescent(**{"lmbd": LMBD, name: 0})


def test_a_warmth_below_zero_is_none():
    with pytest.raises(ValueError, match="warmth must be at least 0, got -1"):
        coder(True, warmth=-1)
