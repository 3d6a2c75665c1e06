import json

import pandas as pd
import pytest

from denoising.evidence.runs import RUN_COLUMNS, code_shape, learning_rate, run_row, runs_table

REQUIRED = [
    "experiment",
    "seed",
    "optimizer",
    "learning_rate",
    "loss",
    "architecture",
    "code_elements",
    "parameters",
    "epochs",
    "status",
    "relative_error_first10",
    "relative_error",
    "psnr",
    "ssim",
    "val_loss",
    "train_seconds",
]


@pytest.fixture
def run(tmp_path):
    def write(name, content):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))

    write("config", {
        "experiment": "some", "seed": 3, "optimizer": {"name": "adam", "learning_rate": 0.5},
        "loss": {"name": "huber"}, "architecture": {"name": "tiny", "input_shape": [8, 8, 1]},
    })  # fmt: skip
    write("layers", [
        {"name": "code", "layer": "Conv2D", "output_shape": "3×3×2", "parameters": 20},
        {"name": "decoder_1", "layer": "Conv2DTranspose", "output_shape": "8×8×1", "parameters": 32},
    ])  # fmt: skip
    write("metrics", {
        "status": "completed", "epochs": 2, "images": 10, "relative_error_first10": 0.4,
        "relative_error": 0.5, "relative_error_sd": 0.1, "share_under_limit": 0.6, "psnr": 12.0,
        "ssim": 0.7, "loss": 0.2, "val_loss": 0.25,
        "relative_error_first10_max": 0.9, "relative_error_noisy": 1.1, "edge_ratio": 0.8,
        "roughness": 0.1, "relative_error_quantiles": {},
    })  # fmt: skip
    write("lattice", {
        "rows": 2, "columns": 3, "dead": 1, "never_on": 1, "live_error": 0.3,
        "predicted_error": 0.5,
        "positions": {"error": [[0.2, 0.8, None], [0.3, 0.9, 1]],
                      "dead": [[False, False, False], [False, False, True]]},
        "revival": {"first": 3, "revived": 2, "last": 2, "died": 0},
    })  # fmt: skip
    history = "epoch,loss,val_loss,seconds\n1,0.3,0.3,1.25\n2,0.2,0.25,1.5\n"
    (tmp_path / "history.csv").write_text(history)
    return tmp_path


def test_a_run_whose_output_is_flat_is_dead(run):
    metrics = json.loads((run / "metrics.json").read_text())
    (run / "metrics.json").write_text(json.dumps({**metrics, "edge_ratio": 1e-9}))
    assert run_row(run)["status"] == "dead"


def test_run_row(run):
    row = run_row(run)
    assert row["experiment"] == "some"
    assert row["learning_rate"] == 0.5
    assert row["loss"] == "huber"
    assert row["final_loss"] == 0.2
    assert row["code_shape"] == "3×3×2"
    assert row["side_ratio"] == "3/8"
    assert row["code_elements"] == 18
    assert row["input_elements"] == 64
    assert (row["positions"], row["dead_positions"]) == (6, 1)
    assert row["half_learned"] == 2  # 0.8 and 0.9; the 1 is dead
    assert row["parameters"] == 52
    assert row["train_seconds"] == 2.8  # 2.75, to one digit


def test_table_has_every_required_column(run):
    table = runs_table([run, run])
    assert tuple(table.columns) == RUN_COLUMNS
    assert set(REQUIRED) <= set(table.columns)
    assert len(table) == 2
    assert not table.isna().any(axis=None)


def test_a_diverged_runs_numbers_are_missing_and_not_zero(run):
    metrics = json.loads((run / "metrics.json").read_text())
    numbers = {k: None for k, v in metrics.items() if isinstance(v, float)}
    (run / "metrics.json").write_text(json.dumps({**metrics, **numbers, "status": "diverged"}))
    row = runs_table([run]).iloc[0]
    assert row["status"] == "diverged"
    assert pd.isna(row["relative_error"])


def test_code_shape():
    assert code_shape(
        [{"name": "a", "output_shape": "9"}, {"name": "code", "output_shape": "32"}]
    ) == (32,)


def test_an_unstated_learning_rate_is_keras_own():
    assert learning_rate({"name": "adam"}) == 0.001
    assert learning_rate({"name": "adam", "learning_rate": 2}) == 2


def test_the_learning_rate_of_a_schedule_is_its_first():
    cosine = {"name": "cosine_decay", "initial_learning_rate": 0.3, "decay_steps": 9}
    assert learning_rate({"name": "sgd", "learning_rate": cosine}) == 0.3
    steps = {"name": "piecewise_constant_decay", "boundaries": [5], "values": [0.2, 0.1]}
    assert learning_rate({"name": "sgd", "learning_rate": steps}) == 0.2
