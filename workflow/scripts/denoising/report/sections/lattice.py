"""What decides a run: dead positions of the output's lattice (dying ReLU)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Drawing, Heading, Listing, Section, Statement, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def _name(row: Mapping[str, Any], page: Any) -> Any:
    name = row["experiment"]
    titles = page.results.titles
    return titles[name] if name in titles else page.texts(f"lattice.groups.{name}")


def _error_there(row: Mapping[str, Any], page: Any) -> str:
    from denoising.report.numbers import format_number

    return f"{format_number(row['error_there'])} ({row['nearest']})"


IMPLIED = (
    Column("experiment", "title"),
    Column("reported", digits=6),
    Column("positions", digits=0),
    Column("live_error"),
    Column("implied", digits=2, strong=True),
    Column("implied_range", "interval", digits=1, ends=("implied_low", "implied_high")),
    Column("error_there", write=_error_there),
    Column("share", "share", digits=0),
    Column("dead", "interval", digits=0, ends=("dead_min", "dead_max")),
)
LAW = (
    Column("experiment", "text", write=_name),
    Column("runs", digits=0),
    Column("dying", digits=0),
    Column("dead_mean", digits=1),
    Column("dead", "interval", digits=0, ends=("dead_min", "dead_max")),
    Column("r2", strong=True),
    Column("largest_residual", head="residual"),
    Column("r2_by_count"),
)
INITIAL = (
    Column("experiment", "text", write=_name),
    Column("runs", digits=0),
    Column("told", digits=0),
    Column("auc_on", digits=2),
    Column("auc_output", digits=2),
    Column("correlation", digits=2, sign=True),
    Column("agree_same", digits=2),
    Column("agree_other", digits=2),
)
VARIANCE = (
    Column("study", "text", wrap=True, write=lambda row, page: page.headings[row["study"]]),
    Column("measure", "measure"),
    Column("runs", digits=0),
    Column("between", digits=2, strong=True),
    Column("by_chance", digits=2),
)


def content(results: Results) -> list[Any]:
    """Return what is known of dead positions; nothing where no run has a lattice."""
    from denoising.files import records
    from denoising.report.sentences import lattice as say

    if results.runs["positions"].isna().all():
        return []
    t, runs, titles, writeup = results.texts, results.runs, results.titles, results.writeup
    law, implied = results.read("law"), results.read("implied")
    initial, variance = results.read("initial"), results.read("variance")
    groups = [say.STATED, say.ALL, say.LEARNED] if writeup else [say.ALL, say.LEARNED]
    shown = law[law["experiment"].isin([*(writeup or titles), *groups]) & (law["runs"] > 0)]
    told = runs[runs["experiment"].isin(writeup)]
    twins = say.sigmoid_twins(results.plan["variants"], results.settings)
    sentences = [
        *say.law_sentences(law, implied),
        *say.half_learned_sentences(runs, writeup, titles),
        *say.revival_sentences(told),
        *say.repaired_sentences(runs, twins, titles),
    ]
    found: list[Any] = [*map(Text, say.lattice_texts(results)), Statement(sentences)]
    if len(implied):
        found.append(Listing("implied", t("lattice.table"), IMPLIED, records(implied), "implied"))
    found += [
        Listing("law", t("lattice.law_table"), LAW, records(shown), "law"),
        *map(Drawing, results.figures_of("lattice")),
    ]
    initial = initial[initial["runs"] > 0]
    if len(initial):
        found += [
            Heading(t("initial.heading")),
            Text(t("initial.text")),
            Statement(say.initial_sentences(initial)),
            Listing("initial", t("initial.table"), INITIAL, records(initial), "initial"),
        ]
    variance = variance[variance["study"].isin(results.plan["studies"])]
    # between experiments of other images or other noise the share says nothing of the experiments
    mixed = [name for name, study in results.plan["studies"].items()
             if len(results.conditions(study["experiments"])) > 1]  # fmt: skip
    variance = variance[~variance["study"].isin(mixed)]
    if len(variance):
        written = variance[variance["study"].isin(results.writeup_studies)]
        found += [
            Heading(t("variance.heading")),
            Text(t("variance.text")),
            Statement(say.variance_sentences(written)),
            Listing("variance", t("variance.table"), VARIANCE, records(variance), "variance"),
        ]
    return found


SECTION = Section("lattice", content, order=50, chapter=3)
