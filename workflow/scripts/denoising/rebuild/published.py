"""The published study's ledger of claims in the forms that outside tools check.

``repro.yaml`` is read by ``claims verify``: every file of the study by its SHA-256, and each number
and verdict of a claim with the cell that holds it. ``codecheck.yml`` lists the study's files for a
CODECHECK. ``made-with.json`` says what the study was computed with.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from denoising.errors import LabError
from denoising.files import json_bytes, read_json
from denoising.training.bits import PACKAGES

LEDGER, CODECHECK, MADE_WITH = "repro.yaml", "codecheck.yml", "made-with.json"
NUMBERS = ("ours", "low", "high", "count")  # of a claim that was judged
GENERATED = "# Written by make ledger from {folder}: do not edit.\n"
SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"


def study_files(folder: Path) -> list[Path]:
    """List the files of a published study.

    Raises
    ------
    LabError
        If it has no ledger of claims.
    """
    if not (folder / "tables" / "claims.csv").is_file():
        raise LabError(f"{folder}/tables/claims.csv: is missing; make it with: make publish")
    pages = [folder / name for name in ("report.html", "report-details.html", "report.md")]
    own = [*pages, folder / MADE_WITH, *sorted((folder / "tables").glob("*.csv"))]
    return [path for path in own if path.exists()]


def ledger(folder: Path, citation: Mapping[str, Any]) -> dict[str, bytes]:
    """Write the ledger of the study in a folder; the same study gives the same bytes.

    Parameters
    ----------
    folder : Path
        ``docs``: ``report.html``, its details, ``made-with.json`` and ``tables``.
    citation : mapping
        ``CITATION.cff``.

    Returns
    -------
    dict
        The bytes of ``repro.yaml`` and ``codecheck.yml``, whose paths begin with the folder's name.
    """
    sums = {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": _sha256(path)
        for path in study_files(folder)
    }
    claims = pd.read_csv(folder / "tables" / "claims.csv", dtype=str, keep_default_na=False)
    table = pd.read_csv(folder / "tables" / "experiments.csv", dtype=str, keep_default_na=False)
    middle = "median" if "median" in table else "mean"  # of a study before December 2026
    experiments = table.set_index(["experiment", "measure"])[middle]
    return {
        LEDGER: _yaml(
            folder,
            {
                "schema_version": "repro/1",
                "project": citation["title"],
                "artifacts": [
                    {"id": name, "path": name, "digest": {"algorithm": "sha256", "value": digest}}
                    for name, digest in sums.items()
                ],
                "claims": [_claim(row, experiments, folder.name) for row in records(claims)],
            },
        ),
        CODECHECK: _yaml(
            folder,
            {
                "version": SPECIFICATION,
                "paper": {
                    "title": citation["title"],
                    "authors": [{"name": author["name"]} for author in citation["authors"]],
                },
                "manifest": [
                    {"file": name, "comment": f"made by: make study; SHA-256 {digest}"}
                    for name, digest in sums.items()
                ],
            },
        ),
    }


def run_folders(results: Path) -> list[Path]:
    """List the folders of the runs from which the tables of a rebuild are made.

    Raises
    ------
    LabError
        If there are no tables.
    """
    table = results / "tables" / "runs.csv"
    if not table.is_file():
        raise LabError(f"{table}: is missing; make it with: snakemake")
    runs = pd.read_csv(table, usecols=["experiment", "seed"], dtype=str)
    return [
        results / "runs" / experiment / f"seed-{seed}"
        for experiment, seed in runs[["experiment", "seed"]].itertuples(index=False)
    ]


def made_with(folders: Iterable[Path]) -> bytes:
    """Say what runs were computed with: how many by which processor, packages and commits."""
    environments = [read_json(folder / "environment.json") for folder in folders]
    return json_bytes(
        {
            "kinds": dict(sorted(Counter(map(kind, environments)).items())),
            "commits": dict(sorted(Counter(str(one["commit"]) for one in environments).items())),
        }
    )


def kind(environment: Mapping[str, Any]) -> str:
    """Name what the bits of a run depend on beside its configuration, code and data."""
    packages = ", ".join(f"{name} {environment['packages'][name]}" for name in PACKAGES)
    return f"{environment['cpu']}, {environment['system']}, {packages}"


def _claim(row: Mapping[str, str], middles: pd.Series, folder: str) -> dict[str, Any]:
    """Write a claim: its verdict finds its row, each of its numbers is a cell of that row.

    The median of a single experiment stands in another table, too.
    """
    where = {key: row[key] for key in ("claim", "procedure", "verdict")}
    table = {"kind": "table", "artifact": f"{folder}/tables/claims.csv"}
    evidence = [
        {**table, "name": name, "reported": row[name], "column": name, "where": {**where}}
        for name in NUMBERS
        if row[name]
    ]
    own = {"experiment": row["experiments"], "measure": row["measure"]}
    if row["kind"] == "value" and middles.get(tuple(own.values())) == row["ours"] != "":
        name = str(middles.name)
        other = {**table, "artifact": f"{folder}/tables/experiments.csv"}
        evidence.append(
            {**other, "name": name, "reported": row["ours"], "column": name, "where": own}
        )
    procedure = row["procedure"].replace(" ", "-")
    text = f"{row['quote']} ({row['procedure']}: {row['verdict']})"
    return {"id": f"{row['claim']}-{procedure}", "text": text, "evidence": evidence}


def records(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a table of texts."""
    return table.to_dict("records")


def _yaml(folder: Path, content: Mapping[str, Any]) -> bytes:
    writer, text = YAML(), io.StringIO()
    writer.width = 10_000  # a value a line
    writer.dump(dict(content), text)
    return (GENERATED.format(folder=folder.name) + text.getvalue()).encode()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
