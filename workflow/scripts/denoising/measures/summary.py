"""A run in numbers: the content of ``metrics.json``."""

from typing import Any

import numpy as np
import pandas as pd

from denoising.measures.measure import Measured
from denoising.measures.metrics import MEASURES, not_black, ssim_window
from denoising.measures.status import COMPLETED, DEAD, DIVERGED, NOT_BETTER, UNCHANGED

BLACK = 1.0  # relative error of an all-black image
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def image_metrics(clean: np.ndarray, decoded: np.ndarray) -> pd.DataFrame:
    """Measure each image.

    Parameters
    ----------
    clean, decoded : ndarray of float32, shape (N, rows, columns, channels)
        Clean pixels are in [0, 1].

    Returns
    -------
    DataFrame
        A row an image, a column a measure.
    """
    own = (measure for measure in MEASURES.found.values() if measure.per_image)
    return pd.DataFrame({measure.name: measure.compute(clean, decoded) for measure in own})


def images_table(images: pd.DataFrame, labels: np.ndarray | None) -> pd.DataFrame:
    """Return the content of ``images.csv``: `image_metrics` in the digits that are kept of each.

    Parameters
    ----------
    images : DataFrame
        From `image_metrics`.
    labels : ndarray or None
        Class of each image, if there are classes.

    Returns
    -------
    DataFrame
        Index ``image``; ``label`` first where there is one.
    """
    table = pd.DataFrame(index=pd.RangeIndex(len(images), name="image"))
    if labels is not None:
        table["label"] = labels
    for name, values in images.items():
        if digits := MEASURES.found[name].kept:
            table[name] = [float(f"{value:.{digits}g}") for value in values]
    return table


def status(run: Measured) -> str:
    """Tell how a run ended.

    Returns
    -------
    str
        ``completed``, or of what a training may have come to the first that is true: ``diverged``
        (the last loss or an output is no finite number; also of a method without training),
        ``unchanged`` (every weight is as it was), ``dead`` (all outputs are zero), ``not-better``
        (on average no nearer to the clean images than the noisy ones are, or than black).
    """
    last = np.array([]) if run.history is None else run.history[["loss", "val_loss"]].iloc[-1]
    if not (np.isfinite(last).all() and np.isfinite(run.decoded).all()):
        return DIVERGED
    if run.history is None:
        return COMPLETED
    if run.unchanged:
        return UNCHANGED
    if not run.decoded.any():
        return DEAD
    noisy = MEASURES.found["relative_error_noisy"].compute(run)
    bound = min(noisy, BLACK) if noisy > 0 else BLACK  # without noise the input is the target
    return NOT_BETTER if run.images["relative_error"].mean() >= bound else COMPLETED


def summary(run: Measured) -> dict[str, Any]:
    """Summarise a run.

    Returns
    -------
    dict
        The content of ``metrics.json``: ``status``, ``epochs`` (None without a training),
        ``images``, ``images_without_error`` (their clean image is black; they are in no average),
        ``ssim_window``, every measure and ``relative_error_quantiles``. What is no finite number
        is None, and of a diverged run every measure but those of its input.
    """
    ended = status(run)
    errors = run.images["relative_error"]
    numbers = {
        name: run.images[name].mean() if measure.per_image else measure.compute(run)
        for name, measure in MEASURES.found.items()
        if measure.always or ended != DIVERGED
    }
    quantiles = {str(q): None if ended == DIVERGED else errors.quantile(q) for q in QUANTILES}
    return {
        "status": ended,
        "epochs": None if run.history is None else len(run.history),
        "images": len(run.images),
        "images_without_error": int((~not_black(run.clean)).sum()),
        "ssim_window": ssim_window(run.clean.shape[1:]),
        **{name: _plain(numbers.get(name)) for name in MEASURES.found},
        "relative_error_quantiles": {name: _plain(value) for name, value in quantiles.items()},
    }


def _plain(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None
