"""Which source of chance makes how much of the spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def _study(row: Mapping[str, Any], page: Any) -> Any:
    return page.headings[row["study"]]


COMPONENTS = (
    Column("study", "text", wrap=True, write=_study),
    Column("measure", "measure"),
    Column("source", "word", words="sources.names."),
    Column("levels", digits=0),
    Column("runs", digits=0),
    Column("share", "share", digits=0, head="of_variance", strong=True),
    Column("interval", "interval", digits=2),
    Column("alone", "share", digits=0),
)


def content(results: Results) -> list[Any]:
    """Return the components of the variance; nothing where no study varies sources apart."""
    from denoising.files import records

    if results.preview or not results.has("components"):
        return []
    table = results.read("components")
    if table.empty:
        return []
    t = results.texts
    return [
        Text(t("sources.text")),
        Listing("components", t("sources.table"), COMPONENTS, records(table), "components"),
    ]


SECTION = Section(
    "sources",
    content,
    order=53,
    words={
        "en": {
            "heading": "Noise, weights, order or images?",
            "text": (
                "A seed fixes the noise, the initial weights and the order of the images. Here"
                " sources of chance, which images are trained on among them, have values of their"
                " own, and those of the table are crossed (after Bouthillier et al. 2021): of the"
                " variance of all runs, the share that each makes by itself, and what"
                " only all together make. “Alone” is how much runs vary that differ in this source"
                " and in nothing else: with chaos in the training it is near 100 % for each."
            ),
            "table": (
                "Shares of the variance by source, with 95 % intervals, and the variance of runs"
                " that differ in this source alone over that of all."
            ),
            "names": {
                "noise": "noise",
                "weights": "initial weights",
                "order": "order of the images",
                "images": "training images",
                "together": "all together",
            },
            "measures": {"dead_positions": "dead positions"},
            "columns": {
                "source": "Source",
                "levels": "Values of it",
                "of_variance": "Share of variance",
                "alone": "Alone",
            },
        },
        "zh": {
            "heading": "噪声、权重、次序，还是图像？",
            "text": (
                "一个种子同时决定噪声、初始权重和图像的次序。"
                "这里各个来源（包括用哪些图像训练）分别取值，表中所列的几个完全交叉"
                "（仿 Bouthillier 等，2021）：全部训练的方差中，各来源单独贡献多少，"
                "又有多少只在共同作用时才出现。"
                "“单独”指只在这一来源上不同的训练之间的方差；若训练是混沌的，每一项都接近 100 %。"
            ),
            "table": (
                "各来源占方差的比例及其 95 % 区间，"
                "以及只在该来源上不同的训练的方差与全部训练的方差之比。"
            ),
            "names": {
                "noise": "噪声",
                "weights": "初始权重",
                "order": "图像次序",
                "images": "训练图像",
                "together": "共同作用",
            },
            "measures": {"dead_positions": "失活位置个数"},
            "columns": {
                "source": "来源",
                "levels": "取值数",
                "of_variance": "占方差的比例",
                "alone": "单独",
            },
        },
    },
)
