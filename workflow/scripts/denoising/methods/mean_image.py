"""The mean of the clean training images: the best answer that does not look at the input."""

import numpy as np

from denoising.methods import method


@method(
    "mean-image",
    title={"en": "Mean image", "zh": "平均图像"},
    description={
        "en": "the mean of the clean training images, whatever the input",
        "zh": "无论输入如何都返回干净训练图像的平均",
    },
)
class MeanImage:
    """One image for all."""

    def fit(self, noisy: np.ndarray, clean: np.ndarray, generator: np.random.Generator) -> None:
        """Average the clean images."""
        self.image = clean.mean(axis=0, dtype=np.float64).astype(np.float32)

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Return it for each image."""
        return np.repeat(self.image[None], len(noisy), axis=0)

    @property
    def parameters(self) -> int:
        """Number of its pixels."""
        return self.image.size
