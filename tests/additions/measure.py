"""An entry of `denoising.measures.metrics`, from its second half on."""

import numpy as np

from denoising.measures.metrics import MEASURES


@MEASURES.register(
    "brightness",
    per_image=True,
    head={"en": "brightness", "zh": "亮度"},
    title={"en": "Mean output.", "zh": "输出的均值。"},
    digits=2,
    tables=("runs",),
)
def brightness(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Mean of the pixels of each image."""
    return decoded.mean(axis=(1, 2, 3))
