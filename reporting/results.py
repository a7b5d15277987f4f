"""Where results are, and whether a table of runs is whole."""

import pyarrow
import pyarrow.parquet

RESULTS = "results"  # folder of the repository: committed records and pictures


def is_table(path):
    """Whether a file is a whole parquet table: its end is written last."""
    try:
        return pyarrow.parquet.ParquetFile(path).metadata.num_rows > 0
    except (FileNotFoundError, pyarrow.ArrowInvalid):
        return False
