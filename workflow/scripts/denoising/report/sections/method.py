"""What was done: computed from the settings of the runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Beside, Column, Facts, Heading, Listing, Points, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results

DIFFERENCES = (
    Column("experiment", "title"),
    Column("settings", "text", wrap=True),
)


def _layer(row: Mapping[str, Any], page: Any) -> Any:
    return page.texts("method.code_layer", layer=row["layer"]) if row["class"] else row["layer"]


LAYERS = (
    Column("layer", "text", write=_layer),
    Column("arguments", "text", wrap=True),
    Column("output_shape", "text", head="output"),
    Column("parameters", digits=0),
)


def content(results: Results) -> list[Any]:
    """Return the procedure, who differs in what, and the architectures."""
    from denoising.report.procedure import written
    from denoising.report.sentences.method import architectures, facts
    from denoising.report.tables import code
    from denoising.report.texts import joined

    t = results.texts
    rows = [
        {
            "experiment": name,
            "settings": joined(", ", (code(f"{key}: {written(one)}") for key, one in own.items())),
        }
        for name, own in results.differences.items()
    ]
    found: list[Any] = [Text(t("method.text")), Facts(facts(results))]
    if rows:
        table = Listing("differences", t("method.differences"), DIFFERENCES, rows, style="prose")
        found.append(table)
    common, trained = architectures(results)
    tables = [
        Listing(
            f"architecture-{one['name']}",
            t("results.architecture_table", name=one["name"], parameters=one["parameters"]),
            LAYERS,
            one["layers"],
            numbered=False,
        )
        for one in trained
    ]
    if tables:
        kinds = [t("method.kind", kind=kind, arguments=own) for kind, own in common]
        found += [
            Heading(t("method.architectures")),
            Text(t("method.architectures_text")),
            Points(kinds),
            Beside(tables),
        ]
    return found


SECTION = Section("method", content, order=30)
