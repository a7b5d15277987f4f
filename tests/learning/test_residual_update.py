"""Atoms of wide dictionaries: what moves them, and which are made anew."""

import numpy as np
import pytest
import torch
from problems import wide_problem

from benchmark_utils import threads
from benchmark_utils.coding.candidates import CandidateDescent
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning import renewal
from benchmark_utils.learning.renewal import Renewal, duplicates
from benchmark_utils.learning.updates import residual
from benchmark_utils.learning.updates.residual import ResidualUpdate

LMBD = 0.1
X = wide_problem(n_signals=60, n_atoms=100)[0]
SIGNALS = torch.as_tensor(X)
D_INIT = unit_atoms(np.random.default_rng(0).standard_normal((100, X.shape[1])))
CODER = CandidateDescent(LMBD, positive=True, warmth=0)


def start():
    return make_dictionary("dense", D_INIT)


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("numba", [True, False])
def test_the_first_step_is_towards_what_signals_leave_to_an_atom(numba, monkeypatch):
    if not numba:
        monkeypatch.setattr(residual, "has_numba", lambda: False)
    dictionary, few = start(), SIGNALS[:8]
    Z = CODER.full_codes(dictionary, few)
    done = ResidualUpdate(relaxation=1).advance(dictionary, CODER, few, 0)
    assert 0 < Z.any(0).sum() < len(D_INIT)
    for k in range(len(D_INIT)):
        others = Z.clone()
        others[:, k] = 0
        best = Z[:, k] @ (few - others @ dictionary.params[0])
        best = best / best.norm() if Z[:, k].any() else dictionary.params[0][k]
        torch.testing.assert_close(done.dictionary.params[0][k], best)
    torch.testing.assert_close(done.usage, Z.count_nonzero(0))


def test_only_atoms_that_are_used_move():
    dictionary, update = start(), ResidualUpdate()
    for step in range(3):
        part = SIGNALS[5 * step : 5 * step + 5]
        done = update.advance(dictionary, CODER, part, step)
        moved = (done.dictionary.params[0] != dictionary.params[0]).any(1)
        assert torch.equal(moved, done.usage > 0) and not moved.all()
        norms = done.dictionary.params[0].norm(dim=1)
        torch.testing.assert_close(norms, torch.ones_like(norms))
        dictionary = done.dictionary


def some_steps(dtype=torch.float64):
    """Atoms after three steps, whose sums have a past from the second on."""
    dictionary, update = make_dictionary("dense", D_INIT, dtype=dtype), ResidualUpdate()
    for step in range(3):
        part = SIGNALS[20 * step : 20 * step + 20].to(dtype)
        dictionary = update.advance(dictionary, CODER, part, step).dictionary
    return dictionary.params[0]


def test_loops_and_operations_of_torch_give_the_same_atoms(monkeypatch):
    loops, single = some_steps(), some_steps(torch.float32)
    monkeypatch.setattr(residual, "has_numba", lambda: False)
    torch.testing.assert_close(loops, some_steps())
    torch.testing.assert_close(single.double(), loops, atol=1e-4, rtol=0)


def test_atoms_do_not_depend_on_how_they_are_shared_out(monkeypatch):
    codes = CODER.codes(start(), SIGNALS)
    D, found = start().params[0], []
    for n_threads in (1, 2, 7):
        monkeypatch.setattr(threads, "available", lambda n=n_threads: n)
        update = ResidualUpdate()
        update._cross, update._uses = torch.ones_like(D), D.new_zeros(len(D))
        found.append(update._moved(D, codes, codes.usage(len(D))))
    assert torch.equal(found[0], found[1]) and torch.equal(found[0], found[2])
    assert not torch.equal(found[0], D)


