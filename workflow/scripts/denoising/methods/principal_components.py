"""Principal components of the clean images, on which noisy ones are projected."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.methods.linear_map import flat
from denoising.registry import about


@method(
    "principal-components",
    title={"en": "Principal components", "zh": "主成分"},
    description={
        "en": "the projection on the first `numbers` principal axes of the clean training images"
        " (PCA)",
        "zh": "在干净训练图像的前 `numbers` 个主轴上的投影（PCA）",
    },
)
class PrincipalComponents:
    """x̂ = μₓ + V Vᵀ (y − μ_y): clipping moves the mean of noisy images."""

    def __init__(self, numbers: Annotated[int, about("Number of axes.", minimum=1)] = 32) -> None:
        self.numbers = numbers

    def fit(self, noisy: np.ndarray, clean: np.ndarray, generator: np.random.Generator) -> None:
        """Find the axes."""
        x = flat(clean)
        self.noisy_mean, self.mean = flat(noisy).mean(axis=0), x.mean(axis=0)
        _, axes = np.linalg.eigh(np.cov(x, rowvar=False))
        self.axes = axes[:, ::-1][:, : self.numbers]

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Project each image."""
        found = self.mean + (flat(noisy) - self.noisy_mean) @ self.axes @ self.axes.T
        return found.astype(np.float32).reshape(noisy.shape)

    @property
    def code_elements(self) -> int:
        """Length of the code."""
        return self.numbers

    @property
    def parameters(self) -> int:
        """Number of the axes' and the means' entries."""
        return self.axes.size + 2 * self.mean.size
