"""Test images and losses that the page carries: for its strip, and for its script."""

import base64
import io
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from denoising.evidence.replicates import completed
from denoising.evidence.runs import middle_runs
from denoising.files import read_csv
from denoising.measures.pictures import Pictures
from denoising.report.results import Results
from denoising.report.texts import Localised

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
    """Return test images of each experiment's run with a seed that is typical.

    Returns
    -------
    dict
        ``columns`` of a sprite, and ``groups`` of experiments that have the same noisy images:
        each with a ``title``, the numbers of the images (``index``), their ``labels``, ``size``,
        the sprites ``clean`` and ``noisy``, and of each of its ``experiments`` ``name``,
        ``title``, ``sprite``, ``errors`` and the positions ``missing`` in its sprite.
    """
    groups: dict[Any, list[str]] = {}
    shown = typical_runs(results)
    for name, folder in shown.items():
        groups.setdefault((*results.condition(name), folder.name), []).append(name)
    single = len({key[:3] for key in groups}) == len(groups)
    return {
        "columns": COLUMNS,
        "groups": [
            {
                "title": results.condition_title(key[:3]) + ("" if single else f", {key[3]}"),
                **_group(results, {name: shown[name] for name in names}),
            }
            for key, names in groups.items()
        ],
    }


def typical_runs(results: Results) -> dict[str, Path]:
    """Choose a run of each experiment, of one seed where they share images and noise.

    It is the seed whose errors are nearest to the experiments' medians, all together. An
    experiment that has no such run is shown by its first.
    """
    folders = dict(zip(results.runs.index, results.folders, strict=True))
    chosen = dict(results.first)
    for names in results.conditions(list(results.first)).values():
        own = completed(results.runs[results.runs["experiment"].isin(names)])
        own = own.dropna(subset=["relative_error_first10"])
        if own.empty:
            continue
        told = own[own["experiment"].isin(results.writeup)]
        wide = (own if told.empty else told).pivot(
            index="seed", columns="experiment", values="relative_error_first10"
        )
        seed = (
            (wide - wide.median()).abs().mean(axis=1)[wide.notna().sum(axis=1).pipe(_most)].idxmin()
        )
        chosen |= {
            one.experiment: folders[one.Index] for one in own[own["seed"] == seed].itertuples()
        }
    return chosen


def _most(counts: Any) -> Any:
    return counts == counts.max()


def _group(results: Results, folders: Mapping[str, Path]) -> dict[str, Any]:
    names = list(folders)
    pictures = {name: results.pictures(folder) for name, folder in folders.items()}
    chosen = [name for name in names if name in results.writeup] or names[:IN_STRIP]
    index = sorted({int(one) for name in chosen for one in pictures[name].index})
    clean, noisy = (
        _first_found(list(pictures.values()), part, index) for part in ("clean", "noisy")
    )
    experiments, labels = [], None
    for name, own in pictures.items():
        images = read_csv(folders[name] / "images.csv", index_col="image").loc[index]
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
