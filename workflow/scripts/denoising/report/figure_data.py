"""The data behind the figures: a short table for readers, all of it for downloading."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from denoising.evidence.replicates import completed
from denoising.files import read_csv
from denoising.report.numbers import format_number, format_range, format_short
from denoising.report.texts import joined


def figure_values(
    figure: Mapping[str, Any],
    table: pd.DataFrame,
    runs: pd.DataFrame,
    folders: Mapping[str, Path],
) -> dict[str, Any]:
    """Compute what a figure's caption and text alternative say."""
    own = completed(runs[runs["experiment"].isin(figure["experiments"])])
    rows = table.loc[list(figure["experiments"])]
    first = folders.get(figure["experiments"][0])
    losses = validation_losses(first)
    return {
        "title": rows["title"].iloc[0],
        "against": figure["against"],
        "titles": joined(", ", rows["title"]),
        "error": format_number(rows["ours"].iloc[0]),
        "epochs": len(losses),
        "first_val_loss": format_short(losses.get(0)),
        "last_val_loss": format_short(losses.get(len(losses) - 1)),
        "range": format_range(rows["ours"].min(), rows["ours"].max()),
        "runs": len(own),
        "alive": (own["dead_positions"] == 0).sum(),
        "dead_first": own["dead_after_first_epoch"].sum(),
        "dead_last": own["dead_positions"].sum(),
        "residual": format_number((own["relative_error"] - own["predicted_error"]).abs().max()),
    }


def validation_losses(run: Path | None) -> pd.Series:
    """Return the losses by epoch, up to the last that is a number; none of a run without them."""
    if run is None or not (run / "history.csv").exists():
        return pd.Series(dtype=float)
    losses = read_csv(run / "history.csv")["val_loss"]
    last = losses.last_valid_index()
    return losses.iloc[: 0 if last is None else last + 1]


MOST_ROWS = 11
MOST_PANELS = 12
MOST_SERIES = 12


def compact(points: pd.DataFrame) -> list[list[Any]]:
    """Write a figure's data as nested lists.

    Parameters
    ----------
    points : DataFrame
        From `denoising.figures.points`: ``panel``, ``series``, ``run``, ``x``, ``y``.

    Returns
    -------
    list
        A panel each: its name, and its series, each with a name, the x, the y and, of one of
        several lines that another is the mean of, its number.
    """
    panels = []
    for panel, own in points.groupby("panel", sort=False, dropna=False):
        series = [
            [name, _plain(part["x"]), _plain(part["y"]), *([run] if run else [])]
            for (name, run), part in own.groupby(["series", "run"], sort=False, dropna=False)
        ]
        panels.append([panel if isinstance(panel, str) else "", series])
    return panels


def _plain(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(f"{value:.5g}") for value in values]


def tables(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Condense a figure's data to a few rows a panel.

    Curves are looked at at no more than eleven x, and repeated ones stand back behind their mean;
    of a cloud of points the ranges are told (of x alone where y is only the row of a name). A
    figure of many panels has no such table.

    Returns
    -------
    list of dict
        ``panel``, ``columns`` (the first names the rows), ``rows`` (texts and numbers) and
        ``hidden``: how many series are left out.
    """
    panels = list(points.groupby("panel", sort=False))
    if len(panels) > MOST_PANELS:
        return []
    return [{"panel": panel, **_table(own)} for panel, own in panels]


def _table(own: pd.DataFrame) -> dict[str, Any]:
    means = own[own["run"] == ""]
    own = means if len(means) else own
    wide = own.pivot_table(index="x", columns="series", values="y", sort=False).sort_index()
    if len(wide) > 1 and wide.notna().mean().min() > 0.9:  # curves over common x
        chosen = np.unique(np.linspace(0, len(wide) - 1, MOST_ROWS).round().astype(int))
        hidden = max(0, wide.shape[1] - MOST_SERIES)
        wide = wide.iloc[chosen, :MOST_SERIES]
        rows = [
            [index, *row] for index, row in zip(wide.index, wide.to_numpy().tolist(), strict=True)
        ]
        return {"columns": ["x", *wide.columns], "rows": rows, "hidden": hidden}
    series = own.groupby("series", sort=False)
    in_rows = (series["y"].nunique() <= 1).all() and len(own) > len(series)
    ranges = series.agg(
        points=("x", "size"),
        x_min=("x", "min"), x_max=("x", "max"), y_min=("y", "min"), y_max=("y", "max"),
    )  # fmt: skip
    if in_rows:
        ranges = ranges.drop(columns=["y_min", "y_max"])
    rows = [list(row) for row in ranges.itertuples(name=None)]
    return {"columns": ["series", *ranges.columns], "rows": rows, "hidden": 0}
