"""What decides a run, to be tried out: a digit without dots, positions by epoch, two outputs."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from denoising.evidence.replicates import completed
from denoising.files import read_arrays, read_csv, read_json
from denoising.measures.lattice import ON_SHARE, by_position, predicted_error
from denoising.report import curves, dots
from denoising.report.explorer import tile
from denoising.report.results import Results
from denoising.report.sentences.lattice import sigmoid_twins

MOST_TILES = 10  # runs of a strip


def lesson(results: Results) -> dict[str, Any] | None:
    """Return what the lesson shows.

    Returns
    -------
    dict or None
        ``digit`` (an undamaged run of an experiment of which others are damaged, and the positions
        that a damaged one lost), ``epochs`` (a run in which positions revive, or None) and
        ``strips`` (runs with a ReLU, and with a sigmoid); None where no run has dead positions, or
        all have.
    """
    runs = completed(results.runs).dropna(subset=["dead_positions", dots.ERROR])
    if results.writeup:
        runs = runs[runs["experiment"].isin(results.writeup)]
    for name, own in runs.groupby("experiment", sort=False):
        whole = own[own["dead_positions"] == 0]
        damaged = own[own["dead_positions"].between(1, own["positions"] - 1)]
        if len(whole) and len(damaged):
            digit = _digit(results, str(name), whole.iloc[0], damaged.iloc[0])
            break
    else:
        return None
    return {"digit": digit, "epochs": _epochs(results, runs), "strips": _strips(results)}


def _folder(results: Results, run: pd.Series) -> Any:
    return results.folder / "runs" / run["experiment"] / f"seed-{run['seed']}"


def _digit(results: Results, name: str, whole: pd.Series, damaged: pd.Series) -> dict[str, Any]:
    """Return test image 0 of an undamaged run, and the dead positions of a damaged one."""
    picture = results.pictures(_folder(results, whole)).only([0])
    lattice = read_json(_folder(results, damaged) / "lattice.json")
    errors = np.array(lattice["positions"]["error"], dtype=float)
    rows, columns = errors.shape
    count = int(damaged["dead_positions"])
    lost = np.argsort(-errors.ravel(), kind="stable")[:count].tolist()  # the dead have the most
    height, width = picture.clean.shape[1:3]
    live = float(whole["live_error"])
    return {
        "title": results.titles[name],
        "rows": rows,
        "columns": columns,
        "height": height,
        "width": width,
        "image": tile(picture.decoded[0]),
        "masks": [
            "".join(
                f"M{x} {y}h1v1h-1z"
                for y in range(at // columns, height, rows)
                for x in range(at % columns, width, columns)
            )
            for at in range(rows * columns)
        ],
        "dead": lost,
        "count": count,
        "positions": rows * columns,
        "live": round(live, 4),
        "error": predicted_error(count, rows * columns, live),
        "pixels": [_bytes(part[0].mean(axis=-1)) for part in (picture.clean, picture.decoded)],
    }


def _bytes(image: np.ndarray) -> str:
    levels = np.rint(np.clip(np.nan_to_num(image), 0, 1) * 255).astype(np.uint8)
    return base64.b64encode(levels.tobytes()).decode()


def _epochs(results: Results, runs: pd.DataFrame) -> dict[str, Any] | None:
    """Return which positions are dark after each epoch of the run with most revivals."""
    known = runs.dropna(subset=["revived"])
    known = known[known["revived"] > 0]
    for _, run in known.sort_values("revived", ascending=False, kind="stable").iterrows():
        folder = _folder(results, run)
        if not (folder / "trajectory.npz").exists():
            continue
        lattice = read_json(folder / "lattice.json")
        shape = (lattice["rows"], lattice["columns"])
        on = read_arrays(folder / "trajectory.npz")["on"]
        pixels = by_position(np.ones(on.shape[1:]), shape)
        share = by_position(on, shape) / (pixels * read_json(folder / "metrics.json")["images"])
        dark = (share < ON_SHARE).reshape(len(on), -1)
        counts = read_csv(folder / "epochs.csv")["dead"].to_numpy()
        if not np.array_equal(dark.sum(axis=1), counts):  # dark positions that are no dead ones
            continue
        return {
            "title": results.titles[run["experiment"]],
            "seed": int(run["seed"]),
            "rows": shape[0],
            "columns": shape[1],
            "states": ["".join("1" if one else "0" for one in row) for row in dark],
            "curve": curves.line(counts, dark.shape[1]),
            "positions": dark.shape[1],
            "first": int(counts[0]),
            "last": int(counts[-1]),
        }
    return None


def _strips(results: Results) -> list[dict[str, Any]]:
    """Return the first runs of an experiment with a ReLU at its end, and of its sigmoid twin."""
    twins = sigmoid_twins(results.plan["variants"], results.settings)
    pairs = {twin: base for one in results.plan["variants"].values()
             for twin, base in one["pairs"].items() if twin in twins}  # fmt: skip
    for twin, base in pairs.items():
        names: Sequence[str] = (base, twin)
        if all(len(dots.averaged(results, name)) for name in names):
            return [_strip(results, name) for name in names]
    return []


def _strip(results: Results, name: str) -> dict[str, Any]:
    own = dots.averaged(results, name).iloc[:MOST_TILES]
    dying = int((own["dead_positions"] > 0).sum())
    return {
        "title": results.titles[name],
        "runs": len(own),
        "dying": dying,
        "tiles": [
            {
                "image": tile(results.pictures(_folder(results, run)).only([0]).decoded[0]),
                "error": run[dots.ERROR],
            }
            for _, run in own.iterrows()
        ],
    }
