"""Blur: no noise in the strict sense, but a corruption that a denoiser may be asked to undo."""

from typing import Annotated

import numpy as np

from denoising.data.noises import noise
from denoising.registry import about


@noise(
    "blur",
    title={"en": "Gaussian blur", "zh": "高斯模糊"},
    formula={
        "en": "x convolved with a Gaussian of the standard deviation `sigma` pixels",
        "zh": "x 与标准差为 sigma 像素的高斯核卷积",
    },
)
def blur(
    clean: np.ndarray,
    generator: np.random.Generator,
    sigma: Annotated[float, about("Standard deviation in pixels.", minimum=0)] = 1.0,
) -> np.ndarray:
    """Blur each image, channel by channel; nothing is drawn."""
    from scipy.ndimage import gaussian_filter  # takes long to import; the Snakefile reads this file

    blurred = gaussian_filter(clean, sigma=(0, sigma, sigma, 0), mode="nearest")
    return np.clip(blurred, 0, 1)
