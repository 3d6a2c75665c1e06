"""What the codes of all runs compress to, and which experiments stay under a limit."""

from collections.abc import Mapping, Sequence

import pandas as pd

from denoising.evidence.replicates import completed
from denoising.evidence.statistics import summarise
from denoising.measures.codes import bits_ratio

MEANINGS = ("first", "all", "most", "every")  # from `denoising.codes.image_errors`


COLUMNS = ["experiment", "bits", "code_elements", "elements_ratio", "bits_ratio", "runs"] + [
    f"{meaning}{end}" for meaning in MEANINGS for end in ("", "_low", "_high", "_under")
]


SMALLEST_COLUMNS = [
    "study", "meaning", "bits", "experiment", "elements_ratio", "bits_ratio", "word", "error",
    "under", "runs",
]  # fmt: skip


def compression_table(
    runs: pd.DataFrame, stored: Mapping[tuple[str, int], pd.DataFrame], limits: Mapping[str, float]
) -> pd.DataFrame:
    """Summarise codes over the seeds, by the bits of their numbers.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    stored : mapping
        (experiment, seed) → the run's ``compression.csv``.
    limits : mapping
        Experiment → limit of the relative error.

    Returns
    -------
    DataFrame
        A row an experiment and number of bits: ``code_elements``, ``elements_ratio`` (over the
        image's), ``bits_ratio`` (over the image's bits), ``runs``, and of each of `MEANINGS` the
        mean, its 95 % interval (``_low``, ``_high``) and how many runs are under the limit
        (``_under``).
    """
    rows = []
    for experiment, own in completed(runs).groupby("experiment", sort=False):
        tables = [stored[experiment, s] for s in own["seed"] if (experiment, s) in stored]
        if not tables:
            continue
        about = own.iloc[0]
        for bits, part in pd.concat(tables).groupby("bits", sort=False):
            row = {
                "experiment": experiment,
                "bits": bits,
                "code_elements": about["code_elements"],
                "elements_ratio": about["code_elements"] / about["input_elements"],
                "bits_ratio": bits_ratio(about["code_elements"], bits, about["input_elements"]),
                "runs": len(part),
            }
            for meaning in MEANINGS:
                found = summarise(part[meaning])
                row |= {
                    meaning: found.mean,
                    f"{meaning}_low": found.interval.low,
                    f"{meaning}_high": found.interval.high,
                    f"{meaning}_under": int((part[meaning] < limits[experiment]).sum()),
                }
            rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def smallest_codes(
    table: pd.DataFrame, studies: Mapping[str, Sequence[str]], limits: Mapping[str, float]
) -> pd.DataFrame:
    """Find the smallest code of each study that stays under its limit, by each meaning of that.

    Parameters
    ----------
    table : DataFrame
        From `compression_table`.
    studies : mapping
        Study → its experiments.
    limits : mapping
        Study → limit of the relative error.

    Returns
    -------
    DataFrame
        A row a study, `meaning` and ``bits`` (32 as trained; ``fewest`` over all numbers of
        bits): ``experiment`` (empty where none stays under), its ``elements_ratio``,
        ``bits_ratio``, ``word``, the bits of a number, ``error`` and ``under`` of ``runs``. An
        experiment stays under by the mean over its runs.
    """
    rows = []
    for study, experiments in studies.items():
        own = table[table["experiment"].isin(experiments)]
        for meaning in MEANINGS if len(own) else ():
            for bits, part in (("32", own[own["bits"] == 32]), ("fewest", own)):
                under = part[part[meaning] < limits[study]]
                row = {"study": study, "meaning": meaning, "bits": bits, "experiment": None}
                if len(under):
                    best = under.loc[under["bits_ratio"].idxmin()]
                    row |= {
                        "experiment": best["experiment"],
                        "elements_ratio": best["elements_ratio"],
                        "bits_ratio": best["bits_ratio"],
                        "word": best["bits"],
                        "error": best[meaning],
                        "under": best[f"{meaning}_under"],
                        "runs": best["runs"],
                    }
                rows.append(row)
    return pd.DataFrame(rows, columns=SMALLEST_COLUMNS)
