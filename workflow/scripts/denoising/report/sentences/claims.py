"""The claims, their verdicts and where the evidence stands."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from denoising.evidence import claims
from denoising.evidence.replicates import COMPARED
from denoising.report.numbers import format_interval, format_number, format_p
from denoising.report.results import Results
from denoising.report.texts import Localised, Sentence, Titles, filled, joined, localised

EVERYWHERE = ("values", "one")  # parts of the ledger that belong to no study


EDGES = ("value", "below", "above", "similar")  # kinds whose limit is a number of their measure
TOLERANCES = (0.01, 0.02, 0.03, 0.05, 0.1)  # of reported numbers, for which verdicts are counted


SHOWN_BY_RUN = ("val_loss", "roughness", "edge_ratio")  # measures of "every run" alone


def judged_here(ledger: pd.DataFrame, plan: Mapping[str, Any]) -> pd.DataFrame:
    """Return the claims on experiments of this plan; those on none, of its studies or of all."""
    stated = ledger[ledger["procedure"] != claims.REPAIRED]
    named = stated.set_index("claim")["experiments"].fillna("").str.split()
    parts = stated.set_index("claim")["part"]
    kept = [
        claim
        for claim, names in named.items()
        if set(names) <= set(plan["experiments"])
        and (names or parts[claim] in (*EVERYWHERE, *plan["studies"]))
    ]
    return ledger[ledger["claim"].isin(kept)]


def evidence(
    ledger: pd.DataFrame, figures: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, list[dict[str, str]]]:
    """Name the table and the figure behind each claim.

    Parameters
    ----------
    ledger : DataFrame
        ``claims.csv``.
    figures : mapping
        Study → its figures; the last compares its experiments.
    """
    links = {}
    for claim in ledger.drop_duplicates("claim").itertuples():
        compares = claim.kind in ("lowest", "highest", "similar")
        names = [f"{'comparisons' if compares else 'study'}-{claim.part}"]
        if claim.part == "values":
            names = ["summary"]
        elif compares and claim.measure not in COMPARED:  # the study's tables do not hold it
            names = ["runs"] if claim.measure in SHOWN_BY_RUN else []
        links[claim.claim] = [{"kind": "table", "name": name} for name in names]
        for figure in list(figures.get(claim.part, []))[-1:]:
            links[claim.claim].append({"kind": "figure", "name": figure["number"]})
    return links


def verdict_sentences(ledger: pd.DataFrame) -> list[Sentence]:
    """Count the verdicts of both procedures.

    Parameters
    ----------
    ledger : DataFrame
        ``claims.csv``.
    """
    counted = ledger["counted"].astype(bool)
    apart, ledger = ledger.loc[~counted, "claim"].nunique(), ledger[counted]
    if len(ledger) and ledger["verdict"].eq(claims.NOT_JUDGED).all():
        return [Sentence("claims.counts.none", {"all": ledger["claim"].nunique()})]
    sentences = []
    for procedure, own in ledger.groupby("procedure", sort=False):
        if procedure == claims.REPAIRED and not own["count"].any():  # no twin was trained
            continue
        counts = own["verdict"].value_counts()
        values = {
            "all": len(own),
            "reproduced": counts.get(claims.REPRODUCED, 0),
            "direction": counts.get(claims.DIRECTION, 0),
            "not_reproduced": counts.get(claims.NOT_REPRODUCED, 0),
            "contradicted": own["contradicted"].eq(True).sum(),  # elsewhere it is missing
            "not_judged": counts.get(claims.NOT_JUDGED, 0),
        }
        sentences.append(Sentence(f"claims.counts.{procedure.replace(' ', '_')}", values))
    if apart:
        sentences.append(Sentence("claims.apart", {"apart": apart}))
    return sentences


def tolerance_sentences(ledger: pd.DataFrame) -> list[Sentence]:
    """Say how many of the reported numbers would be reproduced with each of `TOLERANCES`."""
    own = ledger[(ledger["kind"] == "value") & (ledger["procedure"] == claims.STATED)]
    own = own[own["verdict"] != claims.NOT_JUDGED]
    if own.empty:
        return []
    counts = {each: int((own["reproduced_at"] <= each).sum()) for each in TOLERANCES}
    found = joined(", ", (f"±{each:g}: {count}" for each, count in counts.items()))
    return [Sentence("claims.tolerances", {"all": len(own), "found": found})]


def _pair(first: str | Localised, pair: Mapping[str, Any], titles: Titles) -> Any:
    return filled(
        "{first} − {other}: {difference}, p = {p} [{interval}]",
        first=first,
        other=titles.get(pair["other"], pair["other"]),
        difference=format_number(pair["difference"], 4, sign=True),
        p=format_p(pair["p"]),
        interval=format_interval(pair["low"], pair["high"], 4, sign=True),
    )


def _edge(one: pd.Series) -> Sentence | None:
    """Say with which limit the verdict would be another; an order has its p."""
    if one["kind"] not in EDGES or pd.isna(one["reproduced_at"]):
        return None
    return Sentence(f"claims.edges.{one['kind']}", {"at": one["reproduced_at"]})


def short_rows(ledger: pd.DataFrame, results: Results) -> list[dict[str, Any]]:
    """Say of each counted claim, judged on the procedure as stated, what came out.

    Returns
    -------
    list of dict
        ``quote``, ``verdict``, and the ``sentence`` with the numbers, or None where none decides.
    """
    own = ledger[ledger["counted"].astype(bool) & (ledger["procedure"] == claims.STATED)]
    quotes = {one["id"]: one["quote"] for one in results.plan["claims"]["claims"]}
    rows = []
    for one in own.itertuples():
        if one.part == "values":
            title = results.titles[one.claim.removeprefix("value-")]
            quote = results.texts("ledger.value", title=title, reported=one.reported)
        else:
            quote = localised(quotes[one.claim], results.texts.languages)
        values = {
            "ours": format_number(one.ours),
            "interval": format_interval(one.low, one.high),
            "limit": one.limit,
            "measure": measure_name(results, one.measure),
        }
        told = pd.notna(one.ours) and one.verdict != claims.NOT_JUDGED
        sentence = Sentence(f"ledger.kinds.{one.kind}", values) if told else None
        rows.append({"quote": quote, "verdict": one.verdict, "sentence": sentence})
    return rows


def measure_name(results: Results, measure: str) -> Any:
    """Name a measure as the tables do."""
    found = results.measures.get(measure)
    if found:
        return found["head"]
    key = f"measures.{measure}"
    return results.texts(key) if results.texts.has(key) else measure


def claim_rows(
    ledger: pd.DataFrame,
    titles: Titles,
    criteria: Mapping[str, Mapping[str, Any]],
    languages: Sequence[str],
) -> list[dict[str, Any]]:
    """Put the two judgements of each claim side by side.

    Parameters
    ----------
    ledger : DataFrame
        ``claims.csv``.
    titles : mapping
        Experiment → its title.
    criteria : mapping
        Claim → its ``quote`` and, of some, ``note`` and ``apart``, one text or one a language; the
        numbers are not among them.
    languages : sequence of str
        Of the page.

    Returns
    -------
    list of dict
        ``claim``, ``part``, ``quote``, ``note``, ``apart``, ``reported``, and of each procedure
        (``stated``, ``repaired``) ``verdict``, ``contradicted``, ``ours``, ``low``, ``high``, the
        ``sentence`` that says why, whether that tells each pair with its interval (``paired``), and
        the one that says with which limit it would be reproduced (``edge``, or None).
    """
    rows = []
    for claim, both in ledger.groupby("claim", sort=False):
        row = {"claim": claim, **both.iloc[0][["part", "reported", "measure"]]}
        texts = criteria.get(claim, {})
        for key in ("quote", "note", "apart"):
            row[key] = localised(texts[key], languages) if key in texts else None
        for name, (_, one) in zip(("stated", "repaired"), both.iterrows(), strict=True):
            values = json.loads(one["values"])
            for key in ("experiment", "first", "other"):
                if key in values:
                    values[key] = titles.get(values[key], values[key])
            if "reason" in values:
                values["reason"] = localised(values["reason"], languages)
            if "difference" in values:
                values["difference"] = format_number(values["difference"], 4, sign=True)
            if "kept" in values:
                ends = values["share_low"], values["share_high"]
                values["share"] = format_interval(*ends, 2)
            if "pairs" in values:
                values["pairs"] = joined(
                    "; ", (_pair(values["first"], pair, titles) for pair in values["pairs"])
                )
            sentence = Sentence(f"claims.reasons.{one['reason']}", values)
            own = one[["verdict", "contradicted", "ours", "low", "high"]]
            row[name] = {
                **own,
                "sentence": sentence,
                "paired": "pairs" in values,
                "edge": _edge(one),
            }
        rows.append(row)
    return rows
