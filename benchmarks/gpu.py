"""What changes on a GPU: one script, which takes at most eight minutes.

    python benchmarks/gpu.py --output outputs/gpu
    python benchmarks/gpu.py --device cpu --quick --output outputs/gpu_on_cpu

It needs PyTorch, NumPy and SciPy, and pytest for the tests. It does not need benchopt.
Each part has a time budget:

- tests: the tests that are marked ``cuda``;
- wide: share of true atoms found (correlation above 0.9) against time, on thousands of
  atoms, by Block-AM;
- autoencoder: the same by SAE[topk];
- recovery: time to a recovery of 0.95 on 50 x 100;
- gradients: time of one gradient, rank-1, and dense with 2000 to 200 000 signals;
- meg: steps a second on windows of 204 channels.

If a part fails, the report says why, and the other parts still run. OUTPUT.json and the
table OUTPUT.md are written after each part.
"""

import argparse
import json
import subprocess
import time
import traceback
from pathlib import Path

import measure
import options
from gpu_parts import PARTS


def table(report):
    """The report as a table in Markdown."""
    lines = [f"{report['machine']}; commit {report['commit']}", ""]
    for name, part in report["parts"].items():
        lines += [f"| {name} | {part['seconds']:.0f} s |", "| --- | --- |"]
        lines += [f"| {what} | {value} |" for what, value in part["rows"]]
        lines += [f"| failed | {part['error']} |"] if part["error"] else []
        lines.append("")
    return "\n".join(lines)


def run_part(name, device, quick):
    """What a part gives, or why it gave nothing."""
    function, budget = PARTS[name]
    start, rows, error = time.perf_counter(), [], None
    try:
        rows = function(device, quick, 3 if quick else budget)
    except Exception as reason:  # the device is lent for minutes: go on
        traceback.print_exc()
        error = f"{type(reason).__name__}: {reason}".splitlines()[0]
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": rows, "error": error}


def commit():
    """The commit that is checked out, where git is there to tell."""
    command = ["git", "-C", str(measure.ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() or "unknown: give --commit"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    parser.add_argument("--parts", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--commit", help="where git cannot tell it")
    parser.add_argument("--output", type=Path, required=True, help="without a suffix")
    args = parser.parse_args()
    args.device = options.device(parser, args.device)
    report = {"machine": measure.machine(), "parts": {}}
    report["commit"] = args.commit or commit()
    options.make_folder(args.output)
    for name in args.parts:
        report["parts"][name] = run_part(name, args.device, args.quick)
        args.output.with_suffix(".json").write_text(json.dumps(report, indent=1))
        args.output.with_suffix(".md").write_text(table(report), encoding="utf-8")
    print(table(report))


if __name__ == "__main__":
    main()
