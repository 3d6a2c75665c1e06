"""The errors of models on other images or noise than they were trained on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from denoising.config.transfers import SAME
from denoising.declare import Inputs
from denoising.evidence.replicates import completed, paired
from denoising.evidence.statistics import compare, holm, summarise

COLUMNS = [
    "study", "method", "trained", "tested", "experiment", "runs", "error", "low", "high", "noisy",
    "home", "pairs", "worse", "excess", "excess_low", "excess_high", "p", "p_holm",
]  # fmt: skip
ERROR = "relative_error"


def transfers_table(runs: pd.DataFrame, studies: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Tell each matrix cell by cell.

    Returns
    -------
    DataFrame
        ``study``, ``method``, ``trained``, ``tested`` (conditions of the plan), ``experiment``,
        ``runs``, median ``error`` of all test images with its 95 % interval (``low``,
        ``high``), and ``noisy``, that of the images before. Of models far from home: ``home``, the
        experiment that was trained on what they are tried on, by the same method; the seeds that
        both completed (``pairs``), in how many of them the stranger is ``worse``, by how much in
        the median (``excess``, with its 95 % interval), and ``p``, corrected over all strangers of
        the study (Holm).
    """
    parts = [pd.DataFrame(columns=COLUMNS)]
    done = completed(runs)
    for study, one in studies.items():
        rows = pd.DataFrame(
            [{"study": study, **_cell(done, name, a)} for name, a in one["members"].items()]
        )
        away = [
            {"experiment": name, **_beside_home(runs, name, home)}
            for name, home in homes(one["members"]).items()
        ]
        if away:
            beside = pd.DataFrame(away)
            tested = beside["p"].notna()
            beside.loc[tested, "p_holm"] = holm(beside.loc[tested, "p"])
            rows = rows.merge(beside, how="left", on="experiment")
        parts.append(rows.reindex(columns=COLUMNS))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def homes(members: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return for each model that is far from home the one that is at home there."""
    at_home = {
        (one["method"], one["tested"]): name
        for name, one in members.items()
        if one["trained"] in (SAME, one["tested"])
    }
    return {
        name: at_home[one["method"], one["tested"]]
        for name, one in members.items()
        if one["trained"] not in (SAME, one["tested"]) and (one["method"], one["tested"]) in at_home
    }


def _cell(done: pd.DataFrame, name: str, about: Mapping[str, str]) -> dict[str, Any]:
    own = done[done["experiment"] == name]
    found = summarise(own[ERROR])
    return {
        **about,
        "experiment": name,
        "runs": len(own),
        "error": found.median,
        "low": found.interval.low,
        "high": found.interval.high,
        "noisy": own["relative_error_noisy"].mean(),
    }


def _beside_home(runs: pd.DataFrame, name: str, home: str) -> dict[str, Any]:
    pairs = paired(runs, ERROR, [name, home])
    found = compare(pairs[name], pairs[home])
    return {
        "home": home,
        "pairs": found.count,
        "worse": int((pairs[name] > pairs[home]).sum()),
        "excess": found.difference,
        "excess_low": found.interval.low,
        "excess_high": found.interval.high,
        "p": found.p,
    }


def transfers(inputs: Inputs) -> pd.DataFrame:
    """Make ``transfers.csv``."""
    return transfers_table(inputs.runs, inputs.facets["transfers"])
