"""The write-up's claims, judged by the criteria of ``config/claims.yaml``."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.replicates import completed, paired
from denoising.evidence.statistics import (
    SIGNIFICANCE,
    compare,
    enough,
    holm,
    median_interval,
    share_interval,
    sign_p,
    summarise,
)

Pairs = Sequence[Sequence[str]]
REPRODUCED = "reproduced"
DIRECTION = "reproduced in direction"
NOT_REPRODUCED = "not reproduced"
NOT_JUDGED = "cannot be judged"
STATED = "as stated"
REPAIRED = "repaired"
COLUMNS = (
    "claim", "part", "quote", "procedure", "kind", "experiments", "measure", "reported", "count",
    "ours", "low", "high", "verdict", "contradicted", "counted", "limit", "direction_at",
    "reproduced_at", "reason", "values",
)  # fmt: skip


class Judgement(NamedTuple):
    """A verdict and what it rests on.

    Attributes
    ----------
    verdict : str
    reason : str
        Key of the sentence that says why.
    values : dict
        What that sentence says.
    count : int
        Replicates.
    ours, low, high : float, optional
        The median or median difference that was judged, and its 95 % interval.
    contradicted : bool, optional
        Of what is not reproduced: whether the runs show the contrary, or leave it open.
    limit : float, optional
        What the verdict leans on: how far our runs reach from their median on the side of a
        reported number, the bound, margin or significance.
    direction_at, reproduced_at : float, optional
        The strictest limit with which it would be reproduced in direction, or reproduced; nothing
        where no limit would do.
    """

    verdict: str
    reason: str
    values: dict[str, Any]
    count: int = 0
    ours: float | None = None
    low: float | None = None
    high: float | None = None
    contradicted: bool | None = None
    limit: float | None = None
    direction_at: float | None = None
    reproduced_at: float | None = None


def ledger(
    runs: pd.DataFrame,
    criteria: Mapping[str, Any],
    reported: Mapping[str, float],
    twins: Mapping[str, str],
    families: Mapping[str, Pairs] | None = None,
) -> pd.DataFrame:
    """Judge every claim, for the procedure as stated and for its repaired twins.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    criteria : mapping
        ``config/claims.yaml``.
    reported : mapping
        Experiment → the number that the write-up reports.
    twins : mapping
        Experiment → its repaired twin.
    families : mapping, optional
        Study → the pairs that it compares: over all of one measure a p is corrected, in claims as
        in the study's table. Pairs of no study are a family of their own.

    Returns
    -------
    DataFrame
        A row a claim and procedure (``as stated``, ``repaired``); the columns are `COLUMNS`.
    """
    rows = []
    for claim in [*_value_claims(criteria["values"], reported), *criteria["claims"]]:
        stated = claim.get("experiments", [])
        repaired = [twins.get(name, f"{name}-{REPAIRED}") for name in stated]
        for procedure, names in ((STATED, stated), (REPAIRED, repaired)):
            family = _family(names, families or {})
            found = judge(runs, {**claim, "experiments": names, "family": family})
            rows.append(
                {
                    "claim": claim["id"],
                    "part": claim["part"],
                    "quote": _first(claim["quote"]),
                    "procedure": procedure,
                    "kind": claim["kind"],
                    "experiments": " ".join(names),
                    "measure": claim.get("measure"),
                    "reported": claim.get("reported"),
                    **found._asdict(),
                    "counted": "apart" not in claim,
                    "values": json.dumps(found.values),
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _family(names: Sequence[str], families: Mapping[str, Pairs]) -> Pairs:
    """Return the pairs of the first study that compares the first of these with each other one."""
    own = [(names[0], other) for other in names[1:]] if names else []
    wanted = {frozenset(pair) for pair in own}
    held = (pairs for pairs in families.values() if wanted <= {frozenset(pair) for pair in pairs})
    return next(held, own)


def _first(text: str | Mapping[str, str]) -> str:
    """Return a text, or that of the first of its languages."""
    return text if isinstance(text, str) else next(iter(text.values()))


def judge(runs: pd.DataFrame, claim: Mapping[str, Any]) -> Judgement:
    """Judge one claim."""
    if claim["kind"] == "judgement":
        return Judgement(NOT_JUDGED, "judgement", {"reason": claim["reason"]})
    count = len(paired(runs, claim["measure"], claim["experiments"]))
    if not enough(count):
        own = runs[runs["experiment"].isin(claim["experiments"])]
        failed = len(own) - len(completed(own))
        return Judgement(NOT_JUDGED, "too_few", {"count": count, "failed": failed}, count)
    return JUDGES[claim["kind"]](runs, claim)


def _value_claims(
    rule: Mapping[str, Any], reported: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    for name, number in reported.items():
        yield {
            "id": f"value-{name}",
            "part": "values",
            "quote": f"The average relative error is {number}.",
            "kind": "value",
            "experiments": [name],
            "reported": number,
            **rule,
        }


def _values(runs: pd.DataFrame, measure: str, experiment: str) -> pd.Series:
    own = completed(runs)
    return own.loc[own["experiment"] == experiment, measure].dropna()


def _value(runs: pd.DataFrame, claim: Mapping[str, Any]) -> Judgement:
    """Is the number one that a run of ours could be?

    If it is one more run like ours, it lies within their range with probability
    (n - 1) / (n + 1): outside is evidence at 5 % from 40 runs on.
    """
    values = _values(runs, claim["measure"], claim["experiments"][0])
    found, reported = summarise(values), claim["reported"]
    least, most = float(values.min()), float(values.max())
    within = least <= reported <= most
    reach = most - found.median if reported > found.median else found.median - least
    outside = 2 / (found.count + 1)
    says = {
        "reported": reported, "median": found.median, "min": least, "max": most,
        "expected": 1 - outside,
    }  # fmt: skip
    return Judgement(
        REPRODUCED if within else NOT_REPRODUCED,
        "value",
        says,
        found.count,
        found.median,
        *found.interval,
        None if within else outside < SIGNIFICANCE,
        limit=reach,
        reproduced_at=abs(found.median - reported) if within else None,
    )


def _bound(runs: pd.DataFrame, claim: Mapping[str, Any]) -> Judgement:
    """Every experiment has to keep to the bound; the one that keeps least to it is shown.

    Judged by the share of runs that keep to it: more than half do just if the median does.
    """
    sign = 1 if claim["kind"] == "below" else -1
    found = []
    for name in claim["experiments"]:
        values = _values(runs, claim["measure"], name)
        limits = claim["limit"]
        if isinstance(limits, str):
            limits = _values(runs, limits, name).reindex(values.index)
        excess = sign * (values - limits)
        kept, broken = int((excess < 0).sum()), int((excess > 0).sum())
        median = float(excess.median())
        found.append((-kept / len(values), median, name, limits, summarise(values), kept, broken))
    every = [(kept, broken, own.count) for *_, own, kept, broken in found]
    half = 0.5
    shown = all(share_interval(kept, count).low > half for kept, _, count in every)
    by_median = all(median < 0 for _, median, *_ in found)
    verdict = REPRODUCED if shown else DIRECTION if by_median else NOT_REPRODUCED
    contrary = any(share_interval(broken, count).low > half for _, broken, count in every)
    _, _, name, limits, own, kept, _ = max(found, key=lambda one: one[:2])
    limit = float(limits.median()) if isinstance(limits, pd.Series) else limits
    share = share_interval(kept, own.count)
    says = {
        "experiment": name, "median": own.median, "limit": limit, "kept": kept,
        "count": own.count, "share_low": share.low, "share_high": share.high,
    }  # fmt: skip
    above = claim["kind"] == "above"
    medians = [one.median for *_, one, _, _ in found]
    ends = [one.interval.low if above else one.interval.high for *_, one, _, _ in found]
    return Judgement(
        verdict,
        claim["kind"],
        says,
        own.count,
        own.median,
        *own.interval,
        contrary if verdict == NOT_REPRODUCED else None,
        limit=limit,
        direction_at=min(medians) if above else max(medians),
        reproduced_at=min(ends) if above else max(ends),
    )


def _extreme(runs: pd.DataFrame, claim: Mapping[str, Any]) -> Judgement:
    """Each rival has to be kept behind; the difference is that of the one that is least so."""
    sign = 1 if claim["kind"] == "lowest" else -1
    first, *others = claim["experiments"]
    found = []
    for other in others:
        pairs = paired(runs, claim["measure"], [first, other])
        found.append(compare(pairs[first], pairs[other]))
    corrected = _corrected(runs, claim)
    adjusted = [corrected[frozenset((first, other))] for other in others]
    directions = [sign * each.difference < 0 for each in found]
    by = adjusted if all(directions) else [sign * each.difference for each in found]
    nearest = max(range(len(others)), key=by.__getitem__)
    one = found[nearest]
    shown = all(directions) and max(adjusted) < SIGNIFICANCE
    verdict = REPRODUCED if shown else DIRECTION if all(directions) else NOT_REPRODUCED
    pairs = [
        {
            "other": other, "difference": each.difference, "p": own,
            "low": each.interval.low, "high": each.interval.high,
        }
        for other, each, own in zip(others, found, adjusted, strict=True)
    ]  # fmt: skip
    contrary = [
        own < SIGNIFICANCE and not right for own, right in zip(adjusted, directions, strict=True)
    ]
    return Judgement(
        verdict,
        claim["kind"],
        {"first": first, "pairs": pairs},
        one.count,
        one.difference,
        *one.interval,
        any(contrary) if verdict == NOT_REPRODUCED else None,
        limit=SIGNIFICANCE,
        direction_at=0.0 if all(directions) else None,
        reproduced_at=max(adjusted) if all(directions) else None,
    )


def _corrected(runs: pd.DataFrame, claim: Mapping[str, Any]) -> dict[frozenset[str], float]:
    """Return the p of each pair of the claim's family that some seed completed (Holm)."""
    first, *others = claim["experiments"]
    tested = {}
    for pair in claim.get("family") or [(first, other) for other in others]:
        both = paired(runs, claim["measure"], pair)
        if len(both):
            tested[frozenset(pair)] = sign_p(both[pair[0]] - both[pair[1]])
    return dict(zip(tested, holm(list(tested.values())), strict=True))


