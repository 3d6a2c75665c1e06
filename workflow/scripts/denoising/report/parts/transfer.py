"""What models make of other images, or other noise, than they were trained on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from denoising.config.transfers import SAME
from denoising.report.section import Column, Listing, Statement, Text

if TYPE_CHECKING:
    import pandas as pd

    from denoising.report.results import Results
    from denoising.report.texts import Sentence


def blocks(results: Results, study: str) -> list[Any]:
    """Return the matrix: rows are what was trained, columns what it is tried on."""
    if study not in results.plan.get("transfers", {}):
        return []
    t, table = results.texts, results.read("transfers")
    own = table[(table["study"] == study) & (table["runs"] > 0)]
    if own.empty:
        return []
    tested = list(dict.fromkeys(own["tested"]))
    rows: dict[Any, dict[str, Any]] = {}
    for one in own.itertuples():
        about = {"method": _method(results, one.method), "trained": _trained(results, one.trained)}
        row = rows.setdefault((one.method, one.trained), about)
        row[f"on-{tested.index(one.tested)}"] = one.error
    noisy = own.groupby("tested")["noisy"].mean()
    before = {f"on-{n}": noisy[condition] for n, condition in enumerate(tested)}
    columns = [
        Column("method", "text"),
        Column("trained", "text", head="trained_on"),
        *(
            Column(f"on-{n}", title=_condition(results, condition))
            for n, condition in enumerate(tested)
        ),
    ]
    listed = [*rows.values(), {"method": t("transfer.noisy"), "trained": None, **before}]
    return [
        Text(t("transfer.text")),
        Statement(sentences(own)),
        Listing(f"transfer-{study}", t("transfer.table"), columns, listed, "transfers"),
    ]


TESTS = ("transfer.shown", "transfer.few")


def answer(own: pd.DataFrame) -> list[Sentence]:
    """Return the last of the sentences that says more than what a test shows."""
    return [one for one in sentences(own) if one.key not in TESTS][-1:]


def sentences(own: pd.DataFrame) -> list[Sentence]:
    """Say what models are worth away from home.

    Parameters
    ----------
    own : DataFrame
        A study's rows of ``transfers.csv``, of which some runs completed.
    """
    from denoising.evidence.statistics import SIGNIFICANCE, enough
    from denoising.report.texts import Sentence

    strangers = own[(own["trained"] != SAME) & (own["trained"] != own["tested"])]
    lost = (strangers["error"] >= strangers["noisy"]).sum()
    found = [Sentence("transfer.worse", {"all": len(strangers), "worse": lost})]
    beside = own[own["pairs"] > 0]
    if beside.empty:
        return found
    always = beside["worse"].eq(beside["pairs"])
    values = {
        "all": len(beside),
        "always": always.sum(),
        "least": beside["excess"].min(),
        "most": beside["excess"].max(),
    }
    found.append(Sentence("transfer.home", values))
    if beside["pairs"].map(enough).all():
        shown = (beside["p_holm"] < SIGNIFICANCE).sum()
        found.append(Sentence("transfer.shown", {"all": len(beside), "shown": shown}))
    else:
        found.append(Sentence("transfer.few", {"seeds": int(beside["pairs"].min())}))
    if not beside["tested"].str.startswith("{").any():  # other images, not other noise alone
        found.append(Sentence("transfer.specific" if always.all() else "transfer.not_specific"))
    return found


def _method(results: Results, name: str) -> Any:
    return results.methods[name]["title"] if name in results.methods else name


def _trained(results: Results, condition: str) -> Any:
    return results.texts("transfer.same") if condition == SAME else _condition(results, condition)


def _condition(results: Results, condition: str) -> str:
    parts = condition.split("\n")
    return ", ".join(
        results.noise_title(json.loads(part)) if part.startswith("{") else part for part in parts
    )
