"""The table of all runs."""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from denoising.config.keras_names import names
from denoising.declare import Inputs
from denoising.files import read_csv, read_json
from denoising.measures.lattice import half_learned
from denoising.measures.metrics import MEASURES
from denoising.measures.status import AVERAGED, COMPLETED, DEAD, NOT_BETTER

MEASURED = tuple(measure.name for measure in MEASURES.of("runs"))
RUN_COLUMNS = (
    "experiment", "seed", "method", "dataset", "train", "noise", "optimizer", "learning_rate",
    "loss", "batch_size", "architecture", "code_shape", "side_ratio", "code_elements",
    "input_elements", "parameters", "epochs", "status", *MEASURED, "chosen", "final_loss",
    "positions", "dead_positions", "half_learned", "dead_after_first_epoch", "revived",
    "last_revival", "died_later", "live_error", "predicted_error",
    "train_seconds", "fit_seconds", "denoise_seconds", "trained_by", "cost_seconds",
)  # fmt: skip
FLAT = 1e-6  # edge energy over that of the clean images


def code_shape(layers: list[dict[str, Any]]) -> tuple[int, ...]:
    """Shape of the code from a run's ``layers.json``."""
    text = next(layer["output_shape"] for layer in layers if layer["name"] == "code")
    return tuple(map(int, text.split("×")))


def learning_rate(optimizer: dict[str, Any]) -> float:
    """First step size of a configured optimizer, Keras' own where none is stated."""
    rate = {**names()["optimizers"][optimizer["name"]], **optimizer}["learning_rate"]
    if not isinstance(rate, dict):
        return rate
    return rate["values"][0] if "values" in rate else rate["initial_learning_rate"]


def middle_runs(runs: pd.DataFrame) -> dict[str, int]:
    """Find the run in the middle of each experiment's, by its error; the lower one of two.

    Returns
    -------
    dict
        Experiment → index of its row in ``runs.csv``; runs that are in no average come last.
    """
    ordered = runs.assign(failed=~runs["status"].isin(AVERAGED)).sort_values(
        ["failed", "relative_error_first10"], kind="stable"
    )
    return {
        name: own.index[(max(1, (~own["failed"]).sum()) - 1) // 2]
        for name, own in ordered.groupby("experiment", sort=False)
    }


def noise_name(noise: dict[str, Any]) -> str:
    """Name a noise and its arguments: ``gaussian 0.5``."""
    values = [value for key, value in noise.items() if key != "kind"]
    return " ".join(map(str, [noise["kind"], *values]))


def run_row(folder: Path) -> dict[str, Any]:
    """One row of ``runs.csv`` from the files of a run's folder."""
    config, metrics, cost = (
        read_json(folder / f"{name}.json") for name in ("config", "metrics", "cost")
    )
    row = {
        "experiment": config["experiment"],
        "seed": config["seed"],
        "method": config["method"]["name"],
        "dataset": config["data"]["dataset"],
        "train": config["data"]["train"],
        "noise": noise_name(config["noise"]),
        **cost,
        "status": ended(config, metrics),
        **{key: metrics[key] for key in ("epochs", *MEASURED)},
        "final_loss": metrics["loss"],
    }
    if (folder / "choices.csv").exists():
        row["chosen"] = chosen(read_csv(folder / "choices.csv"))
    if "training" in config:
        row |= _training(folder, config)
    row["trained_by"] = config["method"].get("experiment", row["experiment"])
    if (folder / "lattice.json").exists():
        row |= _lattice(read_json(folder / "lattice.json"))
    return row


def ended(config: dict[str, Any], metrics: dict[str, Any]) -> str:
    """Tell how a run ended.

    Outputs that are never exactly 0, such as a sigmoid's, can be black nonetheless: such a
    training is dead, too.
    """
    ratio = metrics["edge_ratio"]  # None where no clean image has an edge
    flat = "training" in config and ratio is not None and ratio < FLAT
    return DEAD if flat and metrics["status"] in (COMPLETED, NOT_BETTER) else metrics["status"]


def chosen(choices: pd.DataFrame) -> str:
    """Say which values were best on the held-out images: ``sigma = 1.5``."""
    values = choices.iloc[0].drop(["held_out_error", "seconds"])
    return ", ".join(f"{key} = {value}" for key, value in values.items())


def _training(folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    layers = read_json(folder / "layers.json")
    shape = code_shape(layers)
    input_shape = config["architecture"]["input_shape"]
    return {
        "optimizer": config["optimizer"]["name"],
        "learning_rate": learning_rate(config["optimizer"]),
        "loss": config["loss"]["name"],
        "batch_size": config["training"]["batch_size"],
        "architecture": config["architecture"]["name"],
        "code_shape": "×".join(map(str, shape)),
        "side_ratio": f"{shape[0]}/{input_shape[0]}" if len(shape) == 3 else None,
        "code_elements": prod(shape),
        "input_elements": prod(input_shape),
        "parameters": sum(layer["parameters"] for layer in layers),
        "train_seconds": round(read_csv(folder / "history.csv")["seconds"].sum(), 1),
    }


def _lattice(lattice: dict[str, Any]) -> dict[str, Any]:
    positions = lattice["positions"]
    return {
        "positions": lattice["rows"] * lattice["columns"],
        "dead_positions": lattice["dead"],
        "half_learned": half_learned(
            np.array(positions["error"], dtype=float),  # null is NaN
            np.array(positions["dead"]),
        ),
        "dead_after_first_epoch": lattice["revival"]["first"],
        "revived": lattice["revival"]["revived"],
        "last_revival": lattice["revival"]["last"],
        "died_later": lattice["revival"]["died"],
        "live_error": lattice["live_error"],
        "predicted_error": lattice["predicted_error"],
    }


def runs_table(folders: list[Path]) -> pd.DataFrame:
    """All runs, one row each, in the order given; the columns are `RUN_COLUMNS`."""
    table = pd.DataFrame([run_row(folder) for folder in folders], columns=list(RUN_COLUMNS))
    return table.assign(cost_seconds=cost_seconds(table))


def cost_seconds(runs: pd.DataFrame) -> pd.Series:
    """Return what each run's denoiser cost, in processor seconds.

    That is its training's, whichever experiment trained it, or what its fitting took; missing
    where the run that trained it is not there.
    """
    own = runs["train_seconds"].fillna(runs["fit_seconds"])
    by_run = own.set_axis(pd.MultiIndex.from_frame(runs[["experiment", "seed"]]))
    trained_by = pd.MultiIndex.from_frame(runs[["trained_by", "seed"]])
    return by_run.reindex(trained_by).set_axis(runs.index)


def runs(inputs: Inputs) -> pd.DataFrame:
    """Make ``runs.csv``."""
    return runs_table([inputs.folder(*run) for run in inputs.facets["runs"]])
