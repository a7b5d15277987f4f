"""Records are there whole or not at all."""

import os

import pytest

from reporting import records


def test_a_record_is_whole_or_not_there(tmp_path):
    path = tmp_path / "record.json"
    assert records.read(path) is None
    records.write(path, {"a": 1})
    whole = path.read_text()
    for n in range(len(whole) - 1):
        path.write_text(whole[:n])
        assert records.read(path) is None
    path.write_bytes(b"\xff\xfe\x00")
    assert records.read(path) is None
    records.write(path, {"a": 2})
    assert records.read(path) == {"a": 2}


def test_half_a_write_leaves_the_old_record(tmp_path, monkeypatch):
    path = tmp_path / "record.json"
    records.write(path, {"a": 1})
    monkeypatch.setattr(os, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        records.write(path, {"a": 2})
    assert records.read(path) == {"a": 1}
