"""The best linear map from noisy to clean images, of full or of limited rank."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.registry import about

Moments = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def flat(images: np.ndarray) -> np.ndarray:
    """Lay each image's pixels in a row, 64-bit."""
    return images.reshape(len(images), -1).astype(np.float64)


def moments(noisy: np.ndarray, clean: np.ndarray) -> Moments:
    """Return both means, the noisy images' covariance and that of the noisy with the clean."""
    y, x = flat(noisy), flat(clean)
    mean_y, mean_x = y.mean(axis=0), x.mean(axis=0)
    y -= mean_y
    x -= mean_x
    return mean_y, mean_x, y.T @ y / len(y), y.T @ x / len(x)


@method(
    "linear-map",
    title={"en": "Linear map", "zh": "线性映射"},
    description={
        "en": "the linear map of least squared error on the training images (LMMSE), with a ridge",
        "zh": "训练图像上平方误差最小的线性映射（LMMSE），带岭正则",
    },
)
class LinearMap:
    """x̂ = μₓ + (y − μ_y) (C_yy + ridge · I)⁻¹ C_yx, as ridge regression has it."""

    def __init__(
        self,
        ridge: Annotated[float, about("Added to the variance of each pixel.", minimum=0)] = 1e-4,
    ) -> None:
        self.ridge = ridge

    def fit(self, noisy: np.ndarray, clean: np.ndarray, generator: np.random.Generator) -> None:
        """Solve the normal equations."""
        mean, target, own, cross = moments(noisy, clean)
        self.map = self._solved(own, cross)
        self.offset = target - mean @ self.map

    def _solved(self, own: np.ndarray, cross: np.ndarray) -> np.ndarray:
        ridge = self.ridge * np.eye(len(own))
        return np.linalg.lstsq(own + ridge, cross)[0]  # pixels that never vary have no variance

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Map each image."""
        found = flat(noisy) @ self.map + self.offset
        return found.astype(np.float32).reshape(noisy.shape)

    @property
    def parameters(self) -> int:
        """Number of the map's weights."""
        return self.map.size + self.offset.size
