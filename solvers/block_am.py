from benchmark_utils.block_solver import BlockSolver

PLAIN = {"growth_steps": 0, "relaxation": 1.0, "averaging": 0}
TUNED = {
    "dense": {
        "n_layers": 30,
        "growth_steps": 400,
        "rho": 1000,
        "momentum": 0.4,
        "averaging": 0.7,
        "relaxation": 1.7,
    },
    # Each atom has its own memory and its own step.
    "wide": {"momentum": 0, "averaging": 0, "relaxation": 1.3},
    # A long memory, because one batch of windows has few events.
    "windows": {**PLAIN, "n_layers": 30, "momentum": 0.5, "rho": 30},
    # All steps use the same signals. More momentum helps to leave poor minima.
    "whole": {**PLAIN, "n_layers": 60, "momentum": 0.8, "rho": 500},
}


class Solver(BlockSolver):
    """Stochastic alternating minimisation with block-coordinate descent on D.

    A step codes a mini-batch, or windows of long signals. Then it moves each atom to
    its minimum for the statistics of the codes of this batch and of past ones. The past
    fades with ``rho``: of t batches, about the last t / ``rho`` count if all codes are
    non-zero, and more if fewer are. With 0, all count. The past fades faster if a batch
    is a large part of the signals.
    ``relaxation`` scales the step: 1 lands on the minimum, 1.7 overshoots it.
    ``momentum`` is the share of the last step that is added to the next one, except for
    atoms that turn back. The result is a running mean of the dictionaries, in which the
    past has the weight ``averaging``. Badly coded pieces of the signals replace unused
    atoms.

    ``coder`` is the method that computes codes:

    - ``fista``: ``n_first_layers`` of FISTA at first, and all ``n_layers`` after
      ``growth_steps``. With ``growth_steps=0``, all layers are used from the start.
    - ``greedy``: coordinate descent for dense signals on a CPU. The code that moves
      most is moved first.
    - ``candidates``: for thousands of atoms, of which a signal uses few. Each signal is
      coded on the ``n_candidates`` atoms that correlate most with it. λ is larger in
      the first steps. The residuals of the signals that use an atom move it. Its memory
      fades with its uses. Of two similar atoms, the less used one is replaced.
    - ``None``: for dense signals, candidates from 1000 atoms on, and from 500 atoms on
      if a signal has few codes at the initial dictionary. With fewer atoms, greedy
      descent as long as two thirds of the codes are zero, and then FISTA. The page
      marks a solver that uses candidates.

    For dense signals without candidates, the duality gap of some codes is checked. Once
    it is too large, ADMM codes the batches to a given gap. For recordings and images,
    ``n_layers`` doubles whenever this lowers the loss of a batch by more than 1 %.

    ``batch_size=None`` is 1000 signals and, if codes are sparse and there are many
    signals, up to 2000: a batch then uses each atom about 160 times.

    Other parameters that are None have the best values for the kind of data: dense
    signals (``configs/block_am_sweep.yml``), windows, or whole signals.
    ``n_windows=None`` is five windows. If recordings or images are no longer than five
    windows, every step uses all of them, with 60 layers and ``momentum=0.8``
    (``configs/meg_against_alphacsc.yml``).

    An epoch is ``epoch_length`` steps. With ``n_epochs=None``, learning ends at the
    timeout.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online learning for matrix
    factorization and sparse coding", JMLR 11, 2010, §3.4, with the approximate codes
    of B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, for all parametrisations.
    """

    name = "Block-AM"
    requirements = ["pip::torch>=2.4", "pip::numba"]
    parameters = {
        "n_layers": [None],
        "batch_size": [None],
        "n_windows": [None],
        "window": [None],
        "n_epochs": [None],
        "epoch_length": [100],
        "coder": [None],
        "n_candidates": [32],
        "n_first_layers": [5],
        "growth_steps": [None],
        "rho": [None],
        "momentum": [None],
        "averaging": [None],
        "relaxation": [None],
        "n_passes": [1],
        "replace_unused": [True],
        "trim": [None],
        "step_growth": [None],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "batch_size": 20, "n_epochs": 2, "epoch_length": 5}
    shown = {}
    best = TUNED
