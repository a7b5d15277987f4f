"""Result tables as benchopt writes them, made up: input of the tests of the plots."""

import numpy as np
import pandas as pd

from benchmark_utils.signals.sensors import vectorview

METRICS = {
    "value": 3.0,
    "test_loss": 3.5,
    "recovery_score": np.nan,
    "recovered_atoms": np.nan,
    "recovery_u": np.nan,
    "recovery_v": np.nan,
    "recovery_uv": np.nan,
    "recovery_pairs": np.nan,
    "dead_atoms": 0,
    "density": 0.2,
    "psnr": np.nan,
    "psnr_network": np.nan,
    "duality_gap": 1e-7,
    "n_steps": 0,
    "n_evaluations": 0,
}


def table(*runs):
    """Concatenate runs into one result table."""
    return pd.concat(runs, ignore_index=True)


def run(solver, times, rep=0, dataset="gaussian", final=None, **metrics):
    """Return the rows of one run: `metrics` are scalars, or one value per time."""
    measured = {**METRICS, **metrics}
    return pd.DataFrame({
        "objective_name": "dictionary learning",
        "dataset_name": dataset,
        "solver_name": solver,
        "idx_rep": rep,
        "stop_val": np.arange(len(times)),
        "time": times,
        "final_results": [None] * (len(times) - 1) + [final],
        **{f"objective_{name}": value for name, value in measured.items()},
    })  # fmt: skip


def dictionary(n_atoms, n_features, seed=0):
    """Return unit-norm Gaussian atoms."""
    D = np.random.default_rng(seed).standard_normal((n_atoms, n_features))
    return D / np.linalg.norm(D, axis=1, keepdims=True)


def dense(n_reps=3, n_points=8):
    """Return results of three solvers on synthetic signals with a true dictionary."""
    speeds = {"AM[N=30]": 2, "DDL[N=30]": 3, "Online-SPAMS": 1}
    return table(*(
        _dense_run(solver, speed, rep, n_points)
        for solver, speed in speeds.items() for rep in range(n_reps)
    ))  # fmt: skip


def _dense_run(solver, speed, rep, n_points):
    steps = np.arange(n_points) ** 2
    share = 1 - np.exp(-steps * speed / 40)
    D_true, D_init = dictionary(20, 12, seed=rep), dictionary(20, 12, seed=99)
    history = [D_init + s * (D_true[::-1] - D_init) for s in share]
    final = _final(history[-1], D_true=D_true, D_history=history)
    return run(
        solver, 0.02 * (steps + 0.1 * rep), rep, final=final,
        recovery_score=0.4 + 0.6 * share - 0.02 * rep, recovered_atoms=share,
        test_loss=3 + np.exp(-share), value=2.9 + np.exp(-share), n_steps=steps,
    )  # fmt: skip


def patches(n_reps=1, n_points=6, side=8, n_atoms=30):
    """Return results of two solvers on patches of a picture, truth unknown."""
    clean = np.tile(np.linspace(0, 1, 32), (32, 1))
    noise = np.random.default_rng(0).standard_normal(clean.shape)
    return table(*(
        _patches_run(solver, rep, n_points, side, n_atoms, clean, noise)
        for solver in ["DDL[N=20]", "K-SVD"]
        for rep in range(n_reps)
    ))  # fmt: skip


def _patches_run(solver, rep, n_points, side, n_atoms, clean, noise):
    t = np.linspace(0, 1, side)
    noise_level = 0.02 * len(solver)
    D = np.stack([
        np.outer(np.cos(np.pi * i * t), np.cos(np.pi * j * t)).ravel()
        for i in range(6) for j in range(n_atoms // 6)
    ])  # fmt: skip
    history = [D + s * dictionary(*D.shape) for s in np.linspace(1, 0, n_points)]
    final = _final(
        D, D_history=history, patch_shape=(side, side), clean=clean,
        noisy=clean + 0.3 * noise, denoised=clean + noise_level * noise,
        usage=np.linspace(1, 0, len(D)),
    )  # fmt: skip
    return run(
        solver, np.linspace(0, 2, n_points), rep, "image_patches", final,
        test_loss=np.nan, psnr=np.linspace(10, 20, n_points),
        value=np.geomspace(30, 1, n_points), n_steps=np.arange(n_points),
    )  # fmt: skip


def recordings(n_reps=2, reference="reference"):
    """Return results of two solvers on MEG; atoms are known under that key."""
    return table(*(
        _recordings_run(solver, rep, reference)
        for solver in ["Stochastic-DDL[N=30]", "alphacsc-greedy"]
        for rep in range(n_reps)
    ))  # fmt: skip


def _recordings_run(solver, rep, reference, n_atoms=4):
    ch_names, ch_loc = vectorview(20)
    u, v = dictionary(n_atoms, 20), dictionary(n_atoms, 15)
    final = _final(None, u=u, v=v, sfreq=150.0, ch_names=ch_names, ch_loc=ch_loc)
    final.pop("D_true")
    codes = np.zeros((2, 50))
    codes[0, 10], codes[1, 30] = 1, -2
    final["stretch"] = {
        "channel": 3, "signal": np.sin(np.arange(50.0)), "atoms": np.array([1, 0]),
        "reconstruction": 0.9 * np.sin(np.arange(50.0)), "activations": codes,
    }  # fmt: skip
    if reference:
        final[reference] = {"u": u[::-1], "v": -v[::-1]}
    score = [0.3, 0.9 - 0.1 * rep] if reference else np.nan
    return run(
        solver, [0.0, 2.0 + rep], rep, "meg_sample", {**final, "model": "rank1"},
        recovery_u=score, recovery_v=score, recovery_uv=score,
        recovery_pairs=score,
    )  # fmt: skip


def _final(D, **more):
    return {
        "D": D, "D_true": None, "usage": None if D is None else np.ones(len(D)),
        "model": "dense", "patch_shape": None, "D_history": None,
        "clean": None, "noisy": None, "denoised": None, **more,
    }  # fmt: skip
