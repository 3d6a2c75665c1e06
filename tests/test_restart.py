"""Trainings and rebuilds that are killed at random moments end as if they never had been."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import psutil
import pytest
from conftest import ROOT
from test_training import run_of

KILLS = 12  # of each of the two optimizers
SECONDS = (2.0, 7.0)  # after the start; importing TensorFlow takes the first three or so
EPOCHS = 150


@pytest.fixture
def arrays(tmp_path):
    clean = np.random.default_rng(0).random((500, 8, 8, 1), dtype=np.float32)
    np.save(tmp_path / "train.npy", clean)
    np.save(tmp_path / "test.npy", clean[:100])
    return tmp_path


def start(run, arrays, folder):
    """Start the training program on an empty output folder, as Snakemake does."""
    shutil.rmtree(folder / "run", ignore_errors=True)
    (folder / "run").mkdir(parents=True)
    with (folder / "log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, ROOT / "workflow" / "scripts" / "train.py",
             "--run", json.dumps(run), "--clean", arrays, "--noisy", arrays,
             "--checkpoints", folder / "checkpoints", "--output", folder / "run"],
            stdout=log, stderr=log,
        )  # fmt: skip


def results(folder):
    weights = keras.models.load_model(folder / "model.keras").get_weights()
    return weights, pd.read_csv(folder / "history.csv").drop(columns="seconds")


def assert_same(folder, expected):
    (weights, history), (other_weights, other_history) = results(folder), results(expected)
    assert all(np.array_equal(a, b) for a, b in zip(weights, other_weights, strict=True))
    pd.testing.assert_frame_equal(history, other_history, check_exact=True)


@pytest.mark.parametrize("optimizer", ["adam", "adagrad"])
def test_killed_trainings(optimizer, arrays, tmp_path):
    run = run_of(epochs=EPOCHS, optimizer={"name": optimizer})
    moments = random.Random(optimizer)
    whole = start(run, arrays, tmp_path / "whole")  # beside the killed ones: another load
    folder, kills, finished = tmp_path / "killed", 0, 0
    while kills < KILLS:
        process = start(run, arrays, folder)
        try:
            assert process.wait(moments.uniform(*SECONDS)) == 0
            finished += 1
            shutil.rmtree(folder / "checkpoints")  # it begins anew
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert start(run, arrays, folder).wait() == 0
    assert whole.wait() == 0
    assert "going on from the checkpoint" in (folder / "log").read_text()
    assert_same(folder / "run", tmp_path / "whole" / "run")


# --- the whole workflow ---

TARGETS = [f"results/tiny/runs/{name}/seed-0/metrics.json" for name in ("baseline", "sgd")]
LONGER = ("--config", "training={epochs: 400}")


def snakemake(project):
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "2", *TARGETS,
         "--configfile", "tests/tiny.yaml", "mine.yaml"],
        cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
