"""A rebuild against the published study, table by table.

On one and the same kind of processor the numbers have to be the same to the last byte. Elsewhere
the trainings take other ways, as they do from other seeds: what the runs' spread between seeds
allows is the same result. All tables are made from the runs, so the runs are what is judged then.
"""

import json
import lzma
import tarfile
from collections.abc import Iterable, Mapping
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from scipy.stats import t

from denoising.errors import LabError
from denoising.files import RECORD, read_json
from denoising.rebuild.archive import MANIFEST
from denoising.rebuild.published import MADE_WITH, kind, run_folders

TIMES = (
    "train_seconds",
    "fit_seconds",
    "denoise_seconds",
    "cost_seconds",
)  # columns that no rebuild has again
FROM_DATA = "formats.csv"  # made from no run: the same everywhere
KEYS = ("experiment", "seed")  # of a run
MEASURES = ("metrics.json", "images.csv", "epochs.csv", "lattice.json", "codes.csv")
LEVEL = 0.05  # that any of all means lies outside by chance
FEWEST = 4  # degrees of freedom: no spread is less than the usual one of all experiments
SHOWN = 3  # differences that are told
BYTES, TOLERANCE = "bytes", "tolerance"


class Outcome(NamedTuple):
    """What was found of a table.

    Attributes
    ----------
    name : str
    same : bool or None
        None where there is nothing to compare.
    says : str
    """

    name: str
    same: bool | None
    says: str


def way(rebuilt: Mapping[str, int], published: Mapping[str, int] | None) -> tuple[str, str]:
    """Choose how to compare, and say why.

    Parameters
    ----------
    rebuilt, published : mapping
        Kind of processor and packages → runs; None where that was not recorded.
    """
    if published is None:
        return TOLERANCE, "it is not recorded what the published study was computed with"
    if len(rebuilt) == 1 and set(rebuilt) == set(published):
        return BYTES, f"both were computed with {next(iter(rebuilt))}"
    ours, theirs = "; ".join(rebuilt), "; ".join(published)
    return TOLERANCE, f"the rebuild was computed with {ours}, the published study with {theirs}"


def kinds(folders: Iterable[Path]) -> dict[str, int]:
    """Count the runs of each kind of processor and packages."""
    found: dict[str, int] = {}
    for folder in folders:
        own = kind(read_json(folder / "environment.json"))
        found[own] = found.get(own, 0) + 1
    return found


def published_kinds(docs: Path) -> dict[str, int] | None:
    """Return the same of the published study; None if it does not say."""
    path = docs / MADE_WITH
    return read_json(path)["kinds"] if path.exists() else None


def verify(rebuilt: Path, published: Path, mode: str) -> list[Outcome]:
    """Compare all tables.

    Parameters
    ----------
    rebuilt, published : Path
        Folders of tables.
    mode : str
        `BYTES` or `TOLERANCE`.

    Raises
    ------
    LabError
        If there are none.
    """
    names = {path.name for folder in (rebuilt, published) for path in folder.glob("*.csv")}
    for folder, made_by in ((rebuilt, "snakemake"), (published, "make publish")):
        if not (folder / "runs.csv").is_file():
            raise LabError(f"{folder}/runs.csv: is missing; make it with: {made_by}")
    whole = {_read(folder / "runs.csv")[1] for folder in (rebuilt, published)}
    same_runs = len(whole) == 1
    return [
        _outcome(rebuilt / name, published / name, mode, same_runs)
        for name in sorted(names, key=lambda name: (name != "runs.csv", name))
    ]


def archived(archive: Path, results: Path) -> Outcome:
    """Compare the measures of runs with those of an archive, by their checksums.

    Raises
    ------
    LabError
        If it is no archive of this project.
    """
    try:
        with tarfile.open(archive) as members:
            entry = next(member for member in members if member.name == MANIFEST)
            sums = json.load(members.extractfile(entry))["files"]
    except (
        OSError, tarfile.TarError, lzma.LZMAError, StopIteration, ValueError, LookupError, EOFError
    ):  # fmt: skip
        raise LabError(f"{archive}: is no archive of this project") from None
    shared, other = 0, []
    for folder in run_folders(results):
        name = folder.relative_to(results).as_posix()
        own = read_json(folder / RECORD)["files"]
        theirs = {one: sums[f"{name}/{one}"] for one in MEASURES if f"{name}/{one}" in sums}
        if theirs:
            shared += 1
            if theirs != {one: own[one] for one in MEASURES if one in own}:
                other.append(name)
    if not shared:
        return Outcome(archive.name, None, "none of its runs is in the rebuild")
    says = f"{shared - len(other)} of {shared} runs have the same measures, byte for byte"
    return Outcome(archive.name, not other, says + _first(other))


