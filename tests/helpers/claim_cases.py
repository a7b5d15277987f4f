"""For every rule, result tables made to pass it, to pass in part, and to fail it."""

import fake_reproduction as fake
import numpy as np
import pandas as pd

from reproduction.claims import (
    agreement,
    denoising,
    dynamics,
    gradients,
    jacobians,
    landscape,
    local_minima,
    meg,
    online,
    stochastic,
)
from reproduction.verdict import FAILS, HOLDS, IN_PART

INF = float("inf")


def dense(metric, layers, am, ddl, **options):
    """A table of Figure 4: one metric at the end of the runs of AM and of DDL."""
    values = (dict(zip(layers, by_method, strict=True)) for by_method in (am, ddl))
    by_layers = ({n: {metric: v} for n, v in x.items()} for x in values)
    return fake.dynamics(*by_layers, **options)


def steps(am, ddl, **options):
    return dense("steps", (5, 20, 100), am, ddl, **options)


def recovery(am, ddl, **options):
    return dense("score", (10, 30, 100, 1000), am, ddl, **options)


def fewer_but_worse():
    """DDL ends sooner than AM at each N, and at a poorer dictionary."""
    by_layers = {n: {"steps": 50, "loss": 1.0} for n in (5, 20, 100)}
    poorer = {n: {"steps": 30, "loss": 1.5} for n in (5, 20, 100)}
    return fake.dynamics(by_layers, poorer)


def losses(fixed, learned, am=1.005, **options):
    """A table of Figure 4: losses at N = 10, 30, 100, 1000; AM's over DDL's is `am`."""
    layers = (10, 30, 100, 1000)
    all_ = [np.multiply(fixed, am), fixed, learned]
    by_layers = ({n: {"loss": v} for n, v in zip(layers, x, strict=True)} for x in all_)
    return fake.dynamics(*by_layers, **options)


def whole(longer, worse=None, **options):
    """A table of Figure 4: DDL's time over AM's, of runs that all converge.

    The loss of AM is higher than DDL's at N = `worse`.
    """
    slow = {1000: {"time": 900.0}}  # the longest one is no other one's
    am = {n: {"loss": 1.1 if n == worse else 1.0, "time": 9.0} for n in longer}
    ddl = {n: {"loss": 1.0, "time": 9.0 * by} for n, by in longer.items()}
    return fake.dynamics(am, ddl | slow, **options)


def slower(factor):
    return fake.dynamics(
        {10: {"time": 2.0}, 30: {"time": 4.0, "steps": 20}},
        {10: {"time": 2.0 * factor}, 30: {"time": 2.0 * factor}},
    )


def psnrs(ranges, start=10):
    """A table of Figure 5, centre: the range of the PSNR over inits at each SNR."""
    return fake.table(
        fake.run(
            "DDL", rep, f"[{snr}]", p_dataset_snr=snr, psnr=[start, 20 + wide * rep / 4]
        )
        for snr, wide in ranges.items() for rep in range(5)
    )  # fmt: skip


def turned(c, n=5):
    """Dictionaries of an atom each, of which each two correlate by c."""
    own = (1 - c) ** 0.5 * np.eye(n)
    return [np.array([[c**0.5, *atom]]) for atom in own]


def inits(cosines, chance=0.3):
    """A table of Figure 5, centre: how atoms of two inits correlate at each SNR."""
    return fake.table(
        fake.run(
            "DDL", rep, f"[{snr}]", p_dataset_snr=snr,
            final={"D": turned(c)[rep], "D_history": [turned(chance)[rep]]},
        )
        for snr, c in cosines.items() for rep in range(5)
    )  # fmt: skip


def one_atom_for_all():
    """Atoms of MEG of which one correlates with all those of alphacsc."""
    df = fake.recording(n_found=1)
    final = df["final_results"].iloc[-1]
    known = {key: np.repeat(final[key][:1], 8, axis=0) for key in "uv"}
    return df.assign(final_results=[None, {**final, "reference": known}])


def mixed_speeds():
    """Jacobians of which most, but not nine in ten, are as fast as 1 - mu / L."""
    fast, slow = fake.jacobians(4, n_signals=6), fake.jacobians(4, 0.5, 0.3, 4)
    return fake.table([fast, slow.assign(idx_rep=1)])


NO_JACOBIAN = fake.jacobians(0, 1.0, speed=0)  # of errors 1 or less at every N
ONE_BAD = np.where(np.arange(10) < 1, 1.5, 0.5)
THREE_BAD = np.where(np.arange(10) < 3, 1.5, 0.5)


