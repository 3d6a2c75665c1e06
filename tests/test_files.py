import hashlib
import json

import numpy as np
import pandas as pd
import pytest

from denoising.files import (
    Damaged,
    content,
    csv_bytes,
    json_bytes,
    npy_bytes,
    npz_bytes,
    or_again,
    put,
    put_vouched,
    read_array,
    read_arrays,
    read_csv,
    read_json,
    read_plan,
    record,
    start_afresh,
)

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of FIPS 180


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_json_is_strict(tmp_path):
    assert json.loads(json_bytes({"a": [1.5, None, "é"]})) == {"a": [1.5, None, "é"]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"a": float("nan")})


@pytest.mark.parametrize("text", [b"", b"{", b'{"a": NaN}', b'{"a": -Infinity}', b"\xe9"])
def test_what_is_no_json_is_named_and_set_aside(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_bytes(text)
    with pytest.raises(Damaged, match=r"a\.json: is no JSON; set aside as a\.json\.damaged"):
        read_json(path)
    assert names(tmp_path) == ["a.json.damaged"]


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
    assert names(tmp_path) == ["x.npz"]
    found = read_arrays(tmp_path / "x.npz")
    assert {name: array.tolist() for name, array in found.items()} == {
        name: array.tolist() for name, array in arrays.items()
    }


@pytest.mark.parametrize("lasting", [True, False])
def test_writing_replaces_a_file_as_a_whole(tmp_path, lasting):
    for text in (b"first", b"2"):
        put(tmp_path / "x", text, lasting)
        assert (tmp_path / "x").read_bytes() == text
    assert names(tmp_path) == ["x"]


def test_what_cannot_be_written_is_named_and_leaves_nothing(tmp_path):
    (tmp_path / "x").mkdir()  # no file replaces a folder
    with pytest.raises(OSError, match="x") as raised:
        put(tmp_path / "x", b"1")
    assert raised.value.filename == str(tmp_path / "x")
    assert names(tmp_path) == ["x"]


def test_a_record_is_of_every_other_file_and_the_first_to_go(tmp_path):
    (tmp_path / "a.txt").write_text("abc")
    for name in ("x.json.part", "x.json.damaged", "model.keras.other"):
        (tmp_path / name).write_text("{")
    record(tmp_path, {"by": "me"})
    found = json.loads((tmp_path / "record.json").read_text())
    assert found == {"by": "me", "files": {"a.txt": ABC}, "sizes": {"a.txt": 3}}
    (tmp_path / "b.json.part").write_text("{")
    start_afresh(tmp_path, ["a.txt", "c.txt"])
    assert names(tmp_path) == ["model.keras.other"]


def test_what_a_trainings_record_says_stands(tmp_path):
    """Else the evaluation would vouch for what was damaged in between."""
    (tmp_path / "a.txt").write_text("abc")
    record(tmp_path, {}, "training.json")
    (tmp_path / "a.txt").write_text("abd")
    record(tmp_path, {})
    assert json.loads((tmp_path / "record.json").read_text())["files"]["a.txt"] == ABC
    with pytest.raises(Damaged):
        content(tmp_path / "a.txt")


# --- each kind of file, each kind of voucher, each kind of damage ---

KINDS = {
    "x.json": (json_bytes({"a": [1, 2, 3]}), read_json),
    "x.csv": (b"a,b\n1,2\n3,4\n", read_csv),
    "x.npz": (npz_bytes({"a": np.arange(9)}), read_arrays),
    "x.npy": (bytes(npy_bytes(np.arange(9))), read_array),
    "x.svg": (b"<svg/>", content),
}
DAMAGES = {
    "flipped": lambda text: bytes([*text[:-2], text[-2] ^ 1, text[-1]]),
    "cut": lambda text: text[:-1],
    "empty": lambda text: b"",
    "longer": lambda text: text + b"0",
    "zeros": lambda text: bytes(len(text)),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("vouched", ["record", "beside"])
def test_any_damage_is_named_and_set_aside(tmp_path, vouched, name, damage):
    (text, read), path = KINDS[name], tmp_path / name
    if vouched == "record":
        path.write_bytes(text)
        record(tmp_path, {})
    else:
        put_vouched(path, text)
    read(path)
    path.write_bytes(DAMAGES[damage](text))
    with pytest.raises(
        Damaged, match=rf"{name}: is not what was written .* set aside as"
    ) as raised:
        read(path)
    assert "\n" not in str(raised.value)
    assert not path.exists()
    with pytest.raises(Damaged, match=f"{name}: is missing"):
        read(path)


def test_a_file_written_anew_is_vouched_for_anew(tmp_path):
    for text in (b"1", b"2"):
        put_vouched(tmp_path / "x", text)
        assert content(tmp_path / "x") == text
    assert (tmp_path / ".sha256" / "x").read_text() == f"{hashlib.sha256(b'2').hexdigest()}  x\n"


def test_a_damaged_record_vouches_for_nothing(tmp_path):
    (tmp_path / "x").write_text("1")
    (tmp_path / "record.json").write_text('{"files": 1}')
    with pytest.raises(Damaged, match=r"record\.json: is no record"):
        content(tmp_path / "x")
    assert names(tmp_path) == ["record.json.damaged", "x"]


def test_what_nobody_vouches_for_is_read(tmp_path):
    (tmp_path / "x").write_text("1")
    assert content(tmp_path / "x") == b"1"


def test_a_plan_is_what_its_name_says(tmp_path):
    """So it is where nothing but its name vouches for it."""
    text = b'{"a": 1}'
    for name in ("own.json", f"own-{hashlib.sha256(text).hexdigest()[:12]}.json"):
        (tmp_path / name).write_bytes(text)
        assert read_plan(tmp_path / name) == {"a": 1}
    (tmp_path / name).write_bytes(text.replace(b"1", b"2"))
    with pytest.raises(Damaged, match=r"is not what its name says; set aside as own-.*damaged"):
        read_plan(tmp_path / name)


def test_what_snakemake_goes_by_goes_with_the_damage(tmp_path):
    for name in ("sentinel", "other"):
        (tmp_path / name).write_text("1")
    with pytest.raises(Damaged), or_again(tmp_path / "sentinel", tmp_path / "none"):
        content(tmp_path / "missing")
    assert names(tmp_path) == ["other"]
