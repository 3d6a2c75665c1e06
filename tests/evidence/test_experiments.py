import pandas as pd
import pytest
from conftest import runs, table_of

from denoising.evidence.experiments import experiment_table
from denoising.evidence.replicates import experiments_table


def test_one_row_an_experiment_by_hand():
    table = table_of(a=[0.4, 0.5, None], b=[0.3])
    a = table.loc["a"]
    assert (a["seeds"], a["failed"], a["code_elements"]) == (3, 1, 40)
    assert a["ours"] == pytest.approx(0.45)
    assert a["all_images"] == pytest.approx(0.55)  # the diverged run is in no average
    assert a["difference"] == pytest.approx(0.45 - 0.5)
    assert (a["min"], a["max"]) == (0.4, 0.5)
    assert (a["live_error"], a["dead_positions"], a["positions"]) == (0.3, 2, 16)
    assert table.index.tolist() == ["a", "b"]


def test_an_experiment_that_only_diverged_has_no_numbers():
    table = table_of(a=[None], c=[0.2])
    assert table.loc["a", ["seeds", "failed"]].tolist() == [1, 1]
    assert table.loc["a", ["ours", "psnr", "difference"]].isna().all()
    assert pd.isna(table.loc["c", "difference"])  # nothing is reported of it


def test_an_experiment_of_the_plan_that_has_no_run_yet():
    rows = runs(a=[0.4])
    about = {name: {"title": name, "reported": None} for name in ("a", "x")}
    table = experiment_table(rows, experiments_table(rows), about)
    assert table.loc["x", "seeds"] == 0
    assert table.loc["x", ["ours", "optimizer", "positions", "psnr"]].isna().all()
