"""The claims of the write-up, and their verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Points, Section, Statement, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def _quote(row: Mapping[str, Any], page: Any) -> Any:
    """Write a claim with its note, and links to the tables and figures behind it."""
    from markupsafe import Markup

    from denoising.report.texts import joined

    t = page.texts
    parts = [row["quote"]]
    if row["part"] == "values":
        title = page.results.titles[row["claim"].removeprefix("value-")]
        parts = [t("claims.value_quote", reported=row["reported"], title=title)]
    for note in ("apart", "note"):
        if row[note] is not None:
            parts.append(t("claims.noted", note=row[note]))
    for one in row["evidence"]:
        number = one["name"] if one["kind"] == "figure" else page.numbers.get(one["name"])
        if number:
            start = Markup(' <small><a href="#{kind}-{name}">').format(**one)
            parts += [start, t(one["kind"], number=number), Markup("</a></small>")]
    return joined("", parts)


def _verdict(procedure: str) -> Any:
    def write(row: Mapping[str, Any], page: Any) -> Any:
        from markupsafe import Markup

        from denoising.report.numbers import format_interval
        from denoising.report.texts import joined

        t, one = page.texts, row[procedure]
        key = one["verdict"].replace(" ", "_")
        start = Markup('<b class="verdict {}">').format(one["verdict"].replace(" ", "-"))
        parts = [start, t(f"claims.verdicts.{key}"), Markup("</b>")]
        if one["verdict"] == "not reproduced":
            parts += [" ", t("claims.contradicted" if one["contradicted"] else "claims.undecided")]
        parts += [Markup("<br>"), t.say(one["sentence"])]
        interval = format_interval(one["low"], one["high"])
        if not one["paired"] and interval != "–":
            parts += [" ", t("claims.interval", interval=interval)]
        if one["edge"]:
            parts += [" ", t.say(one["edge"])]
        return joined("", parts)

    return write


COLUMNS = (
    Column("part", "word", words="claims.parts."),
    Column("claim", "text", write=_quote),
    Column("reported", digits=6),
    Column("stated", "text", head="as_stated", write=_verdict("stated")),
)
REPAIRED = (Column("repaired", "text", write=_verdict("repaired")),)


def content(results: Results) -> list[Any]:
    """Return the ledger; nothing where nothing of the write-up is shown."""
    from denoising.evidence.statistics import SIGNIFICANCE
    from denoising.report.sentences import claims as say

    if not results.writeup:
        return []
    t = results.texts
    if results.preview:
        return [Text(t("claims.preview"))]
    rules = results.plan["claims"]
    ledger = say.judged_here(results.read("claims"), results.plan)
    criteria = {claim["id"]: claim for claim in rules["claims"]}
    figures = {name: results.figures_of("studies", name) for name in results.plan["studies"]}
    links = say.evidence(ledger, figures)
    rows = [
        {**row, "evidence": links[row["claim"]]}
        for row in say.claim_rows(ledger, results.titles, criteria, t.languages)
    ]
    points = t.items("claims.criteria", significance=SIGNIFICANCE)
    twins = ledger.loc[ledger["procedure"] == say.claims.REPAIRED, "count"].any()
    found: list[Any] = [Text(t("claims.text"))]
    if twins:
        found.append(Text(t("claims.twins")))
    if changes := results.changed_settings():
        found.append(Text(t("changed", changes=changes)))
    found.append(Points(points))
    columns = COLUMNS + (REPAIRED if twins else ())
    return [
        *found,
        Statement(say.verdict_sentences(ledger) + say.tolerance_sentences(ledger)),
        Listing("claims", t("claims.table"), columns, rows, "claims", "prose"),
    ]


SECTION = Section("claims", content, order=100)
