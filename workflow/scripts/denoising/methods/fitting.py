"""Fitting a method that is not trained, and choosing its parameters on held-out images."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from denoising import methods
from denoising.measures.metrics import relative_error

Pair = tuple[np.ndarray, np.ndarray]  # noisy and clean images
CORRECTED = 1000  # training images that an affine correction is fitted on


class Affine:
    """A method whose output is scaled and shifted: slope · output + offset.

    Parameters
    ----------
    method : object
        Already fitted.
    noisy, clean : ndarray of float32, shape (N, rows, columns, channels)
        The two numbers are those of least squared error on all pixels of the first of these.
    """

    def __init__(self, method: Any, noisy: np.ndarray, clean: np.ndarray) -> None:
        self.method = method
        output = method.denoise(noisy[:CORRECTED]).ravel().astype(np.float64)
        target = clean[:CORRECTED].ravel().astype(np.float64)
        varies = output.var()
        covariance = np.mean((output - output.mean()) * (target - target.mean()))
        self.slope = covariance / varies if varies else 0.0
        self.offset = target.mean() - self.slope * output.mean()

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Clean images."""
        return (self.slope * self.method.denoise(noisy) + self.offset).astype(np.float32)

    @property
    def parameters(self) -> int:
        """Number of the method's own, and two."""
        return self.method.parameters + 2


class Choice(NamedTuple):
    """Values that were tried.

    Attributes
    ----------
    settings : dict
        The method with one value of each parameter.
    held_out_error : float
        Mean relative error of the held-out images.
    seconds : float
        Of the processor, for fitting and denoising them.
    """

    settings: dict[str, Any]
    held_out_error: float
    seconds: float


def candidates(settings: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the method with each combination of the values to choose from."""
    several = methods.choices(settings)
    for values in itertools.product(*several.values()):
        yield {**settings, **dict(zip(several, values, strict=True))}


def fitted(
    settings: Mapping[str, Any], train: Callable[[], Pair], draw: Callable[[], np.random.Generator]
) -> Any:
    """Make a method and fit it.

    Parameters
    ----------
    settings : mapping
        Resolved, with one value of each parameter.
    train : callable
        Reads the training images, if they are needed.
    draw : callable
        Gives a generator, always the same.
    """
    method = methods.build(settings)
    if hasattr(method, "fit"):
        method.fit(*train(), draw())
    return Affine(method, *train()) if settings.get(methods.AFFINE) else method


def choose(
    settings: Mapping[str, Any],
    train: Callable[[], Pair],
    held_out: Pair,
    draw: Callable[[], np.random.Generator],
) -> list[Choice]:
    """Try each combination of values; the first is the best.

    Parameters
    ----------
    settings, train, draw
        As of `fitted`, with several values of some parameters.
    held_out : pair of ndarray
        Noisy and clean images that nothing is fitted on.
    """
    noisy, clean = held_out
    tried = []
    for one in candidates(settings):
        begin = time.process_time()
        decoded = fitted(one, train, draw).denoise(noisy)
        error = float(np.nanmean(relative_error(clean, decoded)))
        tried.append(Choice(one, error, time.process_time() - begin))
    return sorted(tried, key=lambda choice: choice.held_out_error)