def without_jacobian():
    """Jacobians of which K = 20 is none at all, J = 0, which is K = 0."""
    df = fake.jacobians(4)
    truncated = df["p_solver_backprop_depth"] == 20
    return pd.concat([df[~truncated], NO_JACOBIAN[truncated]])


def half_better():
    """Gradients of which one depth has a better angle for few layers, one has not."""
    df = fake.gradients(few=0.1, deep=-1, truncated=0.1)
    gain = df["objective_relative_difference"]
    truncated = df["p_solver_backprop_depth"] == 20
    return df.assign(objective_relative_difference=gain.where(~truncated, -gain.abs()))


def rising():
    """Gradients that only get worse with more layers, and never come back."""
    df = fake.gradients(0.1, -1, 0.1, back=5.0)
    return df.assign(
        objective_error_norm=df["objective_error_norm"] * df["stop_val"] ** 2
    )


def zero_gradients():
    """Gradients of which each is zero, and the error the norm of the exact one."""
    return fake.gradients(0, 0, 0).assign(objective_error_norm=1.0)


SLOW, GOOD = [0.7, 0.9, 0.95, 0.95], [0.9, 0.95, 0.95, 0.9]
LATE = [0.7, 0.946, 0.95, 0.95]
STUCK = [0.5, 0.5, 0.5, 0.5]  # at the score of the initial dictionary

