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

import keras
import numpy as np
import pandas as pd
import psutil
import pytest
from conftest import ROOT, copy_checkout, copy_data
from test_fit import run_of

KILLS = 6  # of each of two trainings
SECONDS = 0.5  # at most, after a process' first checkpoint
EPOCHS = 150


RUN, CHECKPOINTS = "runs/x/seed-0", "checkpoints/x/seed-0"


@pytest.fixture
def arrays(tmp_path):
    clean = np.random.default_rng(0).random((500, 8, 8, 1), dtype=np.float32)
    for folder in (tmp_path / "clean", tmp_path / "noisy" / "seed-0"):
        folder.mkdir(parents=True)
        np.save(folder / "train.npy", clean)
        np.save(folder / "test.npy", clean[:100])
    return tmp_path


def start(run, arrays, folder, *options):
    """Start the training program on an empty output folder, as Snakemake does."""
    shutil.rmtree(folder / RUN, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    settings = folder / "settings.json"
    settings.write_text(json.dumps(run))
    with (folder / "log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, ROOT / "workflow" / "scripts" / "train.py",
             "--settings", settings, "--seed", "0", "--code", "abc",
             "--clean", arrays / "clean", "--noisy", arrays / "noisy",
             "--results", folder, *options],
            stdout=log, stderr=log,
        )  # fmt: skip


def results(folder):
    weights = keras.models.load_model(folder / "model.keras").get_weights()
    return weights, pd.read_csv(folder / "history.csv").drop(columns="seconds")


def assert_same(folder, expected):
    (weights, history), (other_weights, other_history) = results(folder), results(expected)
    assert all(np.array_equal(a, b) for a, b in zip(weights, other_weights, strict=True))
    pd.testing.assert_frame_equal(history, other_history, check_exact=True)


def wait_for_checkpoint(process, folder):
    """Wait until this process has written one; return whether it still runs."""
    checkpoints, before = folder / CHECKPOINTS, None
    while process.poll() is None:
        now = sorted(path.name for path in checkpoints.glob("*.checkpoint"))
        before = now if before is None else before
        if now != before:
            return True
        time.sleep(0.005)
    return False


def train_and_kill(run, arrays, folder):
    """Train until `KILLS` processes were killed, and then to the end."""
    moments, kills = random.Random(0), 0
    while kills < KILLS:
        process = start(run, arrays, folder)
        if wait_for_checkpoint(process, folder):
            time.sleep(moments.uniform(0, SECONDS))
            process.kill()
        if process.wait() == 0:
            shutil.rmtree(folder / CHECKPOINTS)  # it was too fast: once more
        else:
            assert process.returncode == -signal.SIGKILL
            kills += 1
    assert start(run, arrays, folder).wait() == 0


def test_killed_trainings(arrays, tmp_path):
    """Twelve kills in all, of two trainings side by side."""
    averaged = {"name": "adagrad", "use_ema": True}
    runs = {
        "adam": run_of(epochs=EPOCHS, optimizer={"name": "adam"}),
        "more": run_of(epochs=EPOCHS, optimizer=averaged, training={"fresh_noise": True}),
    }
    with ThreadPoolExecutor() as pool:
        killed = [
            pool.submit(train_and_kill, run, arrays, tmp_path / name) for name, run in runs.items()
        ]
        for one in killed:
            one.result()
    for name, run in runs.items():
        assert start(run, arrays, tmp_path / f"{name}-whole").wait() == 0
        assert "going on from the checkpoint" in (tmp_path / name / "log").read_text()
        assert_same(tmp_path / name / RUN, tmp_path / f"{name}-whole" / RUN)


# --- the whole workflow ---

RUNS = [f"results/tiny/runs/{name}/seed-0" for name in ("baseline", "sgd")]
LONGER = """
defaults:
  data: {train: 200}
  training: {epochs: 60}
"""


@pytest.fixture
def longer(project):
    """A project whose two runs train for some seconds."""
    (project.folder / "longer.yaml").write_text(LONGER)
    return project


