"""Cost of one DDL gradient against the same through the autograd tape.

    python benchmarks/unrolled_gradient.py

Both in float32 on the same threads, timed in turn; peak memory is the growth of the
resident set in a process of its own. 50 x 100, 2000 signals, N = 30.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]
sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from problems import dense_problem, tape_loss  # noqa: E402

from benchmark_utils.dictionaries import Dense  # noqa: E402
from benchmark_utils.unrolled import Unrolled  # noqa: E402

N_LAYERS, LMBD = 30, 0.1


def methods():
    """One gradient of each method, as a function of no arguments."""
    X, _, D = dense_problem(2000, 50, 100)
    X = torch.as_tensor(X, dtype=torch.float32)
    dictionary = Dense.from_array(D, dtype=torch.float32)
    ddl, am = (Unrolled(N_LAYERS, LMBD, "fista", K) for K in (N_LAYERS, 0))

    def tape():
        leaf = dictionary.params[0].clone().requires_grad_()
        norm = dictionary.gram(X).norm()
        tape_loss(leaf, X, ddl, np.ones(N_LAYERS), norm).backward()

    return {
        "tape": tape,
        "ddl": lambda: ddl.gradient(dictionary, X),
        "am": lambda: am.gradient(dictionary, X),
    }


def times(n_rounds):
    """Seconds of each method, the methods taken in turn."""
    functions = methods()
    found = {name: [] for name in functions}
    for _ in range(n_rounds + 3):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            found[name].append(time.perf_counter() - start)
    return {name: np.array(t[3:]) for name, t in found.items()}


def resident():
    """Peak resident set of this process, in MiB (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak_memory(name):
    """MiB by which one gradient raises the peak, in a fresh process."""
    command = [sys.executable, __file__, "--memory", name]
    return float(subprocess.run(command, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--memory", help="print the peak memory of one method")
    args = parser.parse_args()
    if args.memory:
        function = methods()[args.memory]
        before = resident()
        function()
        print(resident() - before)
        return
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    found = times(args.rounds)
    for name, t in found.items():
        low, mid, high = 1e3 * np.quantile(t, [0.1, 0.5, 0.9])
        print(
            f"{name:5} {mid:6.1f} ms  [{low:.1f}, {high:.1f}]  "
            f"peak {peak_memory(name):6.1f} MiB"
        )
    ratio = np.median(found["tape"] / found["ddl"])
    over_am = np.median(found["ddl"] / found["am"])
    print(f"tape / ddl {ratio:.2f}   ddl / am {over_am:.2f}")


if __name__ == "__main__":
    main()
