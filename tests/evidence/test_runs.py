import json
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT
from handmade import SKIP, lay, settings

from denoising.declare import Inputs
from denoising.evidence.runs import (
    RUN_COLUMNS,
    code_shape,
    cost_seconds,
    ended,
    learning_rate,
    noise_name,
    run_row,
    runs,
    runs_table,
)

REQUIRED = {
    "experiment", "seed", "method", "dataset", "train", "noise", "batch_size", "optimizer",
    "learning_rate", "loss", "architecture", "code_elements", "parameters", "epochs", "status",
    "relative_error_first10", "relative_error_first10_max", "relative_error", "relative_error_sd",
    "relative_error_noisy", "share_under_limit", "psnr", "ssim", "edge_ratio", "final_loss",
    "val_loss", "roughness", "positions", "dead_positions", "live_error", "predicted_error",
    "train_seconds", "fit_seconds", "denoise_seconds",
}  # fmt: skip
LATTICE = [
    "positions",
    "dead_positions",
    "half_learned",
    "revived",
    "live_error",
    "predicted_error",
]
TRAINING = [
    "optimizer",
    "loss",
    "architecture",
    "code_shape",
    "epochs",
    "train_seconds",
    "batch_size",
]


def test_a_trained_run(tmp_path):
    row = run_row(lay(tmp_path, "some", 3, settings(), dead=1))
    assert (row["experiment"], row["seed"], row["status"]) == ("some", 3, "completed")
    assert (row["method"], row["dataset"], row["train"]) == ("autoencoder", "mnist", 100)
    assert row["noise"] == "gaussian 0.5"
    assert (row["optimizer"], row["learning_rate"], row["loss"]) == (
        "adam",
        0.001,
        "mean_squared_error",
    )
    assert (row["batch_size"], row["epochs"]) == (10, 6)
    assert (row["final_loss"], row["val_loss"]) == (0.2, 0.25)
    assert (row["code_shape"], row["side_ratio"]) == ("4×4×2", "4/8")
    assert (row["code_elements"], row["input_elements"], row["parameters"]) == (32, 64, 29)
    assert (row["positions"], row["dead_positions"], row["live_error"]) == (4, 1, 0.3)
    assert (row["revived"], row["last_revival"], row["died_later"]) == (1, 3, 0)
    assert row["trained_by"] == "some"
    assert row["train_seconds"] == 3.0  # six epochs of half a second
    assert (row["fit_seconds"], row["denoise_seconds"]) == (3.0, 0.001)


def test_half_learned_positions_live_and_miss_most(tmp_path):
    folder = lay(tmp_path, "some", 0, settings())
    lattice = json.loads((folder / "lattice.json").read_text())
    lattice["positions"] = {
        "error": [[0.2, 0.8], [None, 1]],
        "dead": [[False, False], [False, True]],
    }
    (folder / "lattice.json").write_text(json.dumps(lattice))
    assert run_row(folder)["half_learned"] == 1  # 0.8² > ½; the 1 is dead


def test_a_method_without_training(tmp_path):
    [row] = runs_table([lay(tmp_path, "f", 0, settings("median-filter", size=3))]).to_dict(
        "records"
    )
    assert (row["method"], row["status"], row["parameters"]) == ("median-filter", "completed", 0)
    assert row["relative_error"] == pytest.approx(0.4145)  # 0.4, 0.401, … 0.429
    assert all(pd.isna(row[column]) for column in [*LATTICE, *TRAINING, "val_loss", "final_loss"])
    assert row["cost_seconds"] == row["fit_seconds"]


def test_what_was_trained_elsewhere_costs_what_that_took():
    runs = pd.DataFrame(
        [
            ["net", 0, "net", 60.0, 61.0],
            ["net", 1, "net", 80.0, 81.0],
            ["shifted", 1, "net", None, 0.1],
            ["shifted", 2, "net", None, 0.1],  # that seed of `net` is not there
            ["filter", 0, "filter", None, 2.0],
        ],
        columns=["experiment", "seed", "trained_by", "train_seconds", "fit_seconds"],
    )
    found = cost_seconds(runs)
    assert list(found.iloc[[0, 1, 2, 4]]) == [60, 80, 80, 2]
    assert pd.isna(found[3])


def test_a_skip_has_no_lattice_and_all_else(tmp_path):
    [row] = runs_table([lay(tmp_path, "s", 0, settings(architecture=SKIP))]).to_dict("records")
    assert (row["architecture"], row["parameters"], row["epochs"]) == ("skip", 29, 6)
    assert all(pd.isna(row[column]) for column in LATTICE)
    assert not any(pd.isna(row[column]) for column in [*TRAINING, "val_loss", "psnr"])


