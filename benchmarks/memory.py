"""Peak memory of learning from a file, for files that grow.

    python benchmarks/memory.py

There are 10⁵ to 10⁷ signals of 50 features in float32, which take 2 GB on disk, in a
temporary folder. For each size, a fresh process does what benchopt would do. It opens
the file with the dataset ``from_file``, checks it, sets λ as a fraction of λ_max,
learns from some hundred batches, and evaluates the dictionary. Two peaks are measured.
One is the memory that the process allocated (RssAnon, read from outside every few
milliseconds). The other is everything that is resident (VmHWM). It includes mapped
pages of the file, which the system takes back when it needs them.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import options

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

N_FEATURES, N_ATOMS, BLOCK = 50, 100, 100_000
SIZES = [10**5, 10**6, 10**7]  # signals


def write(path, n_signals, seed=0):
    """Sparse combinations of random atoms, a block at a time."""
    rng = np.random.default_rng(seed)
    D = rng.standard_normal((N_ATOMS, N_FEATURES))
    D /= np.linalg.norm(D, axis=1, keepdims=True)
    shape = n_signals, N_FEATURES
    X = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    for start in range(0, n_signals, BLOCK):
        block = X[start : start + BLOCK]
        Z = rng.standard_normal((len(block), N_ATOMS), dtype=np.float32)
        Z *= rng.random(Z.shape, dtype=np.float32) < 0.3
        block[:] = Z @ D + 0.1 * rng.standard_normal(block.shape, dtype=np.float32)
    X.flush()


def learn(path, solver_name, n_steps):
    """Everything that a run does with a file, and the loss before and after."""
    import given
    from benchopt.benchmark import Benchmark
    from benchopt.utils.run_context import RunContext

    benchmark = Benchmark(ROOT)

    def make(classes, **parameters):
        return given.only("--solver", classes).get_instance(**parameters)

    dataset = make(
        benchmark.check_dataset_patterns(["from_file"], class_only=True),
        path=path, n_atoms=N_ATOMS,
    )  # fmt: skip
    with given.told(ValueError):
        solver = make(benchmark.check_solver_patterns([solver_name], class_only=True))
    objective = benchmark.get_benchmark_objective().get_instance(
        reg=0.02, scaled_reg=True
    )
    RunContext().set_run_context(objective, dataset, solver, 0, 0)
    with given.told():
        assert objective._set_dataset(dataset) == (False, None)
    skipped, reason = solver._set_objective(objective)
    if skipped:
        sys.exit(f"{solver_name} is skipped: {reason}")
    solver.warm_up()
    losses, steps = [], iter(range(n_steps + 1))

    def callback():
        done = next(steps)
        if done in (0, n_steps):
            losses.append(objective(solver.get_result())[0]["objective_value"])
        return done < n_steps

    solver.run(callback)
    print(*losses)


def status(pid, field):
    """A field of /proc/PID/status, in MiB (Linux); 0 once the process is over."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    return int(text.split(f"{field}:")[1].split()[0]) / 1024 if field in text else 0.0


def followed(command):
    """What a command prints, and its peaks of allocated and of resident memory."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    allocated = resident = 0.0
    while process.poll() is None:
        allocated = max(allocated, status(process.pid, "RssAnon"))
        resident = max(resident, status(process.pid, "VmHWM"))
        time.sleep(0.003)
    if process.returncode:
        sys.exit(process.returncode)
    return process.stdout.read(), allocated, resident


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=options.integer(), nargs="+", default=SIZES)
    parser.add_argument("--solver", default="Block-AM")
    parser.add_argument("--steps", type=options.integer(), default=400)
    parser.add_argument("--file", help="learn from it in this process")
    args = parser.parse_args()
    if args.file:
        learn(args.file, args.solver, args.steps)
        return
    for n_signals in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "X.npy"
            write(path, n_signals)
            command = [sys.executable, __file__, "--file", str(path)]
            command += ["--solver", args.solver, "--steps", str(args.steps)]
            printed, allocated, resident = followed(command)
            first, last = map(float, printed.split())
            print(
                f"{n_signals:9d} signals, {path.stat().st_size / 2**20:6.0f} MiB on "
                f"disk: {allocated:5.0f} MiB allocated, {resident:5.0f} resident; "
                f"loss {first:.3f} -> {last:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
