"""Pixels gain light."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about


@method(
    "brighten",
    title={"en": "Brighten", "zh": "变亮"},
    description={"en": "x times factor, at most 1", "zh": "x 乘以 factor，至多为 1"},
)
def brighten(
    noisy: np.ndarray, factor: Annotated[float, about("Of the light.", minimum=0)] = 2.0
) -> np.ndarray:
    """Give light."""
    return np.clip(noisy * np.float32(factor), 0, 1)
