"""Reading and writing the pipeline's files."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from denoising.errors import LabError


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows, a dictionary each."""
    return table.to_dict("records")


def columns_and_rows(table: pd.DataFrame) -> dict[str, Any]:
    """Write a table as JSON has it: no number is null."""
    rows = json.loads(table.to_json(orient="values", double_precision=10))
    return {"columns": list(table.columns), "rows": rows}


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


PART = ".part"  # behind the name of a file that is being written


def put(path: Path, content: bytes) -> None:
    """Write a file as a whole: whenever the process dies, its name holds all of it or nothing."""
    part = path.with_name(path.name + PART)
    part.write_bytes(content)
    part.replace(path)


def json_bytes(content: Any) -> bytes:
    """Write JSON as every reader understands it.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
    return f"{text}\n".encode()


def csv_bytes(table: pd.DataFrame, digits: int = 6) -> bytes:
    """Write a table, its index if that has a name; no number is an empty field."""
    index = table.index.name is not None
    return table.to_csv(index=index, float_format=f"%.{digits}g").encode()


def npz_bytes(arrays: Mapping[str, np.ndarray], compressed: bool = True) -> bytes:
    """Write arrays; the same arrays give the same bytes."""
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return file.getvalue()


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


RECORD = "record.json"


def start_afresh(folder: Path, names: Sequence[str]) -> None:
    """Delete what is to be written anew, the record first: nothing vouches for a half-done folder.

    Parameters
    ----------
    folder : Path
    names : sequence of str
        Files; what a killed process left of any is deleted too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder / RECORD, *map(folder.joinpath, names), *folder.glob(f"*{PART}")):
        path.unlink(missing_ok=True)


def record(folder: Path, about: Mapping[str, Any]) -> None:
    """Write ``record.json``: `about`, and ``files``, the SHA-256 of every other file."""
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != RECORD
    }
    put(folder / RECORD, json_bytes({**about, "files": files}))
