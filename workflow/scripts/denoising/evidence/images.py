"""What single images say: spread over the test set, digits, the best and the worst."""

from functools import cache, partial

import numpy as np
import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.replicates import completed, paired, verdict
from denoising.evidence.statistics import compare, holm
from denoising.files import read_csv
from denoising.measures.metrics import FIRST, LIMIT
from denoising.measures.pictures import EXTREMES

COVERED = (0.025, 0.975)
SPREAD_COLUMNS = [
    "experiment", "seed", "mean", "sd", "group_sd", "group_low", "group_high", "first", "rank",
]  # fmt: skip
DIGITS_COLUMNS = ["experiment", "seed", "label", "images", "relative_error", "share_over_limit"]
EXTREMES_COLUMNS = ["experiment", "rank", "image", "label", "relative_error"]
COMPARED_COLUMNS = [
    "study", "a", "b", "seeds", "images", "share", "difference", "low", "high", "p", "p_holm",
    "verdict",
]  # fmt: skip


def group_spread(errors: pd.Series) -> dict[str, float]:
    """Tell how far an average over ten images can mislead.

    Parameters
    ----------
    errors : Series
        Relative error of each test image, in the order of the test set; black ones, which have
        none, are in no average.

    Returns
    -------
    dict
        ``mean`` and ``sd`` of the images; ``group_sd``, ``group_low`` and ``group_high`` (the
        middle 95 %) of the averages of consecutive tens; ``first`` of them, and its ``rank``, the
        share of tens with a lower average. NaN where there is but one ten.
    """
    whole = len(errors) // FIRST * FIRST
    groups = errors.iloc[:whole].groupby(np.arange(whole) // FIRST).mean()
    several = groups.count() > 1  # one ten has no rank, and no range
    low, high = groups.quantile(COVERED) if several else (np.nan, np.nan)
    return {
        "mean": errors.mean(),
        "sd": errors.std(),
        "group_sd": groups.std(),
        "group_low": low,
        "group_high": high,
        "first": groups[0],
        "rank": (groups.dropna() < groups[0]).mean() if several else np.nan,
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
        share_over_limit=lambda errors: (errors.dropna() > LIMIT).mean(),
    )


def extremes(errors: pd.DataFrame) -> pd.DataFrame:
    """Find the images that an experiment restores best and worst.

    Parameters
    ----------
    errors : DataFrame
        Relative error; a row an image, a column a seed. Black images have none.

    Returns
    -------
    DataFrame
        ``rank`` (1 to 5 from the best, -1 to -5 from the worst), ``image``, ``relative_error``
        (mean over the seeds).
    """
    means = errors.mean(axis=1).dropna().sort_values(kind="stable")
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


def read_images(inputs: Inputs, experiment: str, seed: int) -> pd.DataFrame:
    """Read what is known of each test image of a run; index ``image``."""
    return read_csv(inputs.folder(experiment, seed) / "images.csv", index_col="image")


def spread(inputs: Inputs) -> pd.DataFrame:
    """Make ``image_spread.csv``: `group_spread` of every run."""
    rows = [
        {
            "experiment": run.experiment,
            "seed": run.seed,
            **group_spread(read_images(inputs, run.experiment, run.seed)["relative_error"]),
        }
        for run in completed(inputs.runs).itertuples()
    ]
    return pd.DataFrame(rows, columns=SPREAD_COLUMNS)


def digits(inputs: Inputs) -> pd.DataFrame:
    """Make ``digits.csv``: `by_digit` of every run whose images have labels."""
    parts = [pd.DataFrame(columns=DIGITS_COLUMNS)]
    for run in completed(inputs.runs).itertuples():
        images = read_images(inputs, run.experiment, run.seed)
        if "label" in images:
            about = {"experiment": run.experiment, "seed": run.seed}
            parts.append(by_digit(images).reset_index().assign(**about)[DIGITS_COLUMNS])
    return pd.concat(parts[1:] or parts)


def extreme_images(inputs: Inputs) -> pd.DataFrame:
    """Make ``extremes.csv``: `extremes` of every experiment, over its runs."""
    parts = [pd.DataFrame(columns=EXTREMES_COLUMNS)]
    for experiment, own in completed(inputs.runs).groupby("experiment", sort=False):
        images = {seed: read_images(inputs, experiment, seed) for seed in own["seed"]}
        errors = pd.DataFrame({seed: one["relative_error"] for seed, one in images.items()})
        found = extremes(errors).assign(experiment=experiment)
        labels = next(iter(images.values())).get("label", pd.Series(dtype=float))
        parts.append(found.assign(label=found["image"].map(labels))[EXTREMES_COLUMNS])
    return pd.concat(parts[1:] or parts)


def compared_images(a: pd.Series, b: pd.Series) -> dict[str, float]:
    """Compare two experiments image by image.

    Parameters
    ----------
    a, b : Series
        Relative error by image; those that one of them lacks, as black images do, are left out.

    Returns
    -------
    dict
        ``images``; ``share`` of them with less error in `a`; ``difference`` (median of a − b) with
        its exact 95 % interval (``low``, ``high``); ``p`` of the sign test.
    """
    both = pd.concat({"a": a, "b": b}, axis=1).dropna()
    found = compare(both["a"], both["b"])
    return {
        "images": found.count,
        "share": float((both["a"] < both["b"]).mean()),
        "difference": found.difference,
        "low": found.interval.low,
        "high": found.interval.high,
        "p": found.p,
    }


def comparisons(inputs: Inputs) -> pd.DataFrame:
    """Make ``image_comparisons.csv``: `compared_images` of a study's pairs, a family of Holm's.

    An image's error is the mean over the seeds that both experiments completed: what is tested are
    these trainings on other images, not other trainings.
    """
    parts = [pd.DataFrame(columns=COMPARED_COLUMNS)]
    for study, pairs in inputs.facets["pairs"].items():
        errors = cache(partial(_mean_errors, inputs))  # the first of many pairs is read once
        rows = []
        for a, b in pairs:
            seeds = tuple(paired(inputs.runs, "relative_error", [a, b]).index)
            if seeds:
                found = compared_images(errors(a, seeds), errors(b, seeds))
                about = {"study": study, "a": a, "b": b, "seeds": len(seeds)}
                rows += [about | found] if found["images"] else []  # where all are black, none
        if rows:
            family = pd.DataFrame(rows)
            family["p_holm"] = holm(family["p"])
            judged = zip(family["images"], family["difference"], family["p_holm"], strict=True)
            family["verdict"] = [verdict(*one) for one in judged]
            parts.append(family)
    return pd.concat(parts[1:] or parts)


def _mean_errors(inputs: Inputs, experiment: str, seeds: tuple[int, ...]) -> pd.Series:
    each = [read_images(inputs, experiment, seed)["relative_error"] for seed in seeds]
    return pd.concat(each, axis=1).mean(axis=1)
