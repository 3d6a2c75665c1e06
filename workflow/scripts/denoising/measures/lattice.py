"""The lattice of output positions that strides make, and which of them are dead.

The field knows the pattern as checkerboard artefacts of strided transposed convolutions (and of
sub-pixel convolution), a dead position of a ReLU output as dying ReLU.

Layers that enlarge an image by s repeat their weights every s pixels, so that pixels whose row
and column are equal modulo the product of those factors share all weights and see the code alike.
Such a class of pixels is a *position* of the lattice.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from denoising.measures.metrics import FIRST
from denoising.model.shapes import period

# A position is dead where its relative error over all images is at least DEAD_ERROR: it says next
# to nothing of the clean images. One that is never on has 1. Early in training an error can be as
# large without that: a ReLU's must also be on (above 0) in less than ON_SHARE of its pixels, and
# another output's error be at most BLACK_ERROR, as what is grey everywhere misses by more.
DEAD_ERROR = 0.95
BLACK_ERROR = 1.05
ON_SHARE = 0.05


class Positions(NamedTuple):
    """What is known of each position, shape (..., rows, columns) of the lattice.

    Attributes
    ----------
    error : ndarray of float64
        Relative error ‖x − x̂‖₂ / ‖x‖₂ over the position's pixels of all images.
    on : ndarray of float64
        Share of those pixels whose output is above 0.
    energy : ndarray of float64
        ‖x‖₂² over those pixels.
    rectified : bool
        Whether the output layer is a ReLU.
    """

    error: np.ndarray
    on: np.ndarray
    energy: np.ndarray
    rectified: bool

    @property
    def dead(self) -> np.ndarray:
        """Which positions are dead."""
        return dead(self.error, self.on, rectified=self.rectified)


def dead(error: np.ndarray, on: np.ndarray, *, rectified: bool) -> np.ndarray:
    """Tell which positions are dead, from their relative errors and how often they are on."""
    silent = on < ON_SHARE if rectified else error <= BLACK_ERROR
    return (error >= DEAD_ERROR) & silent


def rectified(architecture: Mapping[str, Any]) -> bool:
    """Tell whether an architecture's output layer is a ReLU."""
    return architecture["decoder"][-1].get("activation") == "relu"


def by_position(pixels: np.ndarray, lattice: tuple[int, int]) -> np.ndarray:
    """Sum pixels by position.

    Parameters
    ----------
    pixels : ndarray, shape (..., rows, columns, channels)
    lattice : tuple of int
        From `denoising.model.shapes.period`.

    Returns
    -------
    ndarray of float64, shape (..., *lattice)
    """
    rows, columns = lattice
    sums = [
        [pixels[..., i::rows, j::columns, :].sum(axis=(-3, -2, -1), dtype=np.float64)
         for j in range(columns)]
        for i in range(rows)
    ]  # fmt: skip
    return np.moveaxis(np.array(sums), (0, 1), (-2, -1))


def positions(
    on: np.ndarray,
    squared_error: np.ndarray,
    clean: np.ndarray,
    architecture: Mapping[str, Any],
) -> Positions:
    """Describe each position.

    Parameters
    ----------
    on, squared_error : ndarray, shape (..., rows, columns, channels)
        Sums over the images, a pixel each: of outputs above 0, and of squared errors.
    clean : ndarray, shape (N, rows, columns, channels)
        The clean images.
    architecture : mapping
        Resolved, of the configuration.
    """
    lattice = period(architecture)
    energy = by_position(np.square(clean, dtype=np.float64).sum(axis=0), lattice)
    pixels = len(clean) * by_position(np.ones(clean.shape[1:]), lattice)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(by_position(squared_error, lattice) / energy)
    return Positions(error, by_position(on, lattice) / pixels, energy, rectified(architecture))


