"""Block-AM where a batch is a large part of the signals."""

import numpy as np
import pytest
from conv_peers import losses, make

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.sampling import MiniBatches, Windows
from benchmark_utils.learning.updates.block import BlockUpdate
from benchmark_utils.scoring.scores import correlations, recovery_score


def problem(n_signals):
    """Signals, true atoms and other ones, as of the dataset `gaussian`."""
    rng = np.random.default_rng(5)
    D_true, D_init = (unit_atoms(rng.standard_normal((100, 50))) for _ in range(2))
    Z = rng.standard_normal((n_signals, 100)) * (rng.random((n_signals, 100)) < 0.3)
    X = Z @ D_true + 0.1 * rng.standard_normal((n_signals, 50))
    return X, D_true, D_init


def learned(name, n_steps, X, D_init, **options):
    """Atoms after so many steps, and their loss."""
    solver, objective = make(
        name, X, D_init, reg=0.3, model="dense", positive=False, device="cpu", **options
    )
    solver.run(lambda: solver.n_steps < n_steps)
    result = solver.get_result()
    return result["D"], losses(objective, [result])[0]


@pytest.mark.slow
def test_few_signals_are_enough_to_find_the_atoms():
    # With a memory of several epochs, it ends at 0.86.
    X, D_true, D_init = problem(3000)
    D, _ = learned("Block-AM", 800, X, D_init)
    assert recovery_score(correlations(D, D_true)) > 0.92


def test_the_past_has_no_more_weight_than_the_signals_that_a_step_does_not_see():
    capped, free = BlockUpdate(rho=1, renewed=0.25), BlockUpdate(rho=1)
    assert capped._memory(0.1, 1, step=10_000) == 0.75
    assert free._memory(0.1, 1, step=10_000) > 0.99
    # A shorter memory than that stays.
    short = BlockUpdate(rho=1000, renewed=0.25)
    assert short._memory(0.1, 1, step=99) == pytest.approx(0.99**100)
    assert BlockUpdate(rho=1, renewed=1)._memory(0.1, 1, step=10_000) == 0


@pytest.mark.parametrize("renewed", [-0.1, 1.1, float("nan")])
def test_what_is_renewed_is_a_share(renewed):
    with pytest.raises(ValueError, match="renewed must be in"):
        BlockUpdate(renewed=renewed)


def test_windows_renew_no_codes_and_batches_those_of_their_signals():
    rng = np.random.default_rng(0)
    assert MiniBatches(np.ones((40, 3)), 10, rng).renewed == 0.25
    assert MiniBatches(np.ones((40, 3)), 99, rng).renewed == 1
    windows = Windows(np.ones((1, 2, 100)), 30, 5, rng)
    assert windows.coverage == 1.5 and windows.renewed == 0
