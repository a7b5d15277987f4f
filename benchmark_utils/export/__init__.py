"""Export of learned atoms and their codes from a result file: see docs/export.md."""

from benchmark_utils.export.learned import Learned, learned

__all__ = ["Learned", "learned"]
