"""A table of runs is whole, or it is none."""

import pandas as pd

from reporting.results import is_table


def test_a_table_is_whole_and_has_rows(tmp_path):
    path = tmp_path / "runs.parquet"
    assert not is_table(path)
    pd.DataFrame({"a": [1.0, 2.0]}).to_parquet(path)
    assert is_table(path)
    content = path.read_bytes()
    for end in (0, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:end])
        assert not is_table(path)
    pd.DataFrame({"a": [1.0]})[:0].to_parquet(path)
    assert not is_table(path)
