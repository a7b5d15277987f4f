"""Export of learned atoms and their codes from a result file: see docs/export.md."""

from benchmark_utils.export.learned import Learned
from benchmark_utils.export.runs import learned

__all__ = ["Learned", "learned"]
