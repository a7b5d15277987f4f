"""Block-AM: statistics, block-coordinate descent, and the learner made of them."""

import itertools
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from coded_problems import CASES, atoms_of, loss, problem
from conv_peers import events, losses, make, steps
from documents import ROOT
from problems import dense_problem

from benchmark_utils.coding.deepening import Deepening
from benchmark_utils.coding.greedy import GreedyDescent
from benchmark_utils.coding.growing import Growing
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.coding.watched import Watched
from benchmark_utils.dictionaries import dense, make_dictionary
from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.replacement import Replacement
from benchmark_utils.learning.sampling import MiniBatches, Windows
from benchmark_utils.learning.updates.block import BlockUpdate
from benchmark_utils.learning.updates.gradient import GradientUpdate

cases = pytest.mark.parametrize("model, channels, support, atom", CASES)


@cases
def test_statistics_are_explicit_sums(model, channels, support, atom):
    dictionary, X, Z = problem(model, channels, support, atom)
    found = dictionary.statistics(X, Z)
    gram, cross = torch.zeros_like(found.gram), torch.zeros_like(found.cross)
    places = list(itertools.product(*map(range, Z.shape[2:])))
    for p in places:
        box = tuple(slice(i, i + m) for i, m in zip(p, atom, strict=True))
        cross += torch.einsum("nk,nc...->kc...", Z[(..., *p)], X[(..., *box)])
        for q in places:
            lag = tuple(i - j for i, j in zip(q, p, strict=True))
            if all(abs(i) < m for i, m in zip(lag, atom, strict=True)):
                gram[(..., *lag)] += Z[(..., *p)].T @ Z[(..., *q)]
    torch.testing.assert_close(found.cross, cross)
    torch.testing.assert_close(found.gram, gram)
    used = Z.movedim(1, 0).flatten(1).count_nonzero(1)
    torch.testing.assert_close(found.usage, used)


@cases
def test_a_pass_never_increases_the_loss_of_the_codes(model, channels, support, atom):
    dictionary, X, Z = problem(model, channels, support, atom)
    statistics = dictionary.statistics(X, Z)
    losses = [loss(atoms_of(dictionary), X, Z)]
    for _ in range(10):
        dictionary = dictionary.block_descended(statistics)
        losses.append(loss(atoms_of(dictionary), X, Z))
        for param in dictionary.params:
            norms = param.flatten(1).norm(dim=1)
            torch.testing.assert_close(norms, torch.ones_like(norms))
    assert all(b <= a + 1e-10 for a, b in itertools.pairwise(losses))
    assert losses[1] < losses[0] - 1e-3


@cases
def test_true_atoms_stay_where_they_are(model, channels, support, atom):
    dictionary, _, Z = problem(model, channels, support, atom)
    statistics = dictionary.statistics(dictionary.reconstruct(Z), Z)
    moved = dictionary.block_descended(statistics)
    torch.testing.assert_close(atoms_of(moved), atoms_of(dictionary))


def test_dense_atoms_get_their_closed_form_one_after_the_other():
    dictionary, X, Z = problem(*CASES[0])
    D = dictionary.to_array().copy()  # it is a view
    for k in range(len(D)):
        others = np.delete(np.arange(len(D)), k)
        rest = X.numpy() - Z.numpy()[:, others] @ D[others]
        D[k] = Z.numpy()[:, k] @ rest
        D[k] /= np.linalg.norm(D[k])
    found = dictionary.block_descended(dictionary.statistics(X, Z))
    np.testing.assert_allclose(found.to_array(), D)


def test_rank_one_maps_are_the_best_for_the_codes():
    # One atom, Z and v as they are: u is the direction of Σ z (x * v), as for kernels.
    dictionary, X, Z = problem("rank1", 5, (23,), (6,), n_atoms=1)
    statistics = dictionary.statistics(X, Z)
    moved = dictionary.block_descended(statistics)
    kernels = make_dictionary("conv", dictionary.to_array())
    torch.testing.assert_close(kernels.statistics(X, Z).gram, statistics.gram)
    torch.testing.assert_close(kernels.statistics(X, Z).cross, statistics.cross)
    u = statistics.cross[0] @ dictionary.params[1][0]
    torch.testing.assert_close(moved.params[0][0], u / u.norm())
    # Kernels of one channel have the same quadratic, and the same majoriser.
    single, X, Z = problem("rank1", 1, (23,), (6,))
    kernels = make_dictionary("conv", single.to_array())
    statistics = single.statistics(X, Z)
    torch.testing.assert_close(
        atoms_of(single.block_descended(statistics)),
        atoms_of(kernels.block_descended(statistics)),
    )


