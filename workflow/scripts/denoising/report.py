"""The HTML report: what it says is computed here, how it says it stands in `report/`."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from denoising.config import read_yaml
from denoising.tables import read_json

ERROR = "relative_error_first10"
ALL_ERROR = "relative_error"
CONFIGURED = (  # columns of runs.csv that are the same for all runs of an experiment
    "optimizer", "learning_rate", "loss", "architecture", "code_shape", "side_ratio",
    "code_elements", "input_elements", "parameters",
)  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A text of `report/texts/` by its key, and the values to put into it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Texts:
    """The texts of one language; their values are escaped, they themselves may hold HTML."""

    def __init__(self, path: Path) -> None:
        self._texts = read_yaml(path)

    def __call__(self, key: str, **values: Any) -> Markup:
        """Return a text by its dotted key.

        Raises
        ------
        KeyError
            If there is no such text.
        """
        text: Any = self._texts
        for part in key.split("."):
            text = text[part]
        return Markup(text).format(**values)

    def say(self, sentence: Sentence) -> Markup:
        """Return a computed sentence."""
        return self(sentence.key, **sentence.values)

    def items(self, key: str) -> list[Markup]:
        """Return a list of texts."""
        return [Markup(text) for text in self._texts[key]]


def experiment_table(runs: pd.DataFrame, experiments: Mapping[str, Any]) -> pd.DataFrame:
    """Average the runs of each experiment over its seeds.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    experiments : mapping
        Name → ``title``, ``reported``; in the order of the report.

    Returns
    -------
    DataFrame
        Indexed by name. Runs that did not complete are counted (``failed``) and in no average.
    """
    rows = []
    for name, about in experiments.items():
        own = runs[runs["experiment"] == name]
        completed = own[own["status"] == "completed"]
        first = own.iloc[0]
        rows.append(
            {
                "experiment": name,
                "title": about["title"],
                "reported": about["reported"],
                **first[list(CONFIGURED)],
                "seeds": len(own),
                "failed": len(own) - len(completed),
                "ours": completed[ERROR].mean(),
                "all_images": completed[ALL_ERROR].mean(),
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


def study_sentences(table: pd.DataFrame, study: Mapping[str, Any]) -> list[Sentence]:
    """Say what the numbers of a study say.

    Parameters
    ----------
    table : DataFrame
        From `experiment_table`.
    study : mapping
        ``experiments``, and ``error_limit`` where the study has one.
    """
    rows = table.loc[list(study["experiments"])]
    known = rows.dropna(subset=["ours"])
    if known.empty:
        return [Sentence("results.none_completed")]
    sentences = _error_sentences(known) if len(known) == 1 else _order_sentences(known)
    if study.get("error_limit"):
        sentences += _limit_sentences(known, study["error_limit"])
    sentences += [
        Sentence("results.failed", {"title": row.title, "failed": row.failed, "seeds": row.seeds})
        for row in rows.itertuples()
        if row.failed
    ]
    if known["seeds"].min() == 1:
        sentences.append(Sentence("results.one_seed"))
    return sentences


def _error_sentences(rows: pd.DataFrame) -> list[Sentence]:
    row = rows.iloc[0]
    sentences = [
        Sentence(
            "results.error",
            {"title": row["title"], "ours": row["ours"], "all_images": row["all_images"]},
        )
    ]
    if pd.notna(row["reported"]):
        difference = format_number(row["difference"], sign=True)
        values = {"reported": row["reported"], "difference": difference}
        sentences.append(Sentence("results.reported", values))
    return sentences


def _order_sentences(rows: pd.DataFrame) -> list[Sentence]:
    def order(by: str) -> str:
        return " < ".join(
            f"{row['title']} ({row[by]:.3f})" for _, row in rows.sort_values(by).iterrows()
        )

    sentences = [Sentence("results.order", {"order": order("ours")})]
    if rows["reported"].notna().all() and rows["reported"].nunique() == len(rows):
        ranks = rows["ours"].rank().equals(rows["reported"].rank())
        key = "results.same_order" if ranks else "results.other_order"
        sentences.append(Sentence(key, {"order": order("reported")}))
    best = rows["all_images"].idxmin()
    values = {"title": rows.loc[best, "title"], "error": rows.loc[best, "all_images"]}
    return [*sentences, Sentence("results.best_of_all", values)]


def _limit_sentences(rows: pd.DataFrame, limit: float) -> list[Sentence]:
    under = rows[rows["ours"] < limit]
    values = {"limit": limit, "under": len(under), "all": len(rows)}
    sentences = [Sentence("results.under_limit", values)]
    if not under.empty:
        smallest = under.loc[under["code_elements"].idxmin()]
        values = {"title": smallest["title"], "shape": smallest["code_shape"], "limit": limit}
        sentences.append(Sentence("results.smallest_code", values))
    return sentences


def claim_rows(claims: pd.DataFrame) -> list[dict[str, Any]]:
    """Put the two judgements of each claim side by side.

    Parameters
    ----------
    claims : DataFrame
        ``claims.csv``.

    Returns
    -------
    list of dict
        ``claim``, ``part``, ``quote``, ``reported``, and of each procedure (``stated``,
        ``repaired``) ``verdict``, ``ours``, ``low``, ``high`` and the ``sentence`` that says why.
    """
    rows = []
    for claim, both in claims.groupby("claim", sort=False):
        row = {"claim": claim, **both.iloc[0][["part", "quote", "reported", "measure"]]}
        for name, (_, one) in zip(("stated", "repaired"), both.iterrows(), strict=True):
            sentence = Sentence(f"claims.reasons.{one['reason']}", json.loads(one["values"]))
            row[name] = {**one[["verdict", "ours", "low", "high"]], "sentence": sentence}
        rows.append(row)
    return rows


def law_sentences(law: pd.DataFrame, implied: pd.DataFrame) -> list[Sentence]:
    """Say how well the number of dead positions predicts the runs' errors.

    Parameters
    ----------
    law, implied : DataFrame
        ``law.csv`` and ``implied.csv``.
    """
    whole = law[law["experiment"] == "all"].iloc[0]
    if whole["runs"] == 0:
        return []
    values = {"runs": whole["runs"], "r2": whole["r2"], "residual": whole["largest_residual"]}
    sentences = [Sentence("lattice.law", values)]
    if pd.notna(whole["r2_by_count"]):
        sentences.append(Sentence("lattice.by_count", {"r2": whole["r2_by_count"]}))
    if not implied.empty:
        reached = implied["nearest"].between(implied["dead_min"], implied["dead_max"])
        near = (implied["reported"] - implied["error_there"]).abs()
        values = {"all": len(implied), "reached": reached.sum(), "distance": near.max()}
        sentences.append(Sentence("lattice.implied", values))
    return sentences


def figure_source(path: Path) -> str:
    """Return an SVG file as an address that an image can have inside the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode()


