"""The law beside its rivals of form, and where its bias comes from.

An image i whose dead positions hold the share s of its energy, and whose others have the error q,
has r² = s + (1 − s) · q². The law puts k/n for s and e₀ for q. Two things are then passed over:

- e₀² averages q² weighted by the images' energies, and the reported number averages r unweighted.
  Faint images have the larger errors, so that the mean square Q² of q over images is above e₀².
- The reported number is a mean of roots: the root of the mean square lies above it, by the
  variance over images: mean(r)² = mean(r²) − var(r).

The corrected law is mean(r)² = m − v with m = k/n + (1 − k/n) · Q², which is exact where s and q²
do not go together, and, by the delta method, v · m = a · (1 − k/n)² + b · k/n · (1 − k/n): the
spread of q, and that of s, which is binomial were lit pixels dealt to positions at random.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from denoising.declare import Inputs
from denoising.evidence.coverage import by_law
from denoising.evidence.law import explained
from denoising.evidence.replicates import completed

FORMS_COLUMNS = [
    "form", "runs", "parameters", "r2", "bias", "residual", "left_out", "black_least", "black_most",
]  # fmt: skip
CORRECTIONS_COLUMNS = ["experiment", "runs", "live_error", "root_mean_square", "weighting", "sd"]
Form = Callable[[np.ndarray], np.ndarray]  # shares k/n → errors


class Corrected(NamedTuple):
    """The law for the mean of the images' errors.

    Attributes
    ----------
    mean_square : float
        Q², of live positions over images.
    own, shared : float
        a and b: what the spread of q and that of s add to the variance of r, times m.
    """

    mean_square: float
    own: float
    shared: float

    def __call__(self, share: np.ndarray) -> np.ndarray:
        """Return the error that these shares k/n of dead positions give."""
        mean = np.maximum(share + (1 - share) * self.mean_square, np.finfo(float).tiny)
        variance = (self.own * (1 - share) ** 2 + self.shared * share * (1 - share)) / mean
        return np.sqrt(np.maximum(mean - variance, 0))


def by_count(runs: pd.DataFrame) -> Form:
    """Return the law with the experiment's median e₀."""
    live = runs["live_error"].median()
    return lambda share: by_law(share, live)


def corrected(runs: pd.DataFrame) -> Corrected:
    """Return the corrected law: Q² and the variance from mean and spread over images alone."""
    share, square = runs["share"], runs["relative_error"] ** 2 + runs["relative_error_sd"] ** 2
    alive = share < 1
    mean_square = max(0.0, float(((square - share) / (1 - share))[alive].median()))
    mean = share + (1 - share) * mean_square
    parts = np.stack([(1 - share) ** 2, share * (1 - share)], axis=1)
    (own, shared), _ = nnls(parts, (runs["relative_error_sd"] ** 2 * mean).to_numpy())
    return Corrected(mean_square, float(own), float(shared))


def line(runs: pd.DataFrame) -> Form:
    """Return a straight line in k."""
    start, slope = _least_squares(runs["share"], runs["relative_error"])
    return lambda share: start + slope * share


def line_in_squares(runs: pd.DataFrame) -> Form:
    """Return a straight line of error² in k: the law without its end at (n, 1)."""
    start, slope = _least_squares(runs["share"], runs["relative_error"] ** 2)
    return lambda share: np.sqrt(np.maximum(start + slope * share, 0))


def _least_squares(share: pd.Series, values: pd.Series) -> np.ndarray:
    """Fit start and slope; where the share does not vary the slope is 0."""
    if share.nunique() < 2:
        return np.array([values.mean(), 0.0])
    return np.polynomial.polynomial.polyfit(share, values, 1)


FORMS: dict[str, tuple[int, Callable[[pd.DataFrame], Form]]] = {
    "law": (1, by_count),
    "corrected": (3, corrected),
    "line": (2, line),
    "squares": (2, line_in_squares),
}


def known(runs: pd.DataFrame, experiments: Collection[str]) -> pd.DataFrame:
    """Return the runs of these experiments that completed, with their ``share`` k/n."""
    own = completed(runs).dropna(subset=["live_error", "dead_positions"])
    own = own[own["experiment"].isin(experiments)]
    return own.assign(share=own["dead_positions"] / own["positions"]).reset_index(drop=True)


def forms_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Hold each form against the same runs.

    Parameters
    ----------
    runs : DataFrame
        From `known`.

    Returns
    -------
    DataFrame
        A row a form: ``runs``; ``parameters``, fitted in each experiment; ``r2`` within the
        experiments; ``bias``, the median of measured − predicted; ``residual``, the root of their
        mean square, and ``left_out``, the same of runs that the fit did not see; ``black_least``
        and ``black_most``, the errors that it gives for a run whose positions are all dead, which
        is black and has 1.
    """
    groups = [own for _, own in runs.groupby("experiment", sort=False) if len(own) > 2]
    if not groups:
        return pd.DataFrame(columns=FORMS_COLUMNS)
    told = pd.concat(groups)
    centre = told.groupby("experiment")["relative_error"].transform("mean")
    rows = []
    for name, (parameters, form) in FORMS.items():
        predicted, left_out, black = [], [], []
        for own in groups:
            fitted, share = form(own), own["share"].to_numpy()
            predicted.append(pd.Series(fitted(share), index=own.index))
            black.append(float(fitted(np.ones(1))[0]))
            for at in own.index:
                other = form(own.drop(at))(own.loc[[at], "share"].to_numpy())
                left_out.append(own.at[at, "relative_error"] - other[0])
        own = pd.concat(predicted)
        residuals = told["relative_error"] - own
        rows.append(
            {
                "form": name,
                "runs": len(told),
                "parameters": parameters,
                "r2": explained(told["relative_error"], own, centre),
                "bias": residuals.median(),
                "residual": np.sqrt(np.square(residuals).mean()),
                "left_out": np.sqrt(np.square(left_out).mean()),
                "black_least": min(black),
                "black_most": max(black),
            }
        )
    return pd.DataFrame(rows, columns=FORMS_COLUMNS)


def corrections_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Tell the two parts of the law's bias, experiment by experiment.

    Returns
    -------
    DataFrame
        ``experiment``, ``runs``; ``live_error`` e₀ (median), ``root_mean_square`` Q, ``weighting``,
        the ratio Q²/e₀², and ``sd`` of the errors of images where all positions live.
    """
    rows = []
    for name, own in runs.groupby("experiment", sort=False):
        live, fitted = own["live_error"].median(), corrected(own)
        square = fitted.mean_square
        spread = np.sqrt(fitted.own / square) if square else np.nan
        rows.append([name, len(own), live, np.sqrt(square), square / live**2, spread])
    return pd.DataFrame(rows, columns=CORRECTIONS_COLUMNS)


def forms(inputs: Inputs) -> pd.DataFrame:
    """Make ``law_forms.csv``, of the write-up's experiments."""
    return forms_table(known(inputs.runs, inputs.facets["writeup"]))


def corrections(inputs: Inputs) -> pd.DataFrame:
    """Make ``law_corrections.csv``."""
    return corrections_table(known(inputs.runs, inputs.facets["writeup"]))
