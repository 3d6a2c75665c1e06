"""What the codes compress to, counted honestly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Drawing, Listing, Section, Statement, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def _smallest(row: Mapping[str, Any], page: Any) -> Any:
    if not isinstance(row["experiment"], str):
        return page.texts("compression.no_code")
    title = page.results.titles[row["experiment"]]
    if row["bits"] != "fewest":
        return title
    return page.texts("compression.in_bits", title=title, bits=row["word"])


SMALLEST = (
    Column("study", "text", wrap=True, write=lambda row, page: page.headings[row["study"]]),
    Column("meaning", "word", head="meaning_of", words="compression.meanings."),
    Column("bits", "word", head="word_length", words="compression.words."),
    Column("experiment", "text", head="smallest", strong=True, write=_smallest),
    Column("elements_ratio", head="code_elements_ratio", digits=2),
    Column("bits_ratio"),
    Column("error", head="law_error"),
    Column("under", "of", head="under_runs", total="runs", digits=0),
)
CODES = (
    Column("experiment", "title"),
    Column("bits", head="word_bits", digits=0),
    Column("code_elements", digits=0),
    Column("elements_ratio", head="code_elements_ratio", digits=2),
    Column("bits_ratio"),
    Column("first"),
    Column("all", strong=True),
    Column("interval", "interval", ends=("all_low", "all_high")),
    Column("most"),
    Column("every"),
)
FORMATS = (
    Column("dataset", "text", head="data"),
    Column("format", "text"),
    Column("quality", digits=0),
    Column("files", "word", words="compression.files."),
    Column("bytes", digits=0),
    Column("bits_ratio", strong=True),
    Column("all"),
    Column("most"),
    Column("every"),
)


def content(results: Results) -> list[Any]:
    """Return codes in bits; nothing where no study asks for the smallest code."""
    from denoising.files import records
    from denoising.report.sentences.compression import compression_sentences

    if not results.has("compression"):
        return []
    table, formats = results.read("compression"), results.read("formats")
    if table.empty:
        return []
    t = results.texts
    written = table[table["experiment"].isin(results.writeup)]
    told = table if written.empty else written
    same_images = len({results.test_images(name) for name in table["experiment"]}) == 1
    sentences = compression_sentences(told, formats if same_images else formats[:0], results.titles)
    smallest = results.read("smallest_codes")
    # a table of one set of images names no images: the first column must always stand
    columns = FORMATS if "dataset" in formats else FORMATS[1:]
    return [
        Text(t("compression.text")),
        Statement(sentences),
        Listing(
            "smallest",
            t("compression.smallest_table"),
            SMALLEST,
            records(smallest[smallest["study"].isin(results.plan["studies"])]),
            "smallest_codes",
        ),
        *map(Drawing, results.figures_of("compression")),
        Listing("compression", t("compression.table"), CODES, records(table), "compression"),
        Listing("formats", t("compression.formats_table"), columns, records(formats), "formats"),
    ]


SECTION = Section("compression", content, order=80, chapter=5)