def _similar(runs: pd.DataFrame, claim: Mapping[str, Any]) -> Judgement:
    first, other = claim["experiments"]
    pairs = paired(runs, claim["measure"], [first, other])
    differences = pairs[first] - pairs[other]
    middle, margin = float(differences.median()), claim["margin"]
    interval = median_interval(differences)
    inside = -margin <= interval.low and interval.high <= margin
    near = abs(middle) <= margin
    verdict = REPRODUCED if inside else DIRECTION if near else NOT_REPRODUCED
    says = {"first": first, "other": other, "difference": middle, "margin": margin}
    outside = interval.low > margin or interval.high < -margin
    contradicted = outside if verdict == NOT_REPRODUCED else None
    return Judgement(
        verdict,
        "similar",
        says,
        len(differences),
        middle,
        *interval,
        contradicted,
        limit=margin,
        direction_at=abs(middle),
        reproduced_at=max(abs(end) for end in interval),
    )


JUDGES: dict[str, Callable[[pd.DataFrame, Mapping[str, Any]], Judgement]] = {
    "value": _value,
    "below": _bound,
    "above": _bound,
    "lowest": _extreme,
    "highest": _extreme,
    "similar": _similar,
}


def claims(inputs: Inputs) -> pd.DataFrame:
    """Make ``claims.csv``; empty where nothing of the write-up is trained."""
    facets = inputs.facets
    if not facets["writeup"]:
        return pd.DataFrame(columns=list(COLUMNS))
    return ledger(
        inputs.runs, facets["claims"], facets["writeup"], facets["twins"], facets["pairs"]
    )
