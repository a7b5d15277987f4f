"""The code of the benchmark one folder up: benchopt looks for it here."""

from pathlib import Path

__path__.append(str(Path(__file__).resolve().parents[2] / "benchmark_utils"))
