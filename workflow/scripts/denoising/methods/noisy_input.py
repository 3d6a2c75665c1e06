"""The noisy image itself: what every method has to beat."""

import numpy as np

from denoising.methods import method


@method(
    "noisy-input",
    title={"en": "Noisy input", "zh": "加噪输入"},
    description={"en": "the noisy image as it is", "zh": "原样返回加噪图像"},
)
def noisy_input(noisy: np.ndarray) -> np.ndarray:
    """Change nothing."""
    return noisy
