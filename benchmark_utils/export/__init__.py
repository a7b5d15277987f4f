"""Learned atoms and their codes, out of a result file: see docs/export.md."""

from benchmark_utils.export.learned import Learned, learned

__all__ = ["Learned", "learned"]
