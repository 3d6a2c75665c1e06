"""Reading and writing the pipeline's files: what is read is checked against what was written.

What vouches for a file is the SHA-256 in a record of its folder (``record.json``, and
``training.json`` of what a training leaves) or, where every file has a job of its own,
``.sha256/<name>`` beside it, as ``sha256sum -c`` reads it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from denoising.errors import LabError

if TYPE_CHECKING:  # the Snakefile imports this: nothing heavy is imported here
    import numpy as np
    import pandas as pd

PART = ".part"  # behind the name of a file that is being written
DAMAGED = ".damaged"  # behind the name of one that is not what was written
ASIDE = ".other"  # behind the name of one that was made from something else
SUMS = ".sha256"
RECORD, TRAINING = "record.json", "training.json"
AGAIN = "the same command makes it again"


class Damaged(LabError):
    """A file of ours is missing, or not what was written."""


# --- reading ---


class AtMost:
    """A file to read, of which no more than so many bytes are read.

    Parameters
    ----------
    file : file
    most : int
    error : LabError
        Raised when it has more.
    """

    def __init__(self, file: Any, most: int, error: LabError) -> None:
        self.file, self.left, self.error = file, most, error

    def read(self, size: int) -> bytes:
        """Read on."""
        content = self.file.read(size)
        self.left -= len(content)
        if self.left < 0:
            raise self.error
        return content


def content(path: Path, expected: str | None = None) -> bytes:
    """Read a file; one that is not what was written is set aside, so that it is made again.

    Parameters
    ----------
    path : Path
    expected : str, optional
        SHA-256; default: what vouches for the file, if anything does.

    Raises
    ------
    Damaged
        If it is missing, or its checksum differs.
    """
    try:
        for _ in range(2):  # it may be written anew just now
            found = path.read_bytes()
            digest = expected or _vouched(path)
            if digest in (None, sha256(found)):
                return found
    except FileNotFoundError:
        raise Damaged(f"{path}: is missing; {AGAIN}") from None
    raise set_aside(path, "is not what was written (its checksum differs)")


def set_aside(path: Path, why: str) -> Damaged:
    """Rename a damaged file, so that it is made again; return what to raise."""
    beside = path.with_name(path.name + DAMAGED)
    try:
        path.replace(beside)
    except OSError:  # read-only
        return Damaged(f"{path}: {why}; delete it, and {AGAIN}")
    return Damaged(f"{path}: {why}; set aside as {beside.name}, {AGAIN}")


@contextmanager
def or_again(*sentinels: Path) -> Iterator[None]:
    """Delete files if what is read meanwhile is damaged: Snakemake makes what is missing."""
    try:
        yield
    except Damaged:
        for path in sentinels:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> Any:
    """Read a strict JSON file.

    Raises
    ------
    Damaged
        Also if it is no JSON, or holds a number that is not finite.
    """
    try:
        return parse_json(content(path))
    except ValueError:
        raise set_aside(path, "is no JSON") from None


def read_plan(path: Path) -> Any:
    """Read a part of the plan, whose name may end in digits of its SHA-256; see `read_json`."""
    named = re.search(r"-([0-9a-f]{12})$", path.stem)
    if named and not sha256(content(path)).startswith(named[1]):
        raise set_aside(path, "is not what its name says")
    return read_json(path)


def parse_json(text: bytes) -> Any:
    """Read JSON as its standard says: without NaN and Infinity, UTF-8."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text.decode("utf-8"), parse_constant=refuse)