def figure_values(
    figure: Mapping[str, Any], table: pd.DataFrame, folders: Mapping[str, Path]
) -> dict[str, Any]:
    """Compute what a figure's caption and text alternative say."""
    rows = table.loc[list(figure["experiments"])]
    history = pd.read_csv(folders[figure["experiments"][0]] / "history.csv")
    return {
        "title": rows["title"].iloc[0],
        "titles": ", ".join(rows["title"]),
        "error": rows["ours"].iloc[0],
        "epochs": len(history),
        "first_val_loss": history["val_loss"].iloc[0],
        "last_val_loss": history["val_loss"].iloc[-1],
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
    return {
        **{key: values(key) for key in ("cpu", "cores", "system", "python", "commit", "threads")},
        "packages": {name: values("packages", name) for name in first["packages"]},
        "settings": {name: values("environment", name) for name in first["environment"]},
    }


def render(templates: Path, texts: Texts, context: Mapping[str, Any]) -> str:
    """Fill in the template; values are escaped, and an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": format_number,
        "duration": format_duration,
        "text": format_text,
    }
    return environment.get_template("report.html.j2").render(t=texts, **context)


def format_number(value: float | None, digits: int = 3, sign: bool = False) -> str:
    """Write a number with fixed digits; a missing one is an en dash."""
    if value is None or pd.isna(value):
        return "–"
    return f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−")


def format_text(value: str | float | None) -> str:
    """Write a text of a table; a missing one is an en dash."""
    return "–" if pd.isna(value) else str(value)


def format_duration(seconds: float) -> str:
    """Write seconds as 45 s, 12 min 30 s or 1 h 05 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