CASES = {
    jacobians.linear_on_the_support: {
        HOLDS: [fake.jacobians(4), fake.jacobians(4, speed=1.5)],
        IN_PART: [mixed_speeds()],
        FAILS: [
            fake.jacobians(4, speed=0.5),
            fake.jacobians(4, speed=-1),
            NO_JACOBIAN,
        ],
    },
    jacobians.some_diverge: {
        HOLDS: [fake.jacobians(4)],
        IN_PART: [fake.jacobians(1), fake.jacobians(4, explodes=1.5)],
        FAILS: [fake.jacobians(0), NO_JACOBIAN, fake.jacobians(2, n_signals=50)],
    },
    jacobians.truncation_stabilises: {
        HOLDS: [fake.jacobians(4), fake.jacobians(10, ONE_BAD)],
        IN_PART: [fake.jacobians(4, ONE_BAD)],
        FAILS: [
            fake.jacobians(4, THREE_BAD),
            without_jacobian(),
            fake.jacobians(4, 1e3),
        ],
    },
    gradients.better_for_few_layers: {
        HOLDS: [fake.gradients(few=0.1, deep=-1, truncated=0.1)],
        IN_PART: [half_better()],
        FAILS: [
            fake.gradients(few=-0.1, deep=-1, truncated=0.1),
            fake.gradients(few=-9, deep=-9, truncated=-9),  # random gradients
        ],
    },
    gradients.worse_when_deep: {
        HOLDS: [fake.gradients(few=0.1, deep=-1, truncated=0.1)],
        IN_PART: [fake.gradients(few=0.1, deep=-1, truncated=-2)],
        FAILS: [
            fake.gradients(few=0.1, deep=0.1, truncated=0.05),
            fake.gradients(few=0.1, deep=0.1, truncated=0.2),
            fake.gradients(few=-9, deep=-9, truncated=-9),  # random gradients
        ],
    },
    gradients.unstable_in_norm: {
        HOLDS: [fake.gradients(0.1, -1, 0.1)],
        IN_PART: [
            fake.gradients(0.1, -1, 0.1, unstable=1.1),
            fake.gradients(0.1, -1, 0.1, back=5.0),
        ],
        FAILS: [rising(), zero_gradients()],
    },
    dynamics.fewer_steps: {
        HOLDS: [steps([50, 40, 30], [30, 30, 60])],
        IN_PART: [steps([50, 40, 30], [30, 50, 20])],
        FAILS: [
            steps([50, 40, 30], [50, 50, 20]),
            steps([50, 40, 30], [1, 1, 1], first_loss=1.0),  # nothing was learned
            fewer_but_worse(),
        ],
    },
    dynamics.forty_layers: {
        HOLDS: [recovery(LATE, GOOD)],
        IN_PART: [
            recovery(SLOW, GOOD),
            recovery([0.95, 0.95, 0.95, 0.95], GOOD[1:2] * 4),  # as are ten
        ],
        FAILS: [recovery(SLOW, SLOW), recovery(STUCK, STUCK)],
    },
    dynamics.time_per_step: {
        HOLDS: [slower(1.5)],
        IN_PART: [slower(2.2), slower(1.1)],
        FAILS: [slower(0.9), slower(3.0)],
    },
    dynamics.advantage_below_fifty: {
        HOLDS: [recovery(SLOW, [0.8, 0.92, 0.95, 0.94])],
        IN_PART: [
            recovery(SLOW, [0.8, 0.92, 0.98, 0.94]),  # better above 50 as well
            recovery(SLOW, [0.8, 0.85, 0.95, 0.94]),  # worse below 50 as well
            recovery(SLOW, [0.8, 0.9, 0.95, 0.94]),  # better at one N only
        ],
        FAILS: [
            recovery(SLOW, [0.7, 0.9, 0.98, 0.97]),
            recovery(GOOD, SLOW),
            recovery(STUCK, STUCK),
            # Better than AM, and worse than the initial dictionary.
            recovery([0.7] * 4, [0.8, 0.8, 0.7, 0.7], start=0.9),
        ],
    },
    dynamics.faster_from_fifty: {
        HOLDS: [whole({60: 1.5, 100: 2})],
        IN_PART: [whole({60: 1.5, 100: 0.9}), whole({60: 1.5, 100: 1.5}, worse=100)],
        FAILS: [
            whole({60: 0.9, 100: 0.8}),
            whole({60: 1.5, 100: 2}, first_loss=1.0),  # nothing was learned
        ],
    },
    dynamics.learned_steps_help: {
        HOLDS: [losses([1.0, 0.9, 0.8, 0.8], [0.9, 0.85, 0.9, 0.8])],
        IN_PART: [
            losses([1.0, 0.9, 0.8, 0.8], [0.9, 0.95, 0.8, 0.8]),
            losses([1.0, 0.9, 0.8, 0.8], [0.999, 0.899, 0.8, 0.8]),
        ],
        FAILS: [losses([1.0, 0.9, 0.8, 0.8], [1.1, 0.9, 0.5, 0.5])],
    },
    denoising.few_layers_suffice: {
        HOLDS: [fake.denoising(25, 24.95, 60, 5)],
        IN_PART: [fake.denoising(25, 24.7, 60, 5)],
        FAILS: [
            fake.denoising(25, 24.3, 60, 5),
            fake.denoising(25, 25, 60, 5, few_start=24.9),  # nothing was learned
        ],
    },
    denoising.several_times_sooner: {
        HOLDS: [fake.denoising(25, 25, 60, 15)],
        IN_PART: [fake.denoising(25, 25, 60, 30)],
        FAILS: [
            fake.denoising(25, 25, 60, 70),
            fake.denoising(25, 24.5, 60, 1),
            fake.denoising(25, 25, 60, 1, few_start=24.9),
        ],
    },
    stochastic.intermediate_is_best: {
        HOLDS: [
            fake.batches({100: 9, 500: 4, None: 30}),
            fake.batches({100: INF, 500: 4, None: INF}),
            fake.batches({100: 9, 500: 4, 2000: 8}),
        ],
        IN_PART: [fake.batches({100: 3, 500: 4, None: 30})],
        FAILS: [
            fake.batches({100: 9, 500: 7, None: 4}),
            fake.batches({100: fake.STUCK, 500: fake.STUCK, None: fake.STUCK}),
        ],
    },
    stochastic.faster_than_full_batch: {
        HOLDS: [fake.batches({100: 9, 500: 4, None: INF})],
        IN_PART: [
            fake.batches({100: 90, 500: 4, None: 30}),
            fake.batches({100: 9, 500: 4, None: INF}, given=6),  # too short for 100
        ],
        FAILS: [
            fake.batches({100: 90, 500: 40, None: 30}),
            fake.batches({100: fake.STUCK, 500: fake.STUCK, None: fake.STUCK}),
        ],
    },
    online.faster_for_small_lmbd: {
        HOLDS: [fake.lmbds({0.1: (4, INF), 0.3: (3, 9), 0.6: (2, 1), 1.0: (2, 1)})],
        IN_PART: [fake.lmbds({0.1: (4, 40), 0.3: (3, 2), 0.6: (2, 1), 1.0: (2, 1)})],
        FAILS: [
            fake.lmbds({0.1: (40, 4), 0.3: (INF, 2), 0.6: (2, 3), 1.0: (1, 2)}),
            fake.lmbds({0.1: 2 * [fake.STUCK], 0.3: 2 * [fake.STUCK]}),
        ],
    },
    online.alike_for_large_lmbd: {
        HOLDS: [
            fake.lmbds({0.1: (4, INF), 0.3: (3, 9), 0.6: (2, 1.1), 1.0: (2, 3)}),
            fake.lmbds({0.1: (4, 40), 0.3: (3, 4), 0.6: (INF, INF)}),
        ],
        IN_PART: [fake.lmbds({0.1: (4, INF), 0.3: (3, 9), 0.6: (2, 1), 1.0: (9, 1)})],
        FAILS: [
            fake.lmbds({0.1: (4, 4), 0.3: (3, 9), 0.6: (9, 1), 1.0: (9, 1)}),
            fake.lmbds({0.1: 2 * [fake.STUCK], 0.3: 2 * [fake.STUCK]}),
        ],
    },
    meg.main_patterns: {
        HOLDS: [fake.recording(n_found=8), fake.recording(n_found=4, by_chance=2)],
        IN_PART: [fake.recording(n_found=3), fake.recording(n_found=4, by_chance=3)],
        FAILS: [
            fake.recording(n_found=1),
            fake.recording(n_found=8, by_chance=8),  # nothing was learned
            one_atom_for_all(),
        ],
    },
    agreement.agrees_with_alphacsc: {
        HOLDS: [fake.against_alphacsc({5: (0.7, 5), 20: (0.85, 9)})],
        IN_PART: [
            fake.against_alphacsc({5: (0.72, 5), 20: (0.75, 9)}),
            fake.against_alphacsc({5: (0.8, 5), 20: (0.81, 9)}, start=0.74),
        ],
        FAILS: [
            fake.against_alphacsc({5: (0.6, 5), 20: (0.5, 9)}),
            fake.against_alphacsc({5: (0.85, 5)}, start=0.85),  # nothing was learned
        ],
    },
    agreement.agrees_with_truth: {
        HOLDS: [fake.against_alphacsc({5: (0.7, 5), 20: (0.85, 9)})],
        IN_PART: [fake.against_alphacsc({5: (0.72, 5), 20: (0.75, 9)})],
        FAILS: [
            fake.against_alphacsc({5: (0.6, 5), 20: (0.5, 9)}),
            fake.against_alphacsc({5: (0.85, 5)}, start=0.85),  # nothing was learned
        ],
    },
    agreement.ten_times_sooner: {
        HOLDS: [
            fake.against_alphacsc({5: (0.7, 1), 20: (0.85, 9)}),
            fake.against_alphacsc({20: (0.85, 9)}, alphacsc=(0.7, 100)),
        ],
        IN_PART: [
            fake.against_alphacsc({5: (0.7, 1), 20: (0.85, 30)}),
            fake.against_alphacsc({5: (0.7, 1), 20: (0.6, 1)}),
        ],
        FAILS: [
            fake.against_alphacsc({5: (0.7, 1), 20: (0.85, 80)}),
            # alphacsc is there after a tenth of its budget.
            fake.against_alphacsc({20: (0.85, 9)}, alphacsc=(6.0, 100)),
            fake.against_alphacsc({5: (0.85, 0.1)}, start=0.85),
        ],
    },
    agreement.faster_than_ksvd: {
        HOLDS: [
            fake.against_alphacsc({5: (0.85, 9)}, ksvd=(0.5, 20)),
            fake.against_alphacsc({5: (0.85, 9)}, ksvd=(0.3, 20)),
        ],
        IN_PART: [
            # K-SVD is sooner at its best, and stays there.
            fake.against_alphacsc({5: (0.85, 180)}, ksvd=(0.36, 10, 100)),
            fake.against_alphacsc({5: (0.7, 9)}, ksvd=(0.5, 20)),  # no agreement
        ],
        FAILS: [
            fake.against_alphacsc({5: (0.85, 30)}, ksvd=(0.9, 20)),
            fake.against_alphacsc({5: (0.85, 30)}, ksvd=(0.84, 2)),
            fake.against_alphacsc({5: (0.3, 1)}, ksvd=(0.3, 20)),  # nothing was learned
        ],
    },
    landscape.alike_in_psnr: {
        HOLDS: [psnrs({-10: 5, 10: 0.4, 20: 0.9})],
        IN_PART: [psnrs({-10: 0.01, 10: 0.4, 20: 0.9})],  # grows as noise falls
        FAILS: [
            psnrs({-10: 5, 10: 1.4, 20: 0.9}),
            psnrs({-10: 0.1, 10: 1.4, 20: 1.9}),
            psnrs({-10: 5, 10: 0.4, 20: 0.9}, start=20),  # nothing was learned
        ],
    },
    landscape.alike_in_atoms: {
        HOLDS: [inits({0: 0.4, 20: 0.6})],
        IN_PART: [inits({0: 0.4, 20: 0.45}), inits({0: 0.4, 20: 0.6}, chance=0.55)],
        FAILS: [
            inits({0: 0.6, 20: 0.4}),
            inits({0: 0.3, 20: 0.3}),  # nothing was learned
            inits({0: 0.4, 20: 0.6}, chance=0.6),
        ],
    },
}

