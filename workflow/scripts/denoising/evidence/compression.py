"""What the codes of all runs compress to, and which experiments stay under a limit."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.evidence.statistics import summarise
from denoising.files import read_csv
from denoising.measures.codes import FORMATS_COLUMNS, bits_ratio

MEANINGS = ("first", "all", "most", "every")  # from `denoising.measures.codes.image_errors`
COLUMNS = [
    "study", "experiment", "bits", "code_elements", "elements_ratio", "bits_ratio", "runs",
    *(f"{meaning}{end}" for meaning in MEANINGS for end in ("", "_low", "_high", "_under")),
]  # fmt: skip
SMALLEST_COLUMNS = [
    "study", "meaning", "bits", "experiment", "elements_ratio", "bits_ratio", "word", "error",
    "under", "runs",
]  # fmt: skip


def compression_table(
    runs: pd.DataFrame,
    stored: Mapping[tuple[str, int], pd.DataFrame],
    studies: Mapping[str, Mapping[str, Any]],
) -> pd.DataFrame:
    """Summarise codes over the seeds, by the bits of their numbers.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    stored : mapping
        (experiment, seed) → the run's ``compression.csv``.
    studies : mapping
        Study → its ``experiments`` and ``error_limit``.

    Returns
    -------
    DataFrame
        A row a study, experiment and number of bits: ``code_elements``, ``elements_ratio`` (over
        the image's), ``bits_ratio`` (over the image's bits), ``runs``, and of each of `MEANINGS`
        the median, its 95 % interval (``_low``, ``_high``) and how many runs are under the limit
        (``_under``).
    """
    rows = []
    groups = dict(list(completed(runs).groupby("experiment", sort=False)))
    for study, about in studies.items():
        for experiment in about["experiments"]:
            own = groups.get(experiment, runs[:0])
            tables = [stored[experiment, s] for s in own["seed"] if (experiment, s) in stored]
            if tables:
                found = _experiment_rows(own.iloc[0], pd.concat(tables), about["error_limit"])
                rows += [{"study": study, "experiment": experiment, **row} for row in found]
    return pd.DataFrame(rows, columns=COLUMNS)


def _experiment_rows(about: pd.Series, stored: pd.DataFrame, limit: float) -> list[dict[str, Any]]:
    rows = []
    for bits, part in stored.groupby("bits", sort=False):
        row = {
            "bits": bits,
            "code_elements": about["code_elements"],
            "elements_ratio": about["code_elements"] / about["input_elements"],
            "bits_ratio": bits_ratio(about["code_elements"], bits, about["input_elements"]),
            "runs": len(part),
        }
        for meaning in MEANINGS:
            found = summarise(part[meaning])
            row |= {
                meaning: found.median,
                f"{meaning}_low": found.interval.low,
                f"{meaning}_high": found.interval.high,
                f"{meaning}_under": int((part[meaning] < limit).sum()),
            }
        rows.append(row)
    return rows


def smallest_codes(table: pd.DataFrame, studies: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Find the smallest code of each study that stays under its limit, by each meaning of that.

    Parameters
    ----------
    table : DataFrame
        From `compression_table`.
    studies : mapping
        Study → its ``error_limit``.

    Returns
    -------
    DataFrame
        A row a study, `meaning` and ``bits`` (32 as trained; ``fewest`` over all numbers of
        bits): ``experiment`` (empty where none stays under; of equals the one with less error),
        its ``elements_ratio``, ``bits_ratio``, ``word``, the bits of a number, ``error`` and
        ``under`` of ``runs``. An experiment stays under by the median over its runs.
    """
    rows = []
    for study, about in studies.items():
        own = table[table["study"] == study]
        for meaning in MEANINGS if len(own) else ():
            for bits, part in (("32", own[own["bits"] == 32]), ("fewest", own)):
                under = part[part[meaning] < about["error_limit"]]
                row = {"study": study, "meaning": meaning, "bits": bits, "experiment": None}
                if len(under):
                    best = under.sort_values(["bits_ratio", meaning], kind="stable").iloc[0]
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


def compression(inputs: Inputs) -> pd.DataFrame:
    """Make ``compression.csv``: of the studies that have a limit of the error."""
    studies = inputs.facets["limits"]
    wanted = {name for study in studies.values() for name in study["experiments"]}
    stored = {}
    for run in inputs.runs[inputs.runs["experiment"].isin(wanted)].itertuples():
        path = inputs.folder(run.experiment, run.seed) / "codes.csv"
        if path.exists():  # not every architecture has a code that all passes through
            stored[run.experiment, run.seed] = read_csv(path)
    return compression_table(inputs.runs, stored, studies)


def smallest(inputs: Inputs) -> pd.DataFrame:
    """Make ``smallest_codes.csv``."""
    return smallest_codes(inputs.table("compression"), inputs.facets["limits"])


def formats(inputs: Inputs) -> pd.DataFrame:
    """Make ``formats.csv``: what common image formats need for the clean images of each slice."""
    parts = [pd.DataFrame(columns=["dataset", *FORMATS_COLUMNS])]
    for name, dataset in inputs.facets["slices"].items():
        table = read_csv(inputs.results / "datasets" / name / "formats.csv")
        parts.append(table.assign(dataset=dataset)[["dataset", *table.columns]])
    if not parts[1:]:
        return parts[0]
    # slices that differ in their training images share the test images
    return pd.concat(parts[1:]).astype({"quality": "Int64"}).drop_duplicates()
