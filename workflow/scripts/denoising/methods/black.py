"""A black image: its relative error is 1 by definition."""

import numpy as np

from denoising.methods import method


@method(
    "black",
    title={"en": "Black image", "zh": "全黑图像"},
    description={"en": "a black image, whatever the input", "zh": "无论输入如何都返回全黑图像"},
)
def black(noisy: np.ndarray) -> np.ndarray:
    """Return black images."""
    return np.zeros_like(noisy)
