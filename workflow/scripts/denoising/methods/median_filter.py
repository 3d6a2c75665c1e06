"""Median filter: each pixel becomes the median of its neighbourhood."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about


@method(
    "median-filter",
    title={"en": "Median filter", "zh": "中值滤波"},
    description={
        "en": "the median of the size × size pixels around each pixel, channel by channel",
        "zh": "每个像素取周围 size × size 个像素的中值，逐通道计算",
    },
)
def median_filter(
    noisy: np.ndarray,
    size: Annotated[int, about("Side of the window in pixels.", minimum=1)] = 3,
) -> np.ndarray:
    """Filter each image; beyond its border it is mirrored."""
    from scipy.ndimage import median_filter

    return median_filter(noisy, size=(1, size, size, 1))
