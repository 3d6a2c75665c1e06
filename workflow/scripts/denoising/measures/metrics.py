"""How far a decoded image is from the clean one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

FIRST = 10  # the write-up's average is over the first ten test images
LIMIT = 0.5  # the write-up's bound on the relative error
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def relative_error(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Relative error ‖x − x̂‖₂ / ‖x‖₂ of each image (the write-up's measure).

    Parameters
    ----------
    clean, decoded : ndarray, shape (N, ...)
        Images along the first axis.

    Returns
    -------
    ndarray of float64, shape (N,)
        0 for a perfect image, 1 for an empty one; infinite or NaN where the clean image is empty.
    """
    x = clean.reshape(len(clean), -1).astype(np.float64)
    difference = x - decoded.reshape(len(decoded), -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.linalg.norm(difference, axis=1) / np.linalg.norm(x, axis=1)


def edge_energy(images: np.ndarray) -> np.ndarray:
    """Sum of the squared differences of neighbouring pixels, of each image.

    Parameters
    ----------
    images : ndarray, shape (N, rows, columns, channels)

    Returns
    -------
    ndarray of float64, shape (N,)
        The less, the more blurred an image of the same brightness is.
    """
    pixels = images.astype(np.float64)
    steps = (np.square(np.diff(pixels, axis=axis)).sum(axis=(1, 2, 3)) for axis in (1, 2))
    return sum(steps)


def roughness(val_loss: np.ndarray) -> float:
    """Mean size of the change of slope of the logarithm of a loss, from epoch to epoch.

    0 for a curve that falls by the same factor every epoch; NaN for fewer than three epochs.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        bends = np.diff(np.log(np.asarray(val_loss, dtype=float)), n=2)
    return float(np.abs(bends).mean()) if len(bends) else float("nan")


def image_metrics(clean: np.ndarray, decoded: np.ndarray) -> pd.DataFrame:
    """Measure each image.

    Parameters
    ----------
    clean, decoded : ndarray of float32, shape (N, rows, columns, channels)
        Clean pixels are in [0, 1].

    Returns
    -------
    DataFrame
        ``relative_error``; ``mse``; ``psnr`` in dB and ``ssim`` (scikit-image, ``data_range=1``,
        Gaussian weights as in Wang et al. 2004); ``edge_ratio``, the edge energy over that of the
        clean image.
    """

    def ssim(x: np.ndarray, y: np.ndarray) -> float:
        return structural_similarity(
            x, y, data_range=1, channel_axis=-1,
            gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        )  # fmt: skip

    pairs = list(zip(clean, decoded, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "relative_error": relative_error(clean, decoded),
                "mse": np.mean((clean - decoded) ** 2, axis=(1, 2, 3), dtype=np.float64),
                "psnr": [peak_signal_noise_ratio(x, y, data_range=1) for x, y in pairs],
                "ssim": [ssim(x, y) for x, y in pairs],
                "edge_ratio": edge_energy(decoded) / edge_energy(clean),
            }
        )


def status(history: pd.DataFrame, decoded: np.ndarray) -> str:
    """Tell how a run ended.

    Returns
    -------
    str
        ``diverged`` if the last loss or any decoded pixel is no finite number, ``dead`` if every
        decoded pixel is zero, else ``completed``.
    """
    last = history[["loss", "val_loss"]].iloc[-1]
    if not (np.isfinite(last).all() and np.isfinite(decoded).all()):
        return "diverged"
    return "completed" if decoded.any() else "dead"


def summary(images: pd.DataFrame, history: pd.DataFrame, run_status: str) -> dict[str, Any]:
    """Summarise a run.

    Parameters
    ----------
    images : DataFrame
        From `image_metrics`, in the order of the test set.
    history : DataFrame
        With ``loss`` and ``val_loss``, a row an epoch.
    run_status : str
        From `status`; of a diverged run there are no numbers, but None.

    Returns
    -------
    dict
        The content of ``metrics.json``.
    """
    errors = images["relative_error"]
    numbers: dict[str, Any] = {
        "relative_error_first10": errors[:FIRST].mean(),
        "relative_error_first10_max": errors[:FIRST].max(),
        "relative_error": errors.mean(),
        "relative_error_sd": errors.std(),
        "relative_error_quantiles": {str(q): errors.quantile(q) for q in QUANTILES},
        "share_under_limit": (errors < LIMIT).mean(),
        "psnr": images["psnr"].mean(),
        "ssim": images["ssim"].mean(),
        "edge_ratio": images["edge_ratio"].mean(),
        "loss": history["loss"].iloc[-1],
        "val_loss": history["val_loss"].iloc[-1],
        "roughness": roughness(history["val_loss"].to_numpy()),
    }
    return {
        "status": run_status,
        "epochs": len(history),
        "images": len(images),
        **{key: _plain(value, run_status) for key, value in numbers.items()},
    }


def _plain(value: Any, run_status: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part, run_status) for key, part in value.items()}
    return float(value) if run_status != "diverged" and np.isfinite(value) else None
