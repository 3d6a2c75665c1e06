"""Masking noise: pixels that are missing, as in the first denoising autoencoders."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about


@noise(
    "masking",
    title={"en": "masking noise", "zh": "掩蔽噪声"},
    formula={
        "en": "a share `amount` of the pixels is set to 0",
        "zh": "比例为 amount 的像素被置为 0",
    },
)
def masking(
    clean: np.ndarray,
    generator: np.random.Generator,
    amount: Annotated[
        float, about("Probability that a pixel is lost.", minimum=0, maximum=1)
    ] = 0.5,
) -> np.ndarray:
    """Set pixels to 0 (Vincent et al. 2008); of a colour image, all channels of a pixel."""
    drawn = generator.random((*clean.shape[:-1], 1), dtype=np.float32)
    return np.where(drawn < np.float32(amount), np.float32(0), clean)
