"""The run files of the repository, and the benchmark that each is for."""

import yaml
from documents import ROOT


def benchmark_of(path):
    """Folder of the benchmark that a run file is for, by its own words; None: none."""
    text = path.read_text(encoding="utf-8")
    if "backend" in yaml.safe_load(text):
        return None  # it says where to run, not what
    return "gradient_estimation" if "benchopt run gradient_estimation" in text else "."


PATHS = sorted(ROOT.glob("configs/*.yml"))
BENCHMARKS = {path: benchmark_of(path) for path in PATHS}
