"""The best linear autoencoder: a linear map that goes through a few numbers."""

from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.methods.linear_map import LinearMap
from denoising.registry import about


@method(
    "linear-bottleneck",
    title={"en": "Linear bottleneck", "zh": "线性瓶颈"},
    description={
        "en": "the linear map of least squared error through a code of `numbers` numbers"
        " (reduced-rank regression, Izenman 1975)",
        "zh": "经过 `numbers` 个数的编码、平方误差最小的线性映射（降秩回归，Izenman 1975）",
    },
)
class LinearBottleneck(LinearMap):
    """The full map, followed by a projection on the first principal axes of what it makes."""

    def __init__(
        self,
        numbers: Annotated[int, about("Length of the code.", minimum=1)] = 32,
        ridge: Annotated[float, about("Added to the variance of each pixel.", minimum=0)] = 1e-4,
    ) -> None:
        super().__init__(ridge)
        self.numbers = numbers

    def _solved(self, own: np.ndarray, cross: np.ndarray) -> np.ndarray:
        whole = super()._solved(own, cross)
        _, axes = np.linalg.eigh(cross.T @ whole)  # covariance of what the whole map makes
        first = axes[:, ::-1][:, : self.numbers]
        return whole @ first @ first.T

    @property
    def code_elements(self) -> int:
        """Length of the code."""
        return self.numbers

    @property
    def parameters(self) -> int:
        """Number of weights of an encoder and a decoder."""
        return (2 * self.numbers + 1) * self.offset.size