@cases
def test_atoms_without_codes_stay_and_do_no_harm(model, channels, support, atom):
    dictionary, X, Z = problem(model, channels, support, atom)
    Z[:, 1] = 0
    moved = dictionary.block_descended(dictionary.statistics(X, Z))
    torch.testing.assert_close(atoms_of(moved)[1], atoms_of(dictionary)[1])
    still = dictionary.block_descended(dictionary.statistics(X, 0 * Z))
    torch.testing.assert_close(atoms_of(still), atoms_of(dictionary))


def test_faded_codes_are_none_in_single_precision():
    dictionary, X, Z = problem(*CASES[0])
    D = dictionary.to_array()
    Z[:, 1] *= 1e-23  # their energy is below the smallest float32
    single = make_dictionary("dense", D, dtype=torch.float32)
    moved = single.block_descended(single.statistics(X.float(), Z.float()))
    assert np.isfinite(moved.to_array()).all()
    np.testing.assert_allclose(moved.to_array()[1], D[1], rtol=1e-6)


SIGNALS, D_TRUE, D_INIT = dense_problem(n_signals=2000)


def learner(X=SIGNALS, D=D_INIT, encoder=None, update=None, **options):
    batches = MiniBatches(X, 100, np.random.default_rng(0), 10)
    encoder = encoder or Watched(Unrolled(10, 0.1, backprop_depth=0))
    choices = make_dictionary("dense", D), encoder, update or BlockUpdate(), batches
    return Learner(*choices, **options)


@pytest.mark.parametrize("rho, n_batches", [(math.inf, 1), (0, 4)])
def test_rho_says_how_much_of_the_past_counts(rho, n_batches):
    this, drawn = learner(update=BlockUpdate(rho)), []
    codes = this.encoder.codes

    def noted(dictionary, X, step):
        Z = codes(dictionary, X, step)
        drawn.append(dictionary.statistics(X, Z))
        return Z

    this.encoder.codes = noted
    for _ in range(4):
        this.step()
    total = sum(statistics.gram for statistics in drawn[-n_batches:])
    torch.testing.assert_close(this.update.past.gram, total)


def test_the_sparser_the_codes_the_longer_the_memory():
    update = BlockUpdate(rho=100)
    assert update._memory(0.1, 1, step=9) == pytest.approx(0.9**10)
    assert update._memory(0.1, 7, step=9) == pytest.approx(0.9**70)
    assert update._memory(0.0, 1, step=9) == 1
    # No atom covers more than all of the signals: with dense codes of long atoms, each
    # step went by its own windows alone, and learning went up and down by 4 %.
    assert update._memory(0.5, 150, step=9) == pytest.approx(0.9**100)
    alone = BlockUpdate(rho=math.inf)
    assert alone._memory(0.1, 1, step=9) == 0 and alone._memory(0.0, 1, step=9) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"rho": -1},
        {"rho": math.nan},
        {"relaxation": 0},
        {"relaxation": math.nan},
        {"n_passes": 0},
    ],
)
def test_parameters_out_of_range_are_named(wrong):
    with pytest.raises(ValueError, match="rho must be.*relaxation.*n_passes"):
        BlockUpdate(**wrong)


def test_a_window_of_the_waveforms_is_refused():
    rank1 = make_dictionary("rank1", np.ones((2, 3, 4)), window=True)
    batches = MiniBatches(np.ones((2, 3, 9)), 1, np.random.default_rng(0))
    this = Learner(rank1, Unrolled(3, 0.1), BlockUpdate(), batches)
    with pytest.raises(ValueError, match="window=False"):
        this.step()


@pytest.mark.parametrize("wrong", [{"momentum": 1}, {"averaging": math.nan}])
def test_shares_that_are_none_are_named(wrong):
    with pytest.raises(ValueError, match="momentum and averaging must be in"):
        learner(**wrong)