def live_error(found: Positions) -> np.ndarray:
    """Relative error e₀ over the pixels of the positions that are not dead; NaN if all are."""
    alive = ~found.dead
    energy = np.where(alive, found.energy, 0).sum(axis=(-2, -1))
    with np.errstate(invalid="ignore"):  # black images have no error
        squared = np.where(alive, found.error**2 * found.energy, 0).sum(axis=(-2, -1))
        return np.sqrt(squared / energy)


def half_learned(error: np.ndarray, dead: np.ndarray) -> int:
    """Count the positions that are not dead and yet miss most of the clean images: error² > ½.

    Parameters
    ----------
    error : ndarray, shape (rows, columns)
        Relative error of each position.
    dead : ndarray of bool, shape (rows, columns)
    """
    return int((~dead & (np.square(error) > 0.5)).sum())


def by_epoch(
    trajectory: Mapping[str, np.ndarray], clean: np.ndarray, architecture: Mapping[str, Any]
) -> pd.DataFrame:
    """Describe each epoch of a training.

    Parameters
    ----------
    trajectory : mapping
        Of ``trajectory.npz``, epochs first: ``on`` and ``squared_error`` of each pixel,
        ``relative_error`` of the first validation images, ``relative_error_mean`` of all.
    clean : ndarray, shape (N, rows, columns, channels)
        The clean validation images.
    architecture : mapping
        Resolved.

    Returns
    -------
    DataFrame
        Index ``epoch`` (from 1): ``relative_error_first10``, ``relative_error``, ``dead``,
        ``never_on``, ``live_error``. Of an epoch that diverged nothing is known.
    """
    found = positions(trajectory["on"], trajectory["squared_error"], clean, architecture)
    errors = trajectory["relative_error"]
    first = np.where(np.isfinite(errors[:, :FIRST]), errors[:, :FIRST], np.nan)  # not black ones
    mean = trajectory.get("relative_error_mean", errors.mean(axis=1))
    epochs = pd.DataFrame(
        {
            "relative_error_first10": pd.DataFrame(first).mean(axis=1).to_numpy(),
            "relative_error": mean,
            "dead": found.dead.sum(axis=(1, 2)),
            "never_on": (found.on == 0).sum(axis=(1, 2)),
            "live_error": live_error(found),
        },
        index=pd.RangeIndex(1, len(errors) + 1, name="epoch"),
        dtype=float,
    )
    epochs[~finite_epochs(trajectory)] = np.nan
    return epochs


def finite_epochs(trajectory: Mapping[str, np.ndarray]) -> np.ndarray:
    """Tell after which epochs every output was a finite number."""
    return np.isfinite(trajectory["squared_error"]).all(axis=(1, 2, 3))


def pixel_sums(decoded: np.ndarray, clean: np.ndarray) -> dict[str, np.ndarray]:
    """Sum over the images what `positions` needs of each pixel: ``on`` and ``squared_error``."""
    return {
        "on": (decoded > 0).sum(axis=0),
        "squared_error": np.square(decoded - clean).sum(axis=0),
    }


def lattice_summary(
    sums: Mapping[str, np.ndarray],
    clean: np.ndarray,
    architecture: Mapping[str, Any],
    dead: np.ndarray,
    initial: Mapping[str, np.ndarray],
) -> dict[str, Any]:
    """Summarise a run's lattice: the content of ``lattice.json``.

    Parameters
    ----------
    sums : mapping
        Of the trained model, as `pixel_sums`.
    clean : ndarray, shape (N, rows, columns, channels)
        The clean images that they are of.
    architecture : mapping
        Resolved.
    dead : ndarray of bool, shape (epochs, rows, columns)
        Which positions were dead after each epoch; without epochs that diverged.
    initial : mapping
        From `initial_positions`.

    Returns
    -------
    dict
        ``rows``, ``columns``; at the end ``dead``, ``never_on``, ``live_error``,
        ``predicted_error`` and ``positions`` (``error``, ``on``, ``dead``); ``revival``;
        ``initial``. None where there is no number.
    """
    rows, columns = period(architecture)
    found = positions(sums["on"], sums["squared_error"], clean, architecture)
    known = np.isfinite(sums["squared_error"]).all()
    count, live = (float(found.dead.sum()), live_error(found)) if known else (np.nan, np.nan)
    changes = revival(dead) if len(dead) else Revival(*[None] * 4)
    return {
        "rows": rows,
        "columns": columns,
        "dead": _plain(count),
        "never_on": _plain((found.on == 0).sum() if known else np.nan),
        "live_error": _plain(live),
        "predicted_error": _plain(predicted_error(count, rows * columns, live)),
        "revival": changes._asdict(),
        "positions": {key: _plain(getattr(found, key)) for key in ("error", "on", "dead")},
        "initial": {key: _plain(values) for key, values in initial.items()},
    }


