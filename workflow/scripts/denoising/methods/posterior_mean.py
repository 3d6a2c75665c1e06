"""The posterior mean with the clean training images as prior: what memory alone can do."""

from collections.abc import Iterator
from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about

AT_ONCE = 250  # images


@method(
    "posterior-mean",
    title={"en": "Posterior mean", "zh": "后验均值"},
    description={
        "en": "the mean of the clean training images, each weighted by how likely it is beneath the"
        " noisy one (clipped Gaussian noise)",
        "zh": "干净训练图像的加权平均，权重为其在噪声之下的似然（截断高斯噪声）",
    },
)
class PosteriorMean:
    """x̂ = Σᵢ wᵢ xᵢ with wᵢ ∝ p(y | xᵢ)^(1 / temperature).

    The likelihood is that of x + level · N(0, 1) clipped to [0, 1]: of a pixel y = 0 it is
    Φ(−x / level), of y = 1 it is Φ((x − 1) / level), of any other the normal density.
    """

    def __init__(
        self,
        level: Annotated[
            float, about("Standard deviation of the noise, before clipping.", exclusiveMinimum=0)
        ] = 0.5,
        temperature: Annotated[
            float, about("1 is Bayes' rule; more lets more images speak.", exclusiveMinimum=0)
        ] = 1.0,
    ) -> None:
        self.level, self.temperature = level, temperature

    def fit(self, noisy: np.ndarray, clean: np.ndarray, generator: np.random.Generator) -> None:
        """Keep the images, and the logarithms of their pixels' likelihoods at both ends."""
        from scipy.special import log_ndtr

        self.images = clean.reshape(len(clean), -1)
        self.black = log_ndtr(-self.images / np.float32(self.level))
        self.white = log_ndtr((self.images - 1) / np.float32(self.level))

    def _weights(self, noisy: np.ndarray) -> np.ndarray:
        """Weights of all training images, for each noisy one."""
        from scipy.special import softmax

        black, white = (noisy <= 0), (noisy >= 1)
        # of a pixel between: −(y − x)² / 2σ², without what is the same for every x
        between = ~(black | white) / np.float32(2 * self.level**2)
        found = black.astype(np.float32) @ self.black.T + white.astype(np.float32) @ self.white.T
        found += 2 * (between * noisy) @ self.images.T - between @ np.square(self.images).T
        return softmax(found / np.float32(self.temperature), axis=1)

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Average for each image."""
        return np.concatenate(list(self._parts(noisy))).reshape(noisy.shape)

    def _parts(self, noisy: np.ndarray) -> Iterator[np.ndarray]:
        for start in range(0, len(noisy), AT_ONCE):
            part = noisy[start : start + AT_ONCE]
            yield self._weights(part.reshape(len(part), -1)) @ self.images

    @property
    def parameters(self) -> int:
        """Number of the images' pixels."""
        return self.images.size
