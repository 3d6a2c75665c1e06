"""The HTML report's tables, figures and facts; how they look stands in `report/templates/`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from denoising.replicates import completed
from denoising.tables import read_json
from denoising.texts import (
    Texts,
    format_duration,
    format_interval,
    format_number,
    format_of,
    format_p,
    format_share,
    format_short,
    format_text,
    joined,
)

ERROR = "relative_error_first10"
ALL_ERROR = "relative_error"
NONE = pd.Series(index=["mean", "sd", "low", "high", "iqm", "min", "max"], dtype=float)
CONFIGURED = (  # columns of runs.csv that are the same for all runs of an experiment
    "optimizer", "learning_rate", "loss", "architecture", "code_shape", "side_ratio",
    "code_elements", "input_elements", "parameters",
)  # fmt: skip


def experiment_table(
    runs: pd.DataFrame, summaries: pd.DataFrame, experiments: Mapping[str, Any]
) -> pd.DataFrame:
    """Summarise the runs of each experiment over its seeds.

    Parameters
    ----------
    runs, summaries : DataFrame
        ``runs.csv`` and ``experiments.csv``.
    experiments : mapping
        Name → ``title``, ``reported``; in the order of the report.

    Returns
    -------
    DataFrame
        Indexed by name. Runs that did not complete are counted (``failed``) and in no average;
        of an experiment without runs there are no numbers.
    """
    rows = []
    by_measure = summaries.set_index(["experiment", "measure"])
    for name, about in experiments.items():
        own = runs[runs["experiment"] == name]
        completed = own[own["status"] == "completed"]
        first = own.iloc[0] if len(own) else pd.Series(index=runs.columns, dtype=float)

        def summary(measure: str, name: str = name) -> pd.Series:
            return by_measure.loc[(name, measure)] if (name, measure) in by_measure.index else NONE

        ten = summary(ERROR)
        rows.append(
            {
                "experiment": name,
                "title": about["title"],
                "reported": about["reported"],
                **first[list(CONFIGURED)],
                "seeds": len(own),
                "failed": len(own) - len(completed),
                "ours": ten["mean"],
                **ten[["sd", "low", "high", "iqm", "min", "max"]],
                "all_images": summary(ALL_ERROR)["mean"],
                "live_error": summary("live_error")["mean"],
                "dead_positions": summary("dead_positions")["mean"],
                "positions": first["positions"],
                "share_under_limit": completed["share_under_limit"].mean(),
                "psnr": completed["psnr"].mean(),
                "ssim": completed["ssim"].mean(),
                "val_loss": completed["val_loss"].mean(),
            }
        )
    table = pd.DataFrame(rows).set_index("experiment")
    table["reported"] = table["reported"].astype(float)
    table["difference"] = table["ours"] - table["reported"]
    return table


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Number the report's tables, from 1."""
    return {name: number for number, name in enumerate(names, start=1)}


def figure_values(
    figure: Mapping[str, Any],
    table: pd.DataFrame,
    runs: pd.DataFrame,
    folders: Mapping[str, Path],
) -> dict[str, Any]:
    """Compute what a figure's caption and text alternative say."""
    own = completed(runs[runs["experiment"].isin(figure["experiments"])])
    rows = table.loc[list(figure["experiments"])]
    first = folders.get(figure["experiments"][0])
    history = pd.DataFrame({"val_loss": [float("nan")]})
    if first is not None:
        history = pd.read_csv(first / "history.csv")
    return {
        "title": rows["title"].iloc[0],
        "titles": joined(", ", rows["title"]),
        "error": rows["ours"].iloc[0],
        "epochs": len(history),
        "first_val_loss": history["val_loss"].iloc[0],
        "last_val_loss": history["val_loss"].iloc[-1],
        "least": rows["ours"].min(),
        "most": rows["ours"].max(),
        "runs": len(own),
        "alive": (own["dead_positions"] == 0).sum(),
        "dead_first": own["dead_after_first_epoch"].sum(),
        "dead_last": own["dead_positions"].sum(),
        "residual": (own["relative_error"] - own["predicted_error"]).abs().max(),
    }


def environment_facts(folders: Sequence[Path]) -> dict[str, Any]:
    """Return what the runs were trained with; where they differ, every value is listed."""
    environments = [read_json(folder / "environment.json") for folder in folders]

    def values(*keys: str) -> str:
        found = []
        for environment in environments:
            value: Any = environment
            for key in keys:
                value = value[key]
            found.append(str(value))
        return ", ".join(dict.fromkeys(found))

    first = environments[0]
    processors = pd.Series([environment["cpu"] for environment in environments])
    return {
        **{key: values(key) for key in ("cpu", "cores", "system", "python", "commit", "threads")},
        "packages": {name: values("packages", name) for name in first["packages"]},
        "settings": {name: values("environment", name) for name in first["environment"]},
        "processors": processors.value_counts().to_dict(),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows, a dictionary each."""
    return table.to_dict("records")


def columns_and_rows(table: pd.DataFrame) -> dict[str, Any]:
    """Write a table as JSON has it: no number is null."""
    rows = json.loads(table.to_json(orient="values", double_precision=10))
    return {"columns": list(table.columns), "rows": rows}


def bibtex(citation: Mapping[str, Any]) -> str:
    """Write a CITATION.cff as a BibTeX entry."""
    names = [  # a group's name in braces of its own: it has no family name
        f"{{{author['name']}}}"
        if "name" in author
        else f"{author['family-names']}, {author['given-names']}"
        for author in citation["authors"]
    ]
    year = str(citation.get("date-released", ""))[:4]
    fields = {
        "title": f"{{{citation['title']}}}",
        "author": " and ".join(names),
        "version": citation.get("version", ""),
        "year": year,
        "license": citation.get("license", ""),
    }
    lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
    return "@software{denoising_autoencoder_lab,\n" + ",\n".join(lines) + "\n}"


def render(templates: Path, texts: Texts, context: Mapping[str, Any]) -> str:
    """Fill in the templates; values are escaped, and an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": format_number,
        "of": format_of,
        "share": format_share,
        "duration": format_duration,
        "p": format_p,
        "text": format_text,
        "short": format_short,
    }
    environment.globals["interval"] = format_interval
    return environment.get_template("report.html.j2").render(t=texts, **context)
