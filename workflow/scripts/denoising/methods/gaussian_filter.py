"""Gaussian filter: each pixel becomes a weighted mean of its neighbourhood."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about


@method(
    "gaussian-filter",
    title={"en": "Gaussian filter", "zh": "高斯滤波"},
    description={
        "en": "a mean with Gaussian weights around each pixel, channel by channel",
        "zh": "对每个像素周围按高斯权重取平均，逐通道计算",
    },
)
def gaussian_filter(
    noisy: np.ndarray,
    sigma: Annotated[
        float, about("Standard deviation of the weights in pixels.", exclusiveMinimum=0)
    ] = 1.0,
) -> np.ndarray:
    """Filter each image; beyond its border it is mirrored."""
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(noisy, sigma=(0, sigma, sigma, 0))