def test_what_is_learned_is_a_mean_that_starts_anew_with_replaced_atoms():
    this = learner(averaging=0.6)
    seen = []
    for _ in range(4):
        this.step()
        seen.append(this.dictionary.params[0])
    mean = seen[0]
    for new, weight in zip(seen[1:], [0.5, 0.6, 0.6], strict=True):
        mean = unit_rows(weight * mean + (1 - weight) * new)
    torch.testing.assert_close(this.learned.params[0], mean)
    assert not torch.equal(mean, seen[-1])
    unused = torch.zeros(len(D_INIT), dtype=int)
    this.replacement = Replacement(np.random.default_rng(0))
    this.batches.n_draws = 9  # the next step ends an epoch
    this.replacement.count = lambda *_: setattr(this.replacement, "usage", unused)
    this.step()
    assert this.learned is this.dictionary


def test_without_momentum_a_step_ends_at_the_minimum_of_the_batch():
    this = learner(update=BlockUpdate(math.inf, n_passes=2))
    start = this.dictionary
    this.step()
    past = this.update.past
    expected = start.block_descended(past).block_descended(past)
    torch.testing.assert_close(this.dictionary.params, expected.params)


def test_momentum_goes_on_in_the_direction_of_the_last_step():
    plain, moving = learner(momentum=0), learner(momentum=0.5)
    D = [this.dictionary.to_array() for this in (plain, moving)]
    plain.step(), moving.step()
    np.testing.assert_array_equal(
        plain.dictionary.to_array(), moving.dictionary.to_array()
    )
    last = moving.dictionary.to_array() - D[1]
    plain.step(), moving.step()
    expected = unit_atoms(plain.dictionary.to_array() + 0.5 * last)
    np.testing.assert_allclose(moving.dictionary.to_array(), expected)


def test_relaxation_goes_beyond_the_minimum():
    plain, beyond = learner(), learner(update=BlockUpdate(relaxation=1.5))
    start = plain.dictionary.to_array().copy()
    plain.step(), beyond.step()
    minimum = plain.dictionary.to_array()
    np.testing.assert_allclose(
        beyond.dictionary.to_array(), unit_atoms(1.5 * minimum - 0.5 * start)
    )


def test_layers_are_added_linearly_up_to_all():
    network = Unrolled(8, 0.1, backprop_depth=5)
    growing = Growing(network, 3, 10)
    found = [growing.at(step) for step in (0, 1, 2, 9, 10, 99)]
    assert [net.n_layers for net in found] == [3, 3, 4, 7, 8, 8]
    assert [net.backprop_depth for net in found] == [3, 3, 4, 5, 5, 5]
    dictionary, X = make_dictionary("dense", D_INIT), torch.as_tensor(SIGNALS[:9])
    four = Unrolled(4, 0.1).codes(dictionary, X)
    torch.testing.assert_close(growing.codes(dictionary, X, step=2), four)
    assert Growing(network, 20, 10).at(0).n_layers == 8
    assert Growing(network, 1, 0).at(0) is network
    for wrong in [(0, 10), (3, -1)]:
        with pytest.raises(ValueError, match="n_first_layers.*growth_steps"):
            Growing(network, *wrong)


@pytest.mark.parametrize("update", [GradientUpdate, BlockUpdate])
def test_any_update_uses_the_layers_of_its_step(update):
    growing, depths = Growing(Unrolled(10, 0.1, backprop_depth=0), 2, 4), []
    at = growing.at
    growing.at = lambda step: (depths.append(at(step).n_layers), at(step))[1]
    this = learner(encoder=growing, update=update())
    for _ in range(6):
        this.step()
    assert depths == [2, 4, 6, 8, 10, 10]


def test_it_learns_and_unused_atoms_come_back():
    D = D_INIT.copy()
    D[3] = np.eye(10)[0]
    X = np.concatenate([SIGNALS, np.zeros((2000, 1))], axis=1)
    D = np.concatenate([D, np.zeros((15, 1))], axis=1)
    D[3] = np.eye(11)[10]  # along what no signal has
    kept = learner(X, D)
    back = learner(X, D, replacement=Replacement(np.random.default_rng(0)))
    for _ in range(60):
        kept.step(), back.step()
    assert abs(kept.dictionary.to_array()[3, 10]) == pytest.approx(1)
    assert abs(back.dictionary.to_array()[3, 10]) < 1e-6
    whole, start = torch.as_tensor(X), make_dictionary("dense", D)
    loss = back.encoder.network.loss
    assert loss(back.dictionary, whole) < 0.9 * loss(start, whole)


