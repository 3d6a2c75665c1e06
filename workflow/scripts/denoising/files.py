"""Reading what the pipeline wrote."""

import json
from pathlib import Path
from typing import Any

import pandas as pd


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
