"""Speckle: noise that is the stronger, the brighter a pixel is."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about


@noise(
    "speckle",
    title={"en": "speckle noise", "zh": "散斑噪声"},
    formula={
        "en": "x · (1 + level · N(0, 1)), clipped to [0, 1]",
        "zh": "x · (1 + level · N(0, 1))，截断到 [0, 1]",
    },
)
def speckle(
    clean: np.ndarray,
    generator: np.random.Generator,
    level: Annotated[float, about("Standard deviation of the factor.", minimum=0)] = 0.5,
) -> np.ndarray:
    """Multiply each pixel by a normal number around 1 and clip (multiplicative noise)."""
    normal = generator.standard_normal(clean.shape, dtype=np.float32)
    return np.clip(clean * (1 + np.float32(level) * normal), 0, 1)
