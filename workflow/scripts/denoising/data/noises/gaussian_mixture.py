"""White Gaussian noise, weak in one image and strong in another."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about

Low = Annotated[float, about("Least standard deviation.", minimum=0)]
High = Annotated[float, about("Largest standard deviation; as likely as any between.", minimum=0)]


def mixed(
    clean: np.ndarray, generator: np.random.Generator, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy images and their levels, drawn image after image."""
    noisy, levels = np.empty_like(clean), np.empty(len(clean), np.float32)
    for n, image in enumerate(clean):
        levels[n] = low + (high - low) * generator.random(dtype=np.float32)
        normal = generator.standard_normal(image.shape, dtype=np.float32)
        noisy[n] = np.clip(image + levels[n] * normal, 0, 1)
    return noisy, levels


@noise(
    "gaussian-mixture",
    title={"en": "Gaussian noise of any level", "zh": "任意强度的高斯噪声"},
    formula={
        "en": "x + level · N(0, 1), clipped to [0, 1]; each image has a level from `low` to `high`",
        "zh": "x + level · N(0, 1)，截断到 [0, 1]；每幅图像的 level 取自 `low` 到 `high`",
    },
)
def gaussian_mixture(
    clean: np.ndarray, generator: np.random.Generator, low: Low = 0.0, high: High = 1.0
) -> np.ndarray:
    """Add noise of a level of its own to each image."""
    return mixed(clean, generator, low, high)[0]
