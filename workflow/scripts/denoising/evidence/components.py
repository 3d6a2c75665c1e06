"""Which source of chance makes how much of the spread: noise, weights, order, images.

After Bouthillier et al. 2021, Accounting for variance in machine learning benchmarks
(arXiv:2103.03098), with all sources crossed, so that each is varied alone and together.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from denoising.config.settings import SOURCES
from denoising.declare import Inputs
from denoising.evidence.statistics import CONFIDENCE
from denoising.measures.status import DIVERGED

REST = "together"  # what no source makes by itself
MEASURED = ("relative_error", "dead_positions")
DRAWS = 4_000
GENERATOR_SEED = 20_261_130
COLUMNS = ["study", "measure", "source", "levels", "runs", "share", "low", "high", "alone"]


def components_table(levels: pd.DataFrame, values: Sequence[float]) -> pd.DataFrame:
    """Divide the variance of crossed runs among their sources.

    A value is the sum of a part of its level of each source and a rest (which no source makes by
    itself: what they make together); each part has a variance. Their estimates come from the sums
    of squares of each source after all others (Henderson's third method, 1953), which also goes
    where runs are missing; intervals from generalised pivots (Weerahandi 1993): sums of squares
    over draws of χ².

    Parameters
    ----------
    levels : DataFrame
        A column a source, a row a run; those of one level only are left out.
    values : sequence of float
        Of each run.

    Returns
    -------
    DataFrame
        ``source`` (`REST` last), ``levels``, ``runs``; its ``share`` of the variance with its 95 %
        interval (``low``, ``high``); ``alone``: the mean variance of runs that differ in this
        source only, over the variance of all (with what it makes together with others).
    """
    y = np.asarray(values, dtype=float)
    sources = [name for name in levels if levels[name].nunique() > 1]
    dummies = {name: pd.get_dummies(levels[name]).to_numpy(float) for name in sources}
    everything = _projection(list(dummies.values()), len(y))
    sums, degrees, factors = [], [], []
    for name in sources:
        others = [own for other, own in dummies.items() if other != name]
        own = everything - _projection(others, len(y))
        degrees.append(round(np.trace(own)))
        sums.append(y @ own @ y)
        factors.append(np.trace(own @ dummies[name] @ dummies[name].T) / degrees[-1])
    left = round(len(y) - np.trace(everything))
    rest = y @ y - y @ everything @ y
    if not sources or left < 1 or y.var() == 0:
        return pd.DataFrame(columns=COLUMNS[2:])
    ratio, factor = np.array(sums) / degrees, np.array(factors)
    estimate = _shares(ratio, np.array(rest / left), factor)
    rng = np.random.default_rng(GENERATOR_SEED)
    drawn = _shares(
        np.array(sums) / rng.chisquare(degrees, (DRAWS, len(sources))),
        rest / rng.chisquare(left, (DRAWS, 1)),
        factor,
    )
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    alone = [_alone(levels[sources], y, name) / y.var(ddof=1) for name in sources]
    return pd.DataFrame(
        {
            "source": [*sources, REST],
            "levels": [*(levels[name].nunique() for name in sources), pd.NA],
            "runs": len(y),
            "share": estimate,
            "low": low,
            "high": high,
            "alone": [*alone, np.nan],
        }
    )


def _projection(dummies: Sequence[np.ndarray], count: int) -> np.ndarray:
    """Return the projection on the means of all these levels."""
    design = np.hstack([np.ones((count, 1)), *dummies])
    return design @ np.linalg.pinv(design)


def _shares(squares: np.ndarray, rest: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Turn mean squares, shape (..., sources), into shares of the variance, the rest last."""
    rest = np.broadcast_to(rest, (*squares.shape[:-1], 1))
    own = np.maximum((squares - rest) / factors, 0)
    parts = np.concatenate([own, rest], axis=-1)
    return parts / parts.sum(axis=-1, keepdims=True)


def _alone(levels: pd.DataFrame, y: np.ndarray, source: str) -> float:
    """Average the variance of runs that share all other sources."""
    others = [name for name in levels if name != source]
    series = pd.Series(y)
    groups = (
        series.groupby([levels[name].to_numpy() for name in others]) if others else [(0, series)]
    )
    return float(np.mean([own.var() for _, own in groups if len(own) > 1]))


def _of_studies(
    runs: pd.DataFrame, studies: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> Iterator[pd.DataFrame]:
    for study, fixed in studies.items():
        own = runs[runs["experiment"].isin(fixed) & (runs["status"] != DIVERGED)]
        levels = pd.DataFrame(
            {
                source: [fixed[run.experiment].get(source, run.seed) for run in own.itertuples()]
                for source in SOURCES
            },
            index=own.index,
        )
        for measure in MEASURED:
            known = own[measure].notna()
            found = components_table(levels[known], own.loc[known, measure])
            yield found.assign(study=study, measure=measure)


def components(inputs: Inputs) -> pd.DataFrame:
    """Make ``components.csv``; runs that ended black count with all their positions dead."""
    studies: Mapping[str, Any] = inputs.facets["sources"]
    found = [own for own in _of_studies(inputs.runs, studies) if len(own)]
    return pd.concat([pd.DataFrame(columns=COLUMNS), *found])[COLUMNS]
