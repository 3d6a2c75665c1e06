"""Where a training stands after an epoch."""

from typing import NamedTuple

import numpy as np


class Epoch(NamedTuple):
    """A row of the history; seconds of the processor, which a busy machine does not lengthen."""

    loss: float
    val_loss: float
    seconds: float


class State(NamedTuple):
    """All that a training needs to go on as if it had never stopped.

    Attributes
    ----------
    history : tuple of Epoch
        Of all epochs so far.
    variables : list of ndarray
        Of the model and of its optimizer.
    best : list of ndarray
        The model's of the best epoch so far, if they are to be restored in the end; else empty.
    trajectory : dict of ndarray
        What `Trace` says of each epoch, epochs first.
    """

    history: tuple[Epoch, ...]
    variables: list[np.ndarray]
    best: list[np.ndarray]
    trajectory: dict[str, np.ndarray]
