"""Memory and recovery of learning from a recording of an hour, and of six minutes.

    python benchmarks/long_recording.py

The recording is simulated, with 204 channels at 150 Hz and ten atoms of 1 s. Block-AM
learns from five windows of 10 s at each step. The peak is the largest resident set of
the process, which makes the recording, computes λ, and learns and evaluates the
dictionary.
"""

import argparse
import subprocess
import sys

import given
import options
from benchopt.cli.main import run
from benchopt.results import read_results
from measure import ROOT, resident

RESULT = ROOT / "outputs/long_recording.parquet"
COLUMNS = ["stop_val", "time", *(f"objective_recovery_{w}" for w in ("u", "v", "uv"))]


def learn(seconds, n_steps):
    """Learn, and print what came of it and the memory it took."""
    RESULT.unlink(missing_ok=True)  # or benchopt numbers the new one
    before = resident()
    with given.told():
        run.main([
            str(ROOT), "--no-cache", "--no-plot", "--no-display", "--seed", "0",
            "-r", "1", "--max-runs", "2", "--timeout", "1000", "--output", str(RESULT),
            "-d", f"simulated_meg[duration={seconds}]",
            "-o", "*[reg=0.3,init=data,positive=True]",
            "-s", f"Block-AM[n_epochs=1,epoch_length={n_steps},step_growth={n_steps}]",
        ], standalone_mode=False)  # fmt: skip
    end = read_results(RESULT).iloc[-1][COLUMNS]
    size = 204 * 150 * seconds * 8 / 2**20
    print(f"{seconds} s: {size:.0f} MiB of signals, peak {resident() - before:.0f} MiB")
    print(end.to_string())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--seconds", type=options.integer(), help="only this one, in this process"
    )
    parser.add_argument("--steps", type=options.integer(), default=100)
    args = parser.parse_args()
    if args.seconds:
        return learn(args.seconds, args.steps)
    for seconds in (360, 3600):
        command = [sys.executable, __file__, f"--seconds={seconds}"]
        subprocess.run([*command, f"--steps={args.steps}"], check=True)


if __name__ == "__main__":
    main()
