"""The model that another experiment trained: on other images, or under other noise."""

from pathlib import Path
from typing import Annotated

import numpy as np

from denoising.methods import method
from denoising.methods.autoencoder import Autoencoder
from denoising.registry import about


@method(
    "pretrained",
    title={"en": "Trained elsewhere", "zh": "另行训练"},
    description={
        "en": "the autoencoder that `experiment` trained with the same seed",
        "zh": "`experiment` 以相同种子训练所得的自编码器",
    },
)
class Pretrained(Autoencoder):
    """A run's model, without training of its own.

    With `shifts` its outputs for the image moved by up to so many pixels in all are moved back and
    averaged: a network with strides treats each of them otherwise.
    """

    load = None  # not from its own folder

    def __init__(
        self,
        experiment: Annotated[str, about("The experiment that trained it.")],
        shifts: Annotated[
            int, about("Averages over the image moved by up to so many pixels.", minimum=0)
        ] = 0,
    ) -> None:
        self.experiment, self.shifts = experiment, shifts

    def borrow(self, folder: Path) -> None:
        """Read ``model.keras`` of that experiment's run; TensorFlow must have been set up."""
        Autoencoder.load(self, folder)

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Predict, for each shift, and average what each pixel gets."""
        most = self.shifts
        around = [(0, 0), (most, most), (most, most), (0, 0)]
        padded = np.pad(noisy, around, mode="symmetric")
        rows, columns = noisy.shape[1:3]
        total, count = 0.0, np.zeros((rows, columns, 1), np.float32)
        for down, right in offsets(most):
            top, left = most + down, most + right
            made = super().denoise(padded[:, top : top + rows, left : left + columns])
            # the pixel (i, j) of what was moved is (i + down, j + right) of the image
            here = _overlap(rows, down), _overlap(columns, right)
            there = _overlap(rows, -down), _overlap(columns, -right)
            back = np.zeros_like(made)
            back[:, here[0], here[1]] = made[:, there[0], there[1]]
            total += back
            count[here[0], here[1]] += 1
        return total / count


def offsets(most: int) -> list[tuple[int, int]]:
    """List the shifts, in rows and columns, of up to so many pixels in all."""
    each = range(-most, most + 1)
    return [(down, right) for down in each for right in each if abs(down) + abs(right) <= most]


def _overlap(side: int, shift: int) -> slice:
    """Return where a side and the same side moved by so much meet."""
    return slice(max(0, shift), side + min(0, shift))