def test_it_is_ahead_of_gradient_steps_after_as_many_batches():
    this = learner(momentum=0.5)
    network = this.encoder.network
    other = learner(encoder=network, update=GradientUpdate())
    for _ in range(20):
        this.step(), other.step()
    X = torch.as_tensor(SIGNALS)
    ours, theirs = (network.loss(x.dictionary, X) for x in (this, other))
    assert ours < theirs


@pytest.mark.slow
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("model", ["conv", "rank1"])
def test_recordings_with_and_without_positive_codes(model, positive):
    X, _, D_init = events(n_signals=2, n_times=150, n_activations=8)
    options = {"model": model, "positive": positive, "device": "cpu"}
    curves = []
    for _ in range(2):
        solver, objective = make("Block-AM", X, D_init, **options, window=60, reg=0.3)
        curves.append(steps(solver, 15))
        assert (
            solver.learner.encoder.network.codes(
                solver.learner.dictionary, torch.as_tensor(X, dtype=torch.float32)
            ).min()
            >= 0
        ) == positive
    first, last = losses(objective, [curves[0][0], curves[0][-1]])
    assert last < 0.9 * first
    for one, other in zip(*curves, strict=True):
        np.testing.assert_array_equal(one["D"], other["D"])


def learner_of(solver):
    solver.start()
    return solver.learner


RECORDING = events(n_signals=1, n_times=150)
LONGER = events(n_signals=1, n_times=700)


@pytest.mark.parametrize(
    "model, X, D, expected",
    [
        ("dense", SIGNALS, D_INIT, (30, 0.4)),
        ("rank1", RECORDING[0], RECORDING[2], (60, 0.8)),
        ("rank1", LONGER[0], LONGER[2], (30, 0.5)),
    ],
)
def test_what_stands_for_none_is_chosen_by_the_data(model, X, D, expected):
    solver, _ = make("Block-AM", X, D, model=model, positive=False, device="cpu")
    this = learner_of(solver)
    network, momentum = this.encoder.at(10_000), this.inertia.momentum
    assert (network.n_layers, momentum) == expected
    grows = isinstance(this.encoder.network, Growing)
    assert (this.update.relaxation > 1) == grows == (model == "dense")
    assert isinstance(this.encoder, Watched if model == "dense" else Deepening)
    own = {"n_layers": 7, "growth_steps": 9, "momentum": 0, "relaxation": 0.9}
    solver, _ = make("Block-AM", X, D, model=model, device="cpu", **own)
    this = learner_of(solver)
    assert (this.encoder.network.n_steps, this.inertia.momentum) == (9, 0)
    assert this.encoder.at(9).n_layers == 7
    assert this.update.relaxation == 0.9


def batch(n_signals, lmbd, **options):
    """A batch of Block-AM, and its initial dictionary."""
    X, _, D_init = dense_problem(n_signals, 20, 40)
    solver, _ = make(
        "Block-AM", X, D_init, model="dense", positive=False, reg=lmbd, device="cpu",
        **options,
    )  # fmt: skip
    this = learner_of(solver)
    return this.batches.draw(), this.dictionary


@pytest.mark.parametrize(
    "n_signals, lmbd, expected",
    [
        (40_000, 0.01, 1000),  # dense codes
        (40_000, 2.5, 2000),  # very sparse ones
        (24_000, 2.5, 1200),  # few batches
        (4000, 2.5, 1000),
    ],
)
def test_a_batch_is_larger_where_codes_are_sparse(n_signals, lmbd, expected):
    assert len(batch(n_signals, lmbd)[0]) == expected
    assert len(batch(n_signals, lmbd, batch_size=70)[0]) == 70


def test_a_batch_uses_an_atom_so_often():
    X, dictionary = batch(40_000, 0.8)
    used = GreedyDescent(0.8).codes(dictionary, X).count_nonzero().item() / 40
    assert 1000 < len(X) < 2000 and used == pytest.approx(160, rel=0.15)