def _read(path: Path) -> tuple[pd.DataFrame, frozenset[tuple[str, ...]]]:
    """Read a table as text, and which runs its rows are of (empty: of none)."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if not set(KEYS) <= set(table.columns):
        return table, frozenset()
    return table, frozenset(table[list(KEYS)].itertuples(index=False, name=None))


def _outcome(rebuilt: Path, published: Path, mode: str, same_runs: bool) -> Outcome:
    name = rebuilt.name
    if not published.exists():
        return Outcome(name, False, "is not in the published study, which older code made")
    if not rebuilt.exists():
        return Outcome(name, False, "is not in the rebuild")
    if mode == BYTES and rebuilt.read_bytes() == published.read_bytes():
        return Outcome(name, True, "the same bytes")
    (ours, own), (theirs, their) = _read(rebuilt), _read(published)
    columns = _columns(ours, theirs)
    if mode == TOLERANCE and name not in ("runs.csv", FROM_DATA):
        if columns:
            return Outcome(name, False, columns)
        also = _verdicts(ours, theirs) if name == "claims.csv" else ""
        return Outcome(name, None, f"follows from the runs: not judged by itself{also}")
    columns_shared = [one for one in theirs.columns if one in ours.columns and one not in TIMES]
    if mode == TOLERANCE and name != FROM_DATA:
        found = _spread(ours, theirs, columns_shared)
    elif same_runs or own & their or name == FROM_DATA:
        if own & their:
            ours, theirs = (_of(table, own & their) for table in (ours, theirs))
        found = _bytes(ours, theirs, columns_shared)
    else:
        return Outcome(name, None, "the rebuild has other runs, from which this table is made")
    runs = f"{len(own & their)} of the {len(their)} published runs: " if their - own else ""
    says = "; ".join(part for part in (columns, found.says) if part)
    return Outcome(name, found.same and not columns, runs + says)


def _verdicts(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Say how many verdicts are the same."""
    ours, theirs = (one.set_index(["claim", "procedure"])["verdict"] for one in (ours, theirs))
    shared = ours.index.intersection(theirs.index)
    same = int((ours[shared] == theirs[shared]).sum())
    return f"; {same} of {len(shared)} verdicts are the same"


def _columns(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Say which columns only one of both has."""
    parts = [
        f"{whose} has {', '.join(only)}"
        for whose, only in (
            ("only the published study", [c for c in theirs.columns if c not in ours.columns]),
            ("only the rebuild", [c for c in ours.columns if c not in theirs.columns]),
        )
        if only
    ]
    return f"columns differ, as other code made them: {' and '.join(parts)}" if parts else ""


def _of(table: pd.DataFrame, runs: frozenset[tuple[str, ...]]) -> pd.DataFrame:
    """Return the rows of these runs, in the order of the table."""
    rows = table[list(KEYS)].itertuples(index=False, name=None)
    return table[[row in runs for row in rows]].reset_index(drop=True)


def _bytes(ours: pd.DataFrame, theirs: pd.DataFrame, columns: list[str]) -> Outcome:
    """Compare texts, cell by cell."""
    if len(ours) != len(theirs):
        return Outcome("", False, f"has {len(ours)} rows, the published table {len(theirs)}")
    cells = ours[columns].ne(theirs[columns])
    rows, places = cells.to_numpy().nonzero()
    if not len(rows):
        return Outcome("", True, "the same in every cell but times")
    differ = [
        f"row {row + 1}, {columns[place]}: {ours[columns[place]][row]} instead of"
        f" {theirs[columns[place]][row]}"
        for row, place in zip(rows, places, strict=True)
    ]
    return Outcome("", False, f"{len(differ)} cells differ{_first(differ)}")


def _spread(ours: pd.DataFrame, theirs: pd.DataFrame, columns: list[str]) -> Outcome:
    """Compare the mean of each experiment by the spread between its published seeds.

    What never varies between seeds is a setting, and has to be the same.
    """
    values = [one for one in columns if one not in KEYS]
    seeds = theirs.groupby("experiment")
    if seeds.size().max() < 2:
        return Outcome("", None, "the published study has one seed an experiment, and no spread")
    varies = seeds[values].nunique().gt(1).any()
    settings = [one for one in values if not varies[one]]
    numbers = {one: (_numbers(ours[one]), _numbers(theirs[one])) for one in values if varies[one]}
    usual = {
        one: published.groupby(theirs["experiment"]).std().median()
        for one, (_, published) in numbers.items()
    }
    names = [one for one in ours["experiment"].unique() if one in seeds.groups]
    level, differ, judged = LEVEL / max(1, 2 * len(names) * len(numbers)), [], 0
    for name in names:
        here, there = ours["experiment"] == name, theirs["experiment"] == name
        for column in settings:
            own, published = ours.loc[here, column].iloc[0], theirs.loc[there, column].iloc[0]
            if own != published:
                differ.append(f"{name}, {column}: {own} instead of {published}")
        for column, (all_ours, all_theirs) in numbers.items():
            own, published = all_ours[here].dropna(), all_theirs[there].dropna()
            if not len(own) or not len(published):
                continue
            judged += 1
            spread = max(published.std() if len(published) > 1 else 0, usual[column])
            error = spread * sqrt(1 / len(own) + 1 / len(published))
            allowed = t.ppf(1 - level, max(len(published) - 1, FEWEST)) * error
            if abs(own.mean() - published.mean()) > allowed:
                differ.append(
                    f"{name}, {column}: mean {own.mean():.6g} instead of {published.mean():.6g}"
                    f" ± {allowed:.2g}"
                )
    if differ:
        return Outcome("", False, f"{len(differ)} settings or means differ{_first(differ)}")
    if not judged:
        return Outcome("", None, "no experiment of the published study is in the rebuild")
    return Outcome("", True, f"all {judged} means lie within the spread between seeds")


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce")


def _first(found: list[str]) -> str:
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f": {'; '.join(found[:SHOWN])}{more}" if found else ""
