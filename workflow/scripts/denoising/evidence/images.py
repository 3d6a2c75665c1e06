"""What single images say: spread over the test set, digits, the best and the worst."""

import numpy as np
import pandas as pd

from denoising.measures.metrics import FIRST, LIMIT
from denoising.measures.pictures import EXTREMES

COVERED = (0.025, 0.975)


def group_spread(errors: pd.Series) -> dict[str, float]:
    """Tell how far an average over ten images can mislead.

    Parameters
    ----------
    errors : Series
        Relative error of each test image, in the order of the test set.

    Returns
    -------
    dict
        ``mean`` and ``sd`` of the images; ``group_sd``, ``group_low`` and ``group_high`` (the
        middle 95 %) of the averages of consecutive tens; ``first`` of them, and its ``rank``, the
        share of tens with a lower average.
    """
    whole = len(errors) // FIRST * FIRST
    groups = errors.to_numpy()[:whole].reshape(-1, FIRST).mean(axis=1)
    low, high = np.quantile(groups, COVERED)
    return {
        "mean": errors.mean(),
        "sd": errors.std(),
        "group_sd": groups.std(ddof=1),
        "group_low": low,
        "group_high": high,
        "first": groups[0],
        "rank": (groups < groups[0]).mean(),
    }


def by_digit(images: pd.DataFrame) -> pd.DataFrame:
    """Average the relative error of each digit.

    Parameters
    ----------
    images : DataFrame
        Of one run: ``label`` and ``relative_error``.

    Returns
    -------
    DataFrame
        Index ``label``; ``images``, ``relative_error``, ``share_over_limit`` (above 50 %).
    """
    return images.groupby("label")["relative_error"].agg(
        images="size",
        relative_error="mean",
        share_over_limit=lambda errors: (errors > LIMIT).mean(),
    )


def extremes(errors: pd.DataFrame) -> pd.DataFrame:
    """Find the images that an experiment restores best and worst.

    Parameters
    ----------
    errors : DataFrame
        Relative error; a row an image, a column a seed.

    Returns
    -------
    DataFrame
        ``rank`` (1 to 10 from the best, -1 to -10 from the worst), ``image``, ``relative_error``
        (mean over the seeds).
    """
    means = errors.mean(axis=1).sort_values(kind="stable")
    best, worst = means.head(EXTREMES), means.tail(EXTREMES).iloc[::-1]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "rank": sign * np.arange(1, len(part) + 1),
                    "image": part.index,
                    "relative_error": part.to_numpy(),
                }
            )
            for sign, part in ((1, best), (-1, worst))
        ],
        ignore_index=True,
    )
