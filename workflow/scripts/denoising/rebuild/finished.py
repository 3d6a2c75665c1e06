"""Which runs are finished: what their own files say, whether or not Snakemake remembers them.

A run is finished when its files were made from what the configuration and the code say now.
Snakemake then takes them as they are: no date, no copy and no missing data set trains it again.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from denoising.files import ASIDE, RECORD, TRAINING, parse_json

PORTRAIT = "portrait.npz"  # only where a study asks for it
# What tables, figures and page read of a run. The rest (weights, trajectory, all outputs) only
# serves to measure it again.
SHOWN = (
    "config.json", "environment.json", "layers.json", "history.csv", "metrics.json", "cost.json",
    "images.csv", "pictures.npz", "epochs.csv", "lattice.json", "codes.csv", "choices.csv",
    "told.json", PORTRAIT,
)  # fmt: skip

# The files by whose absence Snakemake knows that a run is to be trained, and to be measured.
SENTINELS = ("model.keras", "metrics.json")
# What a training leaves, and an evaluation cannot do without; `training.json` vouches for it.
TRAINED = ("model.keras", "trajectory.npz", "history.csv", "layers.json")
# What an evaluation leaves, whatever the method.
MEASURED = (
    "metrics.json", "cost.json", "images.csv", "decoded.npz", "pictures.npz", "epochs.csv",
    "lattice.json", "codes.csv", "choices.csv", "told.json", PORTRAIT,
)  # fmt: skip
SET_ASIDE = tuple(f"{name}{ASIDE}" for name in SENTINELS)
# What a new training finds of another, and deletes.
LEFT = (TRAINING, "environment.json", *TRAINED, *MEASURED, *SET_ASIDE)


class Wanted(NamedTuple):
    """What a run has to be made from.

    Attributes
    ----------
    config : str
        The text of its ``config.json``.
    training : str
        Digest of the code that decides the bits of its training; empty where there is none.
    evaluation : str
        Digest of the code that measures it.
    model : str
        SHA-256 of the model that it takes from another run; empty where it takes none, or where
        that is not there.
    portrait : bool
        Whether a study draws what it learned.
    """

    config: str
    training: str
    evaluation: str
    model: str = ""
    portrait: bool = False


class State(NamedTuple):
    """Where a run stands.

    Attributes
    ----------
    trained : bool
        Its training is done, as wanted.
    finished : bool
        All is done, as wanted.
    other : str
        Why what is there is not what is wanted; empty if nothing is there, or all is well.
    """

    trained: bool
    finished: bool
    other: str = ""


NOTHING_THERE = State(trained=False, finished=False)


def config_text(run: Mapping[str, Any]) -> str:
    """Write the ``config.json`` of a run: a resolved experiment with its seed."""
    return json.dumps(run, indent=2, sort_keys=True) + "\n"


def state(folder: Path, wanted: Wanted) -> State:
    """Tell where a run stands.

    Of its files, sizes are compared with its records; what reads them compares checksums.

    Parameters
    ----------
    folder : Path
        Of the run.
    wanted : Wanted
    """
    there = {entry.name: entry for entry in os.scandir(folder)} if folder.exists() else {}
    if there.keys().isdisjoint(("config.json", *SENTINELS)):
        return NOTHING_THERE
    try:
        config = (folder / "config.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return State(False, False, "its config.json cannot be read")
    if config != wanted.config:
        return State(False, False, "its config.json is another configuration's")
    record = _read(folder / RECORD) if RECORD in there else {}
    training = _read(folder / TRAINING) or record  # older runs have one record of both
    trained = training.get("training") == wanted.training and all(
        name in training["files"] and not _fault(name, there, training) for name in TRAINED
    )
    if RECORD not in there:
        if "model.keras" in there and not trained:
            return State(False, False, "its training is of other code, or not whole")
        cut_short = "its measuring was cut short" if "metrics.json" in there else ""
        return State(trained, False, cut_short)
    if not record:
        return State(trained, False, "its record.json is damaged")
    if record.get("training") != wanted.training:
        return State(trained, False, "it was trained by other code")
    if record.get("evaluation") != wanted.evaluation:
        return State(trained, False, "it was measured by other code")
    if wanted.model and record.get("model") != wanted.model:
        return State(trained, False, "it was measured with another model")
    if wanted.portrait and PORTRAIT not in record["files"]:
        return State(trained, False, "what it learned was not measured")
    if "metrics.json" not in there:
        return State(trained, False)
    faults = (_fault(name, there, record) for name in SHOWN if name in record["files"])
    if fault := next(filter(None, faults), ""):
        return State(trained, False, fault)
    return State(trained, True)


def model_digest(folder: Path) -> str:
    """Return the SHA-256 of a run's model as its training recorded it; empty if it did not."""
    return (_read(folder / TRAINING) or {"files": {}})["files"].get("model.keras", "")


def settled(folder: Path, wanted: Wanted, change: bool) -> State:
    """Tell where a run stands, and see to it that Snakemake makes what is not as wanted.

    What was made from something else is set aside under another name, so that it counts as missing
    even where Snakemake has no record of it; and taken back when it is wanted again.

    Parameters
    ----------
    folder, wanted
        As of `state`.
    change : bool
        Whether names may be changed: nobody else is at work, and runs are to be made.
    """
    found = state(folder, wanted)
    if not change or found.finished:
        return found
    aside = [path for name in SENTINELS if (path := folder / f"{name}{ASIDE}").exists()]
    if aside:
        for path in aside:
            own = path.with_name(path.name.removesuffix(ASIDE))
            if not own.exists():  # else what is there came after it
                path.replace(own)
        found = state(folder, wanted)
    if found.other:
        for name in SENTINELS[found.trained :]:
            if (folder / name).exists():
                (folder / name).replace(folder / f"{name}{ASIDE}")
    return found


def _fault(name: str, there: Mapping[str, os.DirEntry[str]], record: Mapping[str, Any]) -> str:
    """Tell what is wrong with a file that a record lists; empty if nothing is."""
    if name not in there:
        return f"{name} is missing"
    size = record.get("sizes", {}).get(name)  # older records have none
    if size is not None and there[name].stat().st_size != size:
        return f"{name} is damaged (another size than was written)"
    return ""


def _read(path: Path) -> dict[str, Any]:
    """Read a record that may be damaged: then it says nothing."""
    try:
        content = parse_json(path.read_bytes())
        whole = isinstance(content["files"], dict) and isinstance(content.get("sizes", {}), dict)
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return content if whole else {}