@pytest.mark.parametrize("lmbd, sparse", [(0.5, True), (0.01, False)])
def test_the_greedy_coder_gives_way_where_codes_are_dense(lmbd, sparse):
    greedy = GreedyDescent(lmbd)
    this = learner(encoder=Watched(Unrolled(10, lmbd), greedy, densest=0.3))
    X = torch.as_tensor(SIGNALS)
    density = greedy.codes(this.dictionary, X).count_nonzero() / (len(X) * len(D_INIT))
    assert (density < 0.3) == sparse
    coders = [(this.step(), this.encoder.greedy)[1] for _ in range(50)]
    assert coders[0] is greedy  # one batch is not enough to say
    assert coders[-1] is (greedy if sparse else None)


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"coder": "greedy", "model": "rank1"}, "dense data, not rank1: use"),
        ({"coder": "greedy", "device": "cuda:99"}, "device='cuda:99'"),
    ],
)
def test_a_coder_that_cannot_be_is_skipped_with_the_reason(wrong, says):
    X, D = (RECORDING[0], RECORDING[2]) if "model" in wrong else (SIGNALS, D_INIT)
    with pytest.raises(AssertionError, match=says):
        make("Block-AM", X, D, **{"model": "dense", "positive": False, **wrong})


@pytest.mark.parametrize("coder", ["fista", "greedy"])
def test_either_coder_recovers_the_dictionary(coder):
    options = {"model": "dense", "positive": False, "device": "cpu", "reg": 0.3}
    solver, objective = make("Block-AM", SIGNALS, D_INIT, **options, coder=coder)
    curve = steps(solver, 60)
    assert (solver.learner.encoder.greedy is None) == (coder == "fista")
    first, last = losses(objective, [curve[0], curve[-1]])
    assert last < 0.8 * first


@pytest.mark.parametrize("on_disk", [False, True])
def test_recordings_no_longer_than_the_windows_are_seen_whole(tmp_path, on_disk):
    X, _, D = events(n_signals=2, n_times=300)  # five windows of 120 are as long
    if on_disk:
        np.save(tmp_path / "X.npy", X)
        X = np.load(tmp_path / "X.npy", mmap_mode="r")
    solver, _ = make("Block-AM", X, D, device="cpu", epoch_length=2)
    batches = solver.batches(X, dtype=torch.float64)
    for _ in range(3):
        np.testing.assert_array_equal(batches.draw(), X)
    assert batches.epoch == 1 and batches.coverage == 1
    longer = np.concatenate([X, X[:, :, :1]], axis=2)
    assert isinstance(solver.batches(longer), Windows)
    for own in ({"n_windows": 5}, {"window": 119}):
        solver, _ = make("Block-AM", X, D, device="cpu", **own)
        assert isinstance(solver.batches(X), Windows)


@pytest.mark.slow
def test_it_learns_without_numba():
    command = [sys.executable, ROOT / "tests/helpers/without_numba.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *dense, greedy, recording = done.stdout.splitlines()[-5:]
    assert dense == ["None True", "fista True", "candidates True"]
    assert greedy == "coder=greedy needs numba: install it, or use coder=fista"
    assert recording == "rank1 True"


def test_atoms_descend_without_numba_as_they_do_with_it(monkeypatch):
    rng = np.random.default_rng(0)
    D = unit_atoms(rng.standard_normal((12, 8)))
    Z = rng.standard_normal((200, 12)) * (rng.random((200, 12)) < 0.3)
    Z[:, 3] = 0  # an atom that nothing uses stays where it is
    dictionary = make_dictionary("dense", D)
    X = torch.as_tensor(rng.standard_normal((200, 8)))
    statistics = dictionary.statistics(X, torch.as_tensor(Z))
    compiled = dictionary.block_descended(statistics).params[0]
    monkeypatch.setattr(dense, "has_numba", lambda: False)
    plain = dictionary.block_descended(statistics).params[0]
    torch.testing.assert_close(plain, compiled, rtol=1e-10, atol=1e-12)
    assert (plain[3] == dictionary.params[0][3]).all()
    assert (plain - dictionary.params[0]).norm() > 1