@pytest.mark.parametrize(
    ("about", "ratio", "status"),
    [
        (settings(), 0.0, "dead"),
        (settings(), 1e-9, "dead"),  # of a sigmoid, which is never exactly 0
        (settings(), 1e-5, "completed"),
        (settings(), None, "completed"),  # no clean image has an edge
        (settings("black"), 0.0, "completed"),
        (settings("gaussian-filter", sigma=99.0), 1e-9, "completed"),
    ],
)
def test_only_what_is_trained_can_be_dead(tmp_path, about, ratio, status):
    assert run_row(lay(tmp_path, "a", 0, about, edge_ratio=ratio))["status"] == status


def test_the_table_has_every_required_column(tmp_path):
    folders = [lay(tmp_path, "a", seed, settings()) for seed in (1, 0)]
    table = runs_table(folders)
    assert tuple(table.columns) == RUN_COLUMNS
    assert len(set(RUN_COLUMNS)) == len(RUN_COLUMNS)
    assert set(table.columns) >= REQUIRED
    assert table["seed"].tolist() == [1, 0]
    assert not table.drop(columns=["held_out_error", "chosen"]).isna().any(axis=None)
    pd.testing.assert_frame_equal(runs(Inputs(tmp_path, {"runs": [["a", 1], ["a", 0]]})), table)


def test_without_runs_there_is_a_heading(tmp_path):
    assert tuple(runs(Inputs(tmp_path, {"runs": []})).columns) == RUN_COLUMNS


def test_a_diverged_runs_numbers_are_missing_and_not_zero(tmp_path):
    row = run_row(lay(tmp_path, "a", 0, settings(), status="diverged"))
    assert row["status"] == "diverged"
    for column in ("relative_error", "psnr", "val_loss", "dead_positions", "live_error"):
        assert row[column] is None
    assert row["relative_error_noisy"] == 1.1  # of what went in


NEW = """
from denoising.measures.metrics import MEASURES

for name, tables in (("sharpness", ("runs", "experiments", "comparisons")), ("hidden", ())):
    MEASURES.register(name, head={}, title={}, tables=tables)(lambda run: None)

import sys
from pathlib import Path

from denoising.evidence import replicates, runs

row = runs.runs_table([Path(sys.argv[1])]).iloc[0]
print(row["sharpness"], "hidden" in row)
print("sharpness" in replicates.SUMMARISED, "sharpness" in replicates.COMPARED)
"""


def test_a_new_measure_is_in_the_tables_that_it_names(tmp_path):
    folder = lay(tmp_path, "a", 0, settings(), sharpness=7.5, hidden=1)
    done = subprocess.run(
        [sys.executable, "-c", NEW, folder], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT / "workflow" / "scripts")},
    )  # fmt: skip
    assert done.stdout == "7.5 False\nTrue True\n", done.stderr


def test_code_shape():
    assert code_shape(
        [{"name": "a", "output_shape": "9"}, {"name": "code", "output_shape": "32"}]
    ) == (32,)


def test_a_noise_is_named_with_its_arguments():
    noise = {"kind": "salt-and-pepper", "amount": 0.1, "salt": 0.5}
    assert noise_name(noise) == "salt-and-pepper 0.1 0.5"


def test_an_unstated_learning_rate_is_keras_own():
    assert learning_rate({"name": "adam"}) == 0.001
    assert learning_rate({"name": "adam", "learning_rate": 2}) == 2


def test_the_learning_rate_of_a_schedule_is_its_first():
    cosine = {"name": "cosine_decay", "initial_learning_rate": 0.3, "decay_steps": 9}
    assert learning_rate({"name": "sgd", "learning_rate": cosine}) == 0.3
    steps = {"name": "piecewise_constant_decay", "boundaries": [5], "values": [0.2, 0.1]}
    assert learning_rate({"name": "sgd", "learning_rate": steps}) == 0.2


@pytest.mark.parametrize(
    ("status", "edge_ratio", "expected"),
    [
        ("completed", 0.9, "completed"),
        ("completed", 1e-9, "dead"),  # black, though never exactly 0
        ("not-better", 1e-9, "dead"),
        ("diverged", None, "diverged"),
        ("completed", None, "completed"),  # no clean image has an edge
    ],
)
def test_how_a_training_ended(status, edge_ratio, expected):
    metrics = {"status": status, "edge_ratio": edge_ratio}
    assert ended(settings(), metrics) == expected
    assert ended(settings("black"), metrics) == status
