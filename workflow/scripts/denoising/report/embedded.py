"""What the page carries for its script and its readers: pictures, curves, all tables as JSON."""

import json
from typing import Any

import numpy as np
import pandas as pd

from denoising.files import columns_and_rows
from denoising.report import figure_data
from denoising.report.explorer import COLUMNS, chosen_images, rounded, sprite, tile
from denoising.report.results import Results
from denoising.report.texts import Localised


def strip(results: Results) -> list[dict[str, Any]]:
    """Return test image 0: clean, noisy, and as each of the write-up's experiments restores it.

    An experiment is shown by the run in the middle of its runs, by their error.
    """
    middle = middle_runs(results.runs)
    folders = dict(zip(results.runs.index, results.folders, strict=True))
    shown = [name for name in results.writeup or list(results.first)[:8] if name in middle]
    if not shown:
        return []

    def first(path: str) -> np.ndarray:
        return np.load(path, mmap_mode="r")[0, :, :, 0]

    data = results.about["data"][shown[0]]
    texts = results.texts
    found = [
        {"title": texts(f"ui.{key}"), "source": tile(first(data[part])), "error": None}
        for key, part in (("original", "clean"), ("noisy", "noisy"))
    ]
    for name in shown:
        with np.load(folders[middle[name]] / "decoded.npz") as decoded:
            source = tile(decoded["decoded"][0, :, :, 0] / 255)
        error = results.runs.loc[middle[name], "relative_error_first10"]
        found.append({"title": results.titles[name], "source": source, "error": error})
    return found


def middle_runs(runs: pd.DataFrame) -> dict[str, int]:
    """Find the run in the middle of each experiment's, by its error; the lower one of two.

    Returns
    -------
    dict
        Experiment → index of its row in ``runs.csv``; runs that diverged or died come last.
    """
    ordered = runs.assign(failed=runs["status"] != "completed").sort_values(
        ["failed", "relative_error_first10"], kind="stable"
    )
    return {
        name: own.index[(max(1, (~own["failed"]).sum()) - 1) // 2]
        for name, own in ordered.groupby("experiment", sort=False)
    }


def plain(text: Localised) -> dict[str, str]:
    """Return a text in all its languages, without HTML."""
    return {language: str(one.unescape()) for language, one in text.texts.items()}


def explored(results: Results) -> dict[str, Any] | None:
    """Return the test images that the page's explorer shows; those of one data set and shape."""
    names = list(
        dict.fromkeys(e for s in results.about["studies"].values() for e in s["experiments"])
    )
    names = [name for name in names if name in results.first]
    if not names:
        return None
    data = results.about["data"][names[0]]
    names = [name for name in names if results.about["data"][name]["clean"] == data["clean"]]
    clean, noisy = (np.load(data[part], mmap_mode="r")[..., 0] for part in ("clean", "noisy"))
    extremes = results.read("extremes")
    index = chosen_images(
        extremes[extremes["experiment"].isin(results.writeup or names)], len(clean)
    )
    sprites = {"clean": sprite(clean[index]), "noisy": sprite(noisy[index])}
    errors, labels = {}, []
    for name in names:
        with np.load(results.first[name] / "decoded.npz") as decoded:
            sprites[name] = sprite(decoded["decoded"][index][..., 0] / 255)
        images = pd.read_csv(results.first[name] / "images.csv", index_col="image").loc[index]
        errors[name], labels = rounded(images["relative_error"]), images["label"].tolist()
    return {
        "index": index,
        "labels": labels,
        "size": list(clean.shape[1:]),
        "columns": COLUMNS,
        "experiments": [{"name": name, "title": plain(results.titles[name])} for name in names],
        "sprites": sprites,
        "errors": errors,
    }


def losses(results: Results) -> dict[str, Any]:
    """Return the loss curves of all runs, an experiment each."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for run, folder in zip(results.runs.itertuples(), results.folders, strict=True):
        history = pd.read_csv(folder / "history.csv")
        parts = {part: rounded(history[part]) for part in ("loss", "val_loss")}
        runs.setdefault(run.experiment, []).append({"seed": run.seed, **parts})
    return {
        "experiments": [
            {"name": name, "title": plain(results.titles[name]), "runs": own}
            for name, own in runs.items()
        ]
    }


def embedded(results: Results, images: dict[str, Any] | None) -> str:
    """Write all results as JSON for the page: its archive, and what its script shows."""
    names = sorted(path.stem for path in (results.folder / "tables").glob("*.csv"))
    data = {
        "languages": results.texts.languages,
        "title": plain(results.texts("title")),
        "ui": {
            key: plain(results.texts(f"ui.{key}"))
            for key in results.texts.keys("ui")
            if key != "column_names"
        },
        "tables": {name: columns_and_rows(results.read(name)) for name in names},
        "figures": {
            figure["number"]: figure_data.compact(results.figure_points(figure["number"]))
            for figure in results.figures
        },
        "losses": losses(results),
        "images": images,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")  # nothing in it can end the script element
