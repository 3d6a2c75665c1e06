"""Wiener's filter with local statistics."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about


@method(
    "wiener-filter",
    title={"en": "Wiener filter", "zh": "维纳滤波"},
    description={
        "en": "each pixel drawn to the mean around it, the more the less varies there (Lim 1990)",
        "zh": "每个像素向邻域均值靠拢，邻域变化越小靠拢越多（Lim 1990）",
    },
)
def wiener_filter(
    noisy: np.ndarray,
    size: Annotated[int, about("Side of the window in pixels.", minimum=1)] = 5,
) -> np.ndarray:
    """Filter each image; the noise's variance is the mean of the local ones."""
    from scipy.signal import wiener

    images = np.moveaxis(noisy, -1, 1).reshape(-1, *noisy.shape[1:3])
    with np.errstate(divide="ignore", invalid="ignore"):  # where nothing varies
        found = np.array([np.nan_to_num(wiener(image, size)) for image in images])
    found = found.reshape(-1, noisy.shape[3], *noisy.shape[1:3]).astype(np.float32)
    return np.moveaxis(found, 1, -1)
