"""How far more training could go: the error of ever longer trainings, carried on."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import curve_fit

from denoising.declare import Inputs
from denoising.evidence.replicates import completed

COLUMNS = ["study", "points", "floor", "low", "high", "exponent", "residual", "doubled"]
LEAST = 5  # points: one more than leave a degree of freedom when one is left out


class PowerLaw(NamedTuple):
    """An error of ``floor + scale · seconds ** -exponent``."""

    floor: float
    scale: float
    exponent: float

    def at(self, seconds: Any) -> Any:
        """Return the error after so many seconds."""
        return self.floor + self.scale * seconds**-self.exponent


def fitted(seconds: Sequence[float], errors: Sequence[float]) -> PowerLaw:
    """Fit a power law with a floor by least squares.

    Parameters
    ----------
    seconds, errors : sequences of at least three floats
        Costs above 0, and errors of 0 to 1.

    Notes
    -----
    The form is that of Hestness et al. (2017), *Deep Learning Scaling is Predictable, Empirically*.
    """
    x, y = np.asarray(seconds, float), np.asarray(errors, float)
    start = (0.8 * y.min(), y.max() - 0.8 * y.min(), 0.3)
    scaled = x / x.min()  # so that the scale is an error, too
    found, _ = curve_fit(
        lambda t, floor, scale, exponent: floor + scale * t**-exponent,
        scaled, y, p0=start, bounds=([0, 0, 0.01], [y.min(), 2, 3]), max_nfev=10_000,
    )  # fmt: skip
    floor, scale, exponent = map(float, found)
    return PowerLaw(floor, scale * float(x.min()) ** exponent, exponent)


def floor_table(runs: pd.DataFrame, studies: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Estimate the error that no more training gets below.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    studies : mapping
        Study → its ``experiments``.

    Returns
    -------
    DataFrame
        A row a study of at least `LEAST` trained experiments: the ``floor`` with the least and the
        most that it is when one of the ``points`` is left out, the ``exponent``, the largest
        ``residual``, and the error at twice the cost of the dearest (``doubled``).
    """
    done = completed(runs)
    trained = done[done["train_seconds"].notna()]
    rows = []
    for study, about in studies.items():
        own = trained[trained["experiment"].isin(about["experiments"])]
        means = own.groupby("experiment", sort=False)[["train_seconds", "relative_error"]].median()
        if len(means) < LEAST or means["train_seconds"].min() <= 0:
            continue
        seconds, errors = means["train_seconds"].to_numpy(), means["relative_error"].to_numpy()
        law = fitted(seconds, errors)
        others = [
            fitted(np.delete(seconds, n), np.delete(errors, n)).floor for n in range(len(means))
        ]
        rows.append(
            {
                "study": study,
                "points": len(means),
                "floor": law.floor,
                "low": min(others),
                "high": max(others),
                "exponent": law.exponent,
                "residual": np.abs(law.at(seconds) - errors).max(),
                "doubled": law.at(2 * seconds.max()),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def floor(inputs: Inputs) -> pd.DataFrame:
    """Make ``floor.csv``."""
    return floor_table(inputs.runs, inputs.facets["goals"])