def command(cores):
    targets = [f"{run}/metrics.json" for run in RUNS]
    files = ["--configfile", "tests/tiny.yaml", "longer.yaml"]
    return [sys.executable, "-m", "snakemake", "--cores", cores, *targets, *files]


def rebuild_until(project, epochs):
    """Start a rebuild; return it when a training has done so many epochs more than it had."""

    def done():
        histories = [project.folder / run / "history.csv" for run in RUNS]
        return sum(len(path.read_text().splitlines()) for path in histories if path.exists())

    log = (project.folder / "log").open("a")
    process = subprocess.Popen(
        command("2"), cwd=project.folder, stdout=log, stderr=log, start_new_session=True
    )
    while process.poll() is None and done() < epochs:
        time.sleep(0.05)
    assert process.poll() is None, (project.folder / "log").read_text()
    return process


def trainings(process):
    return [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if "train.py" in " ".join(child.cmdline()) and "python" in child.name()
    ]


def kill_tree(process):
    """As a power cut: everything at once."""
    for one in [*psutil.Process(process.pid).children(recursive=True), process]:
        one.kill()
    process.wait()


def test_killed_rebuilds(longer, tmp_path, mnist):
    process = rebuild_until(longer, 10)
    trainings(process)[0].kill()  # a job: the other run goes on to its end
    assert process.wait() != 0

    process = rebuild_until(longer, 80)
    left_over = trainings(process)
    process.kill()  # Snakemake alone: the training lives on
    process.wait()
    assert left_over
    assert all(one.is_running() for one in left_over)

    kill_tree(rebuild_until(longer, 100))
    subprocess.run(command("2"), cwd=longer.folder, check=True)
    assert not list((longer.folder / "results/tiny/checkpoints").glob("*/*"))
    assert not any(one.is_running() for one in left_over)

    other = copy_checkout(tmp_path / "other")
    copy_data(mnist, other)
    (other.folder / "longer.yaml").write_text(LONGER)
    subprocess.run(command("1"), cwd=other.folder, check=True)
    for run in RUNS:
        assert_same(longer.folder / run, other.folder / run)
        for file in ("metrics.json", "images.csv", "layers.json"):
            assert (longer.folder / run / file).read_bytes() == (
                other.folder / run / file
            ).read_bytes()


def test_ctrl_c_says_in_one_line_how_to_go_on(longer):
    process = rebuild_until(longer, 2)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    assert process.wait() != 0
    said = (longer.folder / "log").read_text().splitlines()
    assert "the same command goes on from here" in said[-1]
    assert not [line for line in said if "failed" in line or "Error" in line]


@pytest.mark.parametrize(
    "more", [{}, {"early_stopping": {"patience": 2, "min_delta": 0.0, "restore_best": True}}]
)
def test_a_longer_run_goes_on_from_a_shorter_one_as_if_it_had_begun_anew(arrays, tmp_path, more):
    """Successive halving trains no epoch twice: weights, losses and trajectory are the same."""
    averaged = {"name": "adagrad", "use_ema": True, "ema_overwrite_frequency": None}
    training = {"fresh_noise": True, **more}
    short, long = (run_of(epochs=n, optimizer=averaged, training=training) for n in (3, 7))
    short["experiment"] = "y"
    rungs = tmp_path / "rungs.json"
    rungs.write_text('{"x": "y"}')
    assert start(short, arrays, tmp_path / "own", "--rungs", rungs).wait() == 0
    assert start(long, arrays, tmp_path / "own", "--rungs", rungs).wait() == 0
    assert "going on from the checkpoint of epoch 3" in (tmp_path / "own" / "log").read_text()
    assert not (tmp_path / "own" / "rungs" / "x").exists()  # nothing stands above it
    assert start(long, arrays, tmp_path / "whole").wait() == 0
    assert_same(tmp_path / "own" / RUN, tmp_path / "whole" / RUN)
    found, expected = (np.load(tmp_path / of / RUN / "trajectory.npz") for of in ("own", "whole"))
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])
