"""White Gaussian noise, the write-up's."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about


@noise(
    "gaussian",
    title={"en": "Gaussian noise", "zh": "高斯噪声"},
    formula={
        "en": "x + level · N(0, 1), clipped to [0, 1]",
        "zh": "x + level · N(0, 1)，截断到 [0, 1]",
    },
)
def gaussian(
    clean: np.ndarray,
    generator: np.random.Generator,
    level: Annotated[
        float, about("Standard deviation of the noise; pixels are in [0, 1].", minimum=0)
    ],
) -> np.ndarray:
    """Add a normal number to each pixel and clip (additive white Gaussian noise, AWGN)."""
    normal = generator.standard_normal(clean.shape, dtype=np.float32)
    return np.clip(clean + np.float32(level) * normal, 0, 1)