def dead_by_epoch(
    trajectory: Mapping[str, np.ndarray], clean: np.ndarray, architecture: Mapping[str, Any]
) -> np.ndarray:
    """Tell which positions were dead after each epoch that did not diverge; as of `by_epoch`."""
    found = positions(trajectory["on"], trajectory["squared_error"], clean, architecture)
    return found.dead[finite_epochs(trajectory)]


def _plain(values: Any) -> Any:
    """Write numbers as JSON has them: six digits, no number is None."""
    if np.ndim(values):
        return [_plain(value) for value in values]
    if isinstance(values, bool | np.bool_):
        return bool(values)
    return round(float(values), 6) if np.isfinite(values) else None


def initial_positions(
    decoded: np.ndarray, clean: np.ndarray, architecture: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Describe the positions before training: what the initial weights alone give.

    Parameters
    ----------
    decoded, clean : ndarray of float32, shape (N, rows, columns, channels)
        What the untrained model makes of noisy images, and these without noise.
    architecture : mapping
        Resolved.

    Returns
    -------
    dict
        Of each position ``on`` and ``error`` as of `Positions`, and ``output``, the mean output.
    """
    lattice = period(architecture)
    sums = pixel_sums(decoded, clean)
    found = positions(sums["on"], sums["squared_error"], clean, architecture)
    pixels = len(clean) * by_position(np.ones(clean.shape[1:]), lattice)
    output = by_position(decoded.sum(axis=0, dtype=np.float64), lattice) / pixels
    return {"on": found.on, "error": found.error, "output": output}


class Revival(NamedTuple):
    """How the dead positions of one run change after its first epoch.

    Attributes
    ----------
    first : int
        Positions that are dead after the first epoch.
    revived : int
        Those of them that are not dead in the end.
    last : int or None
        Last epoch (from 1) in which a position came to life; None if none did.
    died : int
        Positions that are dead in the end and were not after the first epoch.
    """

    first: int
    revived: int
    last: int | None
    died: int


def revival(dead: np.ndarray) -> Revival:
    """Describe how dead positions change.

    Parameters
    ----------
    dead : ndarray of bool, shape (epochs, rows, columns)
        Which positions are dead after each epoch.
    """
    waking = (dead[:-1] & ~dead[1:]).any(axis=(1, 2))
    return Revival(
        first=int(dead[0].sum()),
        revived=int((dead[0] & ~dead[-1]).sum()),
        last=int(np.flatnonzero(waking)[-1]) + 2 if waking.any() else None,
        died=int((~dead[0] & dead[-1]).sum()),
    )


def predicted_error(dead: float, count: int, live: float) -> float:
    """Error that the number of dead positions predicts: error² = k/n + (1 − k/n) · e₀².

    A dead position has the error 1, and all positions have nearly the same energy.

    Parameters
    ----------
    dead, count : number
        Dead positions k, of all n.
    live : float
        Error e₀ of the others; of no account if there are none.
    """
    if dead == count:
        return 1.0
    share = dead / count
    return float(np.sqrt(share + (1 - share) * np.square(live)))


def implied_dead(error: float, count: int, live: float) -> float:
    """Number of dead positions that an error implies: the law of `predicted_error` solved for k.

    It is below 0 where the error is below that of a run with no dead position.
    """
    return float(count * (np.square(error) - np.square(live)) / (1 - np.square(live)))
