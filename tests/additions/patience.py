"""How long the training took."""

from denoising.declare import Figure, Table
from denoising.report.section import Column, Drawing, Listing, Section, Text


def longest(inputs):
    """Return the longest training of each experiment."""
    return inputs.runs.groupby("experiment", as_index=False)["train_seconds"].max()


def draw(inputs):
    """Draw it."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot(inputs.table("longest")["train_seconds"], label="longest")
    return figure


def content(results):
    """Return the table and its figure."""
    rows = results.read("longest").to_dict("records")
    columns = (Column("experiment", "title"), Column("train_seconds", "duration", head="longest"))
    return [
        Text(results.texts("patience.text", count=len(rows))),
        Listing("longest", results.texts("patience.table"), columns, rows, "longest"),
        *map(Drawing, results.figures_of("patience")),
    ]


SECTION = Section(
    "patience",
    content,
    order=65,
    chapter=6,
    words={
        "en": {
            "heading": "Patience",
            "text": "Of {count} {count:experiment|experiments}.",
            "table": "The longest training.",
            "columns": {"longest": "Longest"},
            "captions": {"bars": "Drawn."},
            "alternatives": {"bars": "A line."},
            "labels": {"longest": "longest"},
        },
        "zh": {
            "heading": "耐心",
            "text": "{count} 个实验。",
            "table": "最长的训练。",
            "columns": {"longest": "最长"},
            "captions": {"bars": "所绘。"},
            "alternatives": {"bars": "一条线。"},
            "labels": {"longest": "最长"},
        },
    },
    tables=(Table("longest", "denoising.report.sections.patience:longest", tables=("runs",)),),
    figures=(Figure("bars", "denoising.report.sections.patience:draw", tables=("longest",)),),
)