PLACES = np.linspace(-0.25, 1.25, 31)
GRID = np.linspace(-1, 1, 21)
FIRST, SECOND = np.meshgrid(GRID, GRID)


def line(gap=0.0, barrier=1.0, fall=0.0):
    """Losses between two minima, of 10 and 10 (1 + gap), with a barrier half way."""
    valleys = barrier * np.sin(np.pi * PLACES) ** 2
    return 10 * (1 + gap * PLACES) + valleys - fall * np.isclose(PLACES, 0.1)


def lines(*kinds, gain=0.5):
    columns = {"place": PLACES}
    for i, kind in enumerate(kinds):
        columns |= {f"pair {i}": line(**kind), f"gain {i}": gain}
    return pd.DataFrame(columns)


def plane(losses):
    columns = {"first": FIRST, "second": SECOND, "loss": losses}
    return pd.DataFrame({name: grid.ravel() for name, grid in columns.items()})


# Two in nine of the inner second differences along one direction are negative.
DENTED = 5 + FIRST**2 + SECOND**2 - 0.05 * np.isclose(SECOND, 0.3)
WELL, FLAT, APART = {}, {"barrier": -1.0}, {"gap": 0.1}
# For rules on losses that are computed first: those losses, in place of runs.
LOSSES = {
    local_minima.alike_in_loss: {
        HOLDS: [lines(*4 * [WELL], {"gap": 0.03}, {"fall": 0.1})],
        IN_PART: [
            lines(*4 * [WELL], APART),
            lines(*4 * [WELL], {"fall": 1.5}),
        ],
        FAILS: [
            lines(*2 * [WELL], *3 * [FLAT]),
            lines(*5 * [WELL], gain=0),  # nothing was learned
            lines(*5 * [{"barrier": 0.05}]),
            # They differ by as much as was learned.
            lines(*5 * [{"gap": 0.04}], gain=0.06),
        ],
    },
    local_minima.locally_convex: {
        HOLDS: [plane(5 + FIRST**2 + SECOND**2)],
        IN_PART: [plane(DENTED)],
        FAILS: [
            plane(5 - FIRST**2 - SECOND**2),
            plane(5 + (FIRST + 0.2) ** 2),
            plane(5 + FIRST),  # no minimum
            plane(5 + 0 * FIRST),  # nor here: it is flat
            plane(5 + FIRST**2),  # a valley, without an end
        ],
    },
}

PICTURES = {
    "figure_1": fake.jacobians(4),
    "figure_2": fake.jacobians(4),
    "figure_3": CASES[gradients.worse_when_deep][HOLDS][0],
    "figure_C": CASES[gradients.worse_when_deep][HOLDS][0],
    "figure_4": recovery(SLOW, GOOD),
    "figure_5_left": fake.denoising(25, 24.9, 60, 15),
    "figure_5_center": psnrs({0: 2, 20: 1}).assign(
        final_results=inits({0: 0.4, 20: 0.6})["final_results"]
    ),
    "figure_6": fake.batches({100: 9, 500: 4, None: 30}),
    "figure_7": fake.recording(n_found=8),
    "table_1": fake.against_alphacsc({5: (0.7, 5), 20: (0.85, 9)}),
    "table_1_simulated": fake.against_alphacsc({5: (0.7, 5), 20: (0.85, 9)}),
    "figure_D": fake.batches({100: 9, 500: 4, None: INF}),
    "figure_E": fake.lmbds({0.1: (4, 40), 0.3: (3, 9), 0.6: (2, 3), 1.0: (2, INF)}),
}
