"""White Gaussian noise of any level, and the level beside it."""

import numpy as np

from denoising.data.noises import noise
from denoising.data.noises.gaussian_mixture import High, Low, mixed


@noise(
    "gaussian-told",
    title={"en": "Gaussian noise of a level that is told", "zh": "强度已知的高斯噪声"},
    formula={
        "en": "as gaussian-mixture; one more channel tells the level of the image",
        "zh": "同 gaussian-mixture；另加一个通道给出该图像的 level",
    },
    channels=1,
)
def gaussian_told(
    clean: np.ndarray, generator: np.random.Generator, low: Low = 0.0, high: High = 1.0
) -> np.ndarray:
    """Add noise, and a channel that has the image's level everywhere (Zhang 2018, FFDNet)."""
    noisy, levels = mixed(clean, generator, low, high)
    told = np.broadcast_to(levels[:, None, None, None], (*clean.shape[:3], 1))
    return np.concatenate([noisy, told], axis=-1)
