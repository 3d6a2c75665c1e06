"""Test images and losses that the page carries: for its strip, and for its script."""

import base64
import io
import json
import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from denoising.files import read_csv
from denoising.measures.pictures import Pictures
from denoising.measures.status import AVERAGED
from denoising.report.results import Results
from denoising.report.texts import Localised

FIRST_IMAGES = 100
COLUMNS = 20  # of a sprite
LEVELS = 16  # of a channel that are kept
IN_STRIP = 8  # experiments at most, where none is of the write-up


def sprite(images: np.ndarray) -> str:
    """Lay images out on one picture and return it as an address that an image can have.

    Parameters
    ----------
    images : ndarray, shape (N, rows, columns, channels)
        In [0, 1], of one channel or three; 16 levels are kept.

    Returns
    -------
    str
        A PNG as a ``data:`` address; image n stands in row n // 20, column n % 20.
    """
    count, rows, columns, channels = images.shape
    down = math.ceil(count / COLUMNS)
    laid = np.zeros((down * COLUMNS, rows, columns, channels), np.uint8)
    laid[:count] = np.rint(np.clip(np.nan_to_num(images), 0, 1) * (LEVELS - 1))
    grid = laid.reshape(down, COLUMNS, rows, columns, channels).swapaxes(1, 2)
    grid = grid.reshape(down * rows, COLUMNS * columns, channels)
    if channels == 1:
        picture = Image.fromarray(grid[..., 0], mode="P")
        picture.putpalette([one * 255 // (LEVELS - 1) for one in range(LEVELS) for _ in range(3)])
        return _address(picture, bits=4)
    return _address(Image.fromarray(grid * (255 // (LEVELS - 1))))


def tile(image: np.ndarray) -> str:
    """Return one image, shape (rows, columns, channels), in [0, 1], as such an address."""
    levels = np.rint(np.clip(np.nan_to_num(image), 0, 1) * 255).astype(np.uint8)
    return _address(Image.fromarray(levels[..., 0] if levels.shape[-1] == 1 else levels))


def _address(picture: Image.Image, **options: Any) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True, **options)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def rounded(values: Sequence[float]) -> list[float | None]:
    """Write numbers shortly: four digits, none where there is no number."""
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values]


def plain(text: Localised) -> dict[str, str]:
    """Return a text in all its languages, without HTML."""
    return {language: str(one.unescape()) for language, one in text.texts.items()}


def middle_runs(runs: pd.DataFrame) -> dict[str, int]:
    """Find the run in the middle of each experiment's, by its error; the lower one of two.

    Returns
    -------
    dict
        Experiment → index of its row in ``runs.csv``; runs that are in no average come last.
    """
    ordered = runs.assign(failed=~runs["status"].isin(AVERAGED)).sort_values(
        ["failed", "relative_error_first10"], kind="stable"
    )
    return {
        name: own.index[(max(1, (~own["failed"]).sum()) - 1) // 2]
        for name, own in ordered.groupby("experiment", sort=False)
    }


def strips(results: Results) -> list[dict[str, Any]]:
    """Return test image 0: clean, noisy, and as experiments restore it.

    An experiment is shown by the run in the middle of its runs, by their error; those of other
    images or other noise have a strip of their own.
    """
    middle = middle_runs(results.runs)
    folders = dict(zip(results.runs.index, results.folders, strict=True))
    shown = [n for n in results.writeup or list(results.titles)[:IN_STRIP] if n in middle]
    found = []
    for condition, names in results.conditions(shown).items():
        pictures = {name: results.pictures(folders[middle[name]]).only([0]) for name in names}
        of_first = pictures[names[0]]
        images = [
            {"title": results.texts(f"ui.{key}"), "source": tile(part[0]), "error": None}
            for key, part in (("original", of_first.clean), ("noisy", of_first.noisy))
        ]
        for name, own in pictures.items():
            error = results.runs.loc[middle[name], "relative_error_first10"]
            title, source = results.titles[name], tile(own.decoded[0])
            images.append({"title": title, "source": source, "error": error})
        found.append({"title": results.condition_title(condition), "images": images})
    return found


@cache
def explored(results: Results) -> dict[str, Any]:
    """Return the test images of each experiment's first run.

    Returns
    -------
    dict
        ``columns`` of a sprite, and ``groups`` of experiments that have the same noisy images:
        each with a ``title``, the numbers of the images (``index``), their ``labels``, ``size``,
        the sprites ``clean`` and ``noisy``, and of each of its ``experiments`` ``name``,
        ``title``, ``sprite``, ``errors`` and the positions ``missing`` in its sprite.
    """
    groups: dict[Any, list[str]] = {}
    for name, folder in results.first.items():
        groups.setdefault((*results.condition(name), folder.name), []).append(name)
    single = len({key[:3] for key in groups}) == len(groups)
    return {
        "columns": COLUMNS,
        "groups": [
            {
                "title": results.condition_title(key[:3]) + ("" if single else f", {key[3]}"),
                **_group(results, names),
            }
            for key, names in groups.items()
        ],
    }


def _group(results: Results, names: Sequence[str]) -> dict[str, Any]:
    pictures = {name: results.pictures(results.first[name]) for name in names}
    chosen = [name for name in names if name in results.writeup] or names[:IN_STRIP]
    index = sorted({int(one) for name in chosen for one in pictures[name].index})
    clean, noisy = (
        _first_found(list(pictures.values()), part, index) for part in ("clean", "noisy")
    )
    experiments, labels = [], None
    for name, own in pictures.items():
        images = read_csv(results.first[name] / "images.csv", index_col="image").loc[index]
        if "label" in images:
            labels = images["label"].tolist()
        decoded = _first_found([own], "decoded", index)
        missing = np.flatnonzero(~np.isin(index, own.index)).tolist()
        experiments.append(
            {
                "name": name,
                "title": plain(results.titles[name]),
                "sprite": sprite(decoded),
                "errors": rounded(images["relative_error"]),
                "missing": missing,
            }
        )
    return {
        "index": index,
        "labels": labels,
        "size": list(clean.shape[1:3]),
        "clean": sprite(clean),
        "noisy": sprite(noisy),
        "experiments": experiments,
    }


def _first_found(pictures: Sequence[Pictures], part: str, index: Sequence[int]) -> np.ndarray:
    """Collect images by their numbers from the first that has them; black where none has."""
    like = getattr(pictures[0], part)
    found = np.zeros((len(index), *like.shape[1:]), np.float32)
    place = {number: position for position, number in enumerate(index)}
    for one in reversed(pictures):
        wanted = one.only(index)
        found[[place[int(number)] for number in wanted.index]] = getattr(wanted, part)
    return found


@cache
def losses(results: Results) -> dict[str, Any]:
    """Return the loss curves of all runs that have one, an experiment each."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for run, folder in zip(results.runs.itertuples(), results.folders, strict=True):
        if not (folder / "history.csv").exists():
            continue
        history = read_csv(folder / "history.csv")
        parts = {part: rounded(history[part]) for part in ("loss", "val_loss")}
        runs.setdefault(run.experiment, []).append({"seed": run.seed, **parts})
    return {
        "experiments": [
            {"name": name, "title": plain(results.titles[name]), "runs": own}
            for name, own in runs.items()
        ]
    }


def as_script(data: Any) -> str:
    """Write JSON that nothing in it can end the script element of."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")
