import os

import pandas as pd
import pytest
from time_budget import EPOCHS, job_seconds, latest, time_budget


def write(path, seconds, memory):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:01\t{memory}\n")


@pytest.fixture
def results(tmp_path):
    write(tmp_path / "benchmarks/train/sgd/seed-0.tsv", 50, 900)
    write(tmp_path / "benchmarks/train/sgd/seed-1.tsv", 20, 1000)  # only the last part of it
    write(tmp_path / "benchmarks/evaluate/sgd/seed-0.tsv", 6, 700)
    write(tmp_path / "benchmarks/tabulate_runs.tsv", 4, 50)
    for seed in (0, 1):
        history = tmp_path / f"runs/sgd/seed-{seed}/history.csv"
        history.parent.mkdir(parents=True)
        history.write_text("epoch,loss,val_loss,seconds\n1,.5,.5,20\n2,.4,.4,25\n")
    return tmp_path


def test_the_folder_in_which_a_job_ended_last(tmp_path):
    assert latest(tmp_path) == tmp_path
    for ended, folder in ((100, tmp_path), (200, tmp_path / "quick")):
        path = folder / "benchmarks" / "tabulate_runs.tsv"
        write(path, 1, 1)
        os.utime(path, (ended, ended))
    assert latest(tmp_path) == tmp_path / "quick"


def test_budget_by_stage(results):
    table = time_budget(job_seconds(results))
    expected = pd.DataFrame(
        {
            "jobs": [2, 1, 2, 1],
            "seconds": [90.0, 6.0, 5.0, 4.0],
            "share": [90 / 105, 6 / 105, 5 / 105, 4 / 105],
            "memory": [1000.0, 700.0, 1000.0, 50.0],
        },
        index=pd.Index(
            [EPOCHS, "evaluate", "train: all around the epochs", "tabulate_runs"], name="stage"
        ),
    )
    pd.testing.assert_frame_equal(table, expected)


def test_nothing_measured_yet(tmp_path):
    assert job_seconds(tmp_path).empty
