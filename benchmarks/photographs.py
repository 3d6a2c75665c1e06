"""Clean scikit-image's photographs, beside BM3D where that is installed.

Noise of a stated σ (of 255) is added to the grey photographs, clipped and rounded to 8 bits, as a
person's pictures are; both methods are told σ. BM3D (its licence forbids to ship it):
``.venv/bin/pip install bm3d``, and remove it afterwards.
"""

import argparse
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from skimage import color, data
from skimage.metrics import peak_signal_noise_ratio

from denoise import SHIPPED
from denoising.training.runtime import import_tensorflow

SIGMAS = (25, 50)
PHOTOGRAPHS = (
    "astronaut", "brick", "camera", "cat", "coffee", "coins", "grass", "gravel", "moon", "rocket",
)  # fmt: skip


def photograph(name: str) -> np.ndarray:
    """Return one in grey, in [0, 1]."""
    picture = getattr(data, name)()
    return color.rgb2gray(picture) if picture.ndim == 3 else picture / 255


def noisy(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Return it with noise, in steps of 1/255."""
    noise = np.random.default_rng(20_261_127).normal(0, sigma, picture.shape)
    return np.clip(np.rint(255 * picture + noise), 0, 255) / 255


def methods(model: Path) -> dict[str, Callable[[np.ndarray, float], np.ndarray]]:
    """Return what cleans, by name."""
    import_tensorflow()
    from denoising.cleaning.network import Network

    found: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {"ours": Network(model).clean}
    if importlib.util.find_spec("bm3d"):
        from bm3d import bm3d

        found["bm3d"] = lambda picture, level: np.clip(bm3d(picture, level), 0, 1)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    model = parser.parse_args().model

    rows = []
    cleaners = methods(model)
    for name in PHOTOGRAPHS:
        clean = photograph(name)
        for sigma in SIGMAS:
            before = noisy(clean, sigma)
            row = {"photograph": name, "sigma": sigma, "megapixels": clean.size / 1e6}
            row["noisy"] = peak_signal_noise_ratio(clean, before, data_range=1)
            for method, clean_up in cleaners.items():
                began = time.process_time()
                found = clean_up(before, sigma / 255)
                row[f"{method}_seconds"] = time.process_time() - began
                row[method] = peak_signal_noise_ratio(clean, found.astype(float), data_range=1)
            rows.append(row)
    table = pd.DataFrame(rows)
    print(table.round(2).to_string(index=False))
    print(table.drop(columns="photograph").groupby("sigma").mean().round(2).to_string())


if __name__ == "__main__":
    main()
