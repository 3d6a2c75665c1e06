"""Small wavelet coefficients taken away."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about


@method(
    "wavelets",
    title={"en": "Wavelets", "zh": "小波"},
    description={
        "en": "wavelet coefficients drawn to 0 by a threshold a subband (BayesShrink, Chang 2000)",
        "zh": "小波系数按子带阈值向 0 收缩（BayesShrink，Chang 2000）",
    },
)
def wavelets(
    noisy: np.ndarray,
    sigma: Annotated[float, about("Standard deviation of the noise.", exclusiveMinimum=0)] = 0.5,
    wavelet: Annotated[str, about("Kind.", enum=["haar", "db2", "db4", "sym4"])] = "haar",
) -> np.ndarray:
    """Denoise each image."""
    from skimage.restoration import denoise_wavelet

    found = [
        denoise_wavelet(image, sigma, wavelet, method="BayesShrink", channel_axis=-1)
        for image in noisy
    ]
    return np.array(found, np.float32)