@pytest.mark.parametrize("share, after", [(0, 40), (0.5, 50)])
def test_the_past_fades_by_uses_of_the_atom(share, after):
    update = ResidualUpdate(memory=40, share=share)
    update.advance(start(), CODER, SIGNALS[:0], 0)
    update._cross[:], update._uses[:] = 1, 100
    D, codes = start().params[0], CODER.codes(start(), SIGNALS)
    usage = codes.usage(len(D))
    zero = codes.__class__(codes.places, 0 * codes.values, codes.residual)
    update._moved(D, zero, usage)  # fades, and adds nothing
    expected = (-usage / after).exp()[:, None].expand_as(D)
    torch.testing.assert_close(update._cross, expected.to(D))


@pytest.mark.parametrize(
    "name, wrong", [("memory", 0), ("share", -1), ("relaxation", 0), ("relaxation", 3)]
)
def test_parameters_out_of_range_are_named(name, wrong):
    with pytest.raises(ValueError, match=f"{name}.* got"):
        ResidualUpdate(**{name: wrong})


@pytest.mark.parametrize("wrong", [{"every": 0}, {"patience": 0}, {"alike": 1.1}])
def test_parameters_of_renewal_are_checked(wrong):
    with pytest.raises(ValueError, match="every and patience .* alike"):
        Renewal(rng(), **wrong)


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("block", [1, 12, 10**6])
def test_of_atoms_that_are_alike_the_most_used_stays(block, n_threads, monkeypatch):
    monkeypatch.setattr(renewal, "BLOCK", block)
    monkeypatch.setattr(threads, "available", lambda: n_threads)
    D = torch.eye(6, dtype=torch.float64)
    D[3], D[5] = -D[0], D[1] + 0.1 * D[4]  # one of the other sign, one that is near
    uses = torch.tensor([5, 1, 0, 7, 2, 9])
    free = duplicates(unit_rows(D), uses, 0.8)
    assert free.tolist() == [True, True, False, False, False, False]


def test_duplicates_and_dead_atoms_are_badly_coded_signals_without_a_past():
    D = D_INIT.copy()
    D[7] = D[2]
    D[9] = -np.abs(X).max() * np.sign(X.sum(0))  # no signal uses it: z >= 0
    D = unit_atoms(D)
    search = Renewal(rng(), every=2, patience=1)
    update = ResidualUpdate(relaxation=0.01, renewal=search)
    dictionary = make_dictionary("dense", D)
    first = update.advance(dictionary, CODER, SIGNALS, 0)
    uses = update._uses + CODER.codes(first.dictionary, SIGNALS).usage(len(D))
    last = update.advance(first.dictionary, CODER, SIGNALS, 1).dictionary.params[0]
    dead = (uses == 0).nonzero().flatten().tolist()
    twin = 7 if uses[2] >= uses[7] else 2
    turned = (last * first.dictionary.params[0]).sum(1) < 0.9
    assert turned.nonzero().flatten().tolist() == sorted({*dead, twin})
    assert not update._cross[turned].any() and not update._uses[turned].any()
    kept = torch.as_tensor(D[~turned.numpy()])
    torch.testing.assert_close(last[~turned], kept, atol=0.1, rtol=0)
    torch.testing.assert_close(last.norm(dim=1), torch.ones(len(D)).double())


def test_nothing_is_renewed_between_the_searches():
    D = D_INIT.copy()
    D[7] = D[2]
    search = Renewal(rng(), every=5)
    usage = torch.ones(len(D))
    for _ in range(4):
        atoms, pieces = search.renewed(torch.as_tensor(D), SIGNALS, usage)
        assert len(atoms) == len(pieces) == 0
    atoms, pieces = search.renewed(torch.as_tensor(D), SIGNALS, usage)
    assert atoms.tolist() == [7] and pieces.shape == (1, D.shape[1])


def test_without_any_signal_left_badly_coded_nothing_is_renewed():
    D = torch.as_tensor(D_INIT[[0, 0]])
    search = Renewal(rng(), every=1)
    atoms, pieces = search.renewed(D, 0 * SIGNALS, torch.ones(2))
    assert len(atoms) == len(pieces) == 0