def read_csv(path: Path, **options: Any) -> pd.DataFrame:
    """Read a table; options are those of `pandas.read_csv`."""
    import pandas as pd

    return pd.read_csv(io.BytesIO(content(path)), **options)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read the arrays of an ``.npz`` file."""
    import numpy as np

    with np.load(io.BytesIO(content(path))) as arrays:
        return dict(arrays)


def read_array(path: Path) -> np.ndarray:
    """Read an ``.npy`` file."""
    import numpy as np

    return np.load(io.BytesIO(content(path)))


def _vouched(path: Path) -> str | None:
    for name in (RECORD, TRAINING):
        record = path.with_name(name)
        with suppress(FileNotFoundError):
            there = record.stat()
            files = _files(record, there.st_mtime_ns, there.st_ino, there.st_size)
            if path.name in files:
                return files[path.name]
    with suppress(FileNotFoundError):
        return (path.parent / SUMS / path.name).read_text(errors="replace").partition(" ")[0]
    return None


@lru_cache(maxsize=2)  # a run's two: its files are read one after the other
def _files(record: Path, *version: int) -> Mapping[str, str]:
    try:
        return dict(parse_json(record.read_bytes())["files"])
    except (ValueError, KeyError, TypeError):
        raise set_aside(record, "is no record") from None


# --- writing ---


def put(path: Path, content: bytes | memoryview, lasting: bool = False) -> None:
    """Write a file as a whole: whenever the process dies, its name holds all of it or nothing.

    Parameters
    ----------
    path : Path
    content : bytes
    lasting : bool
        Whether it has to outlive a power cut, too; that takes some milliseconds.
    """
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)  # on a full disk every byte counts
        error.filename = str(path)
        raise
    if lasting:
        sync(path.parent)


def sync(folder: Path) -> None:
    """Make what was renamed in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_vouched(path: Path, content: bytes | memoryview) -> None:
    """Write a file, and what vouches for it; see `put`."""
    path.unlink(missing_ok=True)
    sums = path.parent / SUMS
    sums.mkdir(parents=True, exist_ok=True)
    put(sums / path.name, f"{sha256(content)}  {path.name}\n".encode())
    put(path, content)


def sha256(content: bytes | memoryview) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def json_bytes(content: Any) -> bytes:
    """Write JSON as every reader understands it.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
    return f"{text}\n".encode()


def csv_bytes(table: pd.DataFrame, digits: int | None = 6) -> bytes:
    """Write a table, its index if that has a name; no number is an empty field.

    Of each number so many significant digits are written; None: all.
    """
    index = table.index.name is not None
    return table.to_csv(index=index, float_format=f"%.{digits}g" if digits else None).encode()


def npz_bytes(arrays: Mapping[str, np.ndarray], compressed: bool = True) -> bytes:
    """Write arrays; the same arrays give the same bytes."""
    import numpy as np

    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return file.getvalue()


def npy_bytes(array: np.ndarray) -> memoryview:
    """Write an array."""
    import numpy as np

    file = io.BytesIO()
    np.save(file, array)
    return file.getbuffer()


# --- folders with a record ---


def start_afresh(folder: Path, names: Sequence[str]) -> None:
    """Delete what is to be written anew, the record first: nothing vouches for a half-done folder.

    Parameters
    ----------
    folder : Path
    names : sequence of str
        Files; what a killed process left of any, and what was damaged, is deleted too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left = (*folder.glob(f"*{PART}"), *folder.glob(f"*{DAMAGED}"))
    for path in (folder / RECORD, *map(folder.joinpath, names), *left):
        path.unlink(missing_ok=True)


def record(folder: Path, about: Mapping[str, Any], name: str = RECORD) -> None:
    """Write a record: `about`, and the SHA-256 (``files``) and sizes in bytes of every other file.

    What a training's record says of a file stands: it was there when the file was written.
    """
    known = {} if name == TRAINING else _known(folder)
    paths = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != name and path.suffix not in (PART, DAMAGED, ASIDE)
    ]
    files = {path.name: sha256(path.read_bytes()) for path in paths} | known.get("files", {})
    sizes = {path.name: path.stat().st_size for path in paths} | known.get("sizes", {})
    content = json_bytes({**about, "files": files, "sizes": sizes})
    put(folder / name, content, lasting=True)


def _known(folder: Path) -> Mapping[str, Any]:
    """Return a folder's training record; empty where nothing was trained."""
    return read_json(folder / TRAINING) if (folder / TRAINING).exists() else {}


# --- other forms ---


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows, a dictionary each."""
    return table.to_dict("records")


def columns_and_rows(table: pd.DataFrame) -> dict[str, Any]:
    """Write a table as JSON has it: no number is null."""
    rows = json.loads(table.to_json(orient="values", double_precision=10))
    return {"columns": list(table.columns), "rows": rows}
