import json

import numpy as np
import pandas as pd
import pytest

from denoising.files import csv_bytes, json_bytes, npz_bytes, put, record, start_afresh


def test_json_is_strict():
    assert json.loads(json_bytes({"a": [1.5, None, "é"]})) == {"a": [1.5, None, "é"]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"a": float("nan")})


def test_a_table_with_and_without_an_index():
    table = pd.DataFrame({"x": [1 / 3, np.nan]})
    assert csv_bytes(table) == b'x\n0.333333\n""\n'
    table.index.name = "n"
    assert csv_bytes(table, digits=2) == b"n,x\n0,0.33\n1,\n"


@pytest.mark.parametrize("compressed", [True, False])
def test_equal_arrays_give_equal_bytes(tmp_path, compressed):
    arrays = {"a": np.arange(5), "b": np.eye(3, dtype=np.uint8)}
    content = npz_bytes(arrays, compressed)
    assert content == npz_bytes(arrays, compressed)
    put(tmp_path / "x.npz", content)
    assert [path.name for path in tmp_path.iterdir()] == ["x.npz"]
    with np.load(tmp_path / "x.npz") as file:
        assert {name: file[name].tolist() for name in file} == {
            k: v.tolist() for k, v in arrays.items()
        }


def test_a_record_is_of_every_other_file_and_the_first_to_go(tmp_path):
    (tmp_path / "a.txt").write_text("abc")
    record(tmp_path, {"by": "me"})
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of FIPS 180
    found = json.loads((tmp_path / "record.json").read_text())
    assert found == {"by": "me", "files": {"a.txt": digest}}
    (tmp_path / "b.json.part").write_text("{")
    start_afresh(tmp_path, ["a.txt", "c.txt"])
    assert not list(tmp_path.iterdir())
