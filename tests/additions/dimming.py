"""Pixels lose light."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about


@noise(
    "dimming",
    title={"en": "Dimming", "zh": "变暗"},
    formula={"en": "x times 1 − amount", "zh": "x 乘以 1 − amount"},
)
def dimming(
    clean: np.ndarray,
    generator: np.random.Generator,
    amount: Annotated[float, about("Share of the light that is lost.", minimum=0, maximum=1)] = 0.5,
) -> np.ndarray:
    """Take light away."""
    return (clean * np.float32(1 - amount)).astype(np.float32)
