import numpy as np
import pandas as pd
import pytest

from denoising.evidence.replicates import comparisons_table, experiments_table, paired, verdict


def runs_of(seeds=8, **errors):
    """Runs of experiments whose error is that of the seed plus something of their own."""
    luck = np.random.default_rng(0).normal(0, 0.1, seeds)
    rows = [
        {
            "experiment": name, "seed": seed, "status": "completed",
            "relative_error_first10": 0.5 + luck[seed] + own, "relative_error": 0.5 + own,
            "psnr": 12.0, "ssim": 0.5, "share_under_limit": 0.75, "val_loss": np.nan,
            "live_error": 0.3, "dead_positions": seed % 3,
        }
        for name, own in errors.items()
        for seed in range(seeds)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def row(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_experiments_by_hand():
    runs = runs_of(seeds=4, a=0.0)
    runs["relative_error"] = [0.1, 0.2, 0.3, 0.8]
    runs.loc[3, "status"] = "diverged"
    found = row(experiments_table(runs), experiment="a", measure="relative_error")
    assert (found["runs"], found["count"], found["diverged"], found["dead"]) == (4, 3, 1, 0)
    assert found["mean"] == pytest.approx(0.2)
    assert found["median"] == 0.2
    assert np.isnan(found["low"])  # of three
    assert found["sd"] == pytest.approx(0.1)
    assert (found["min"], found["max"]) == (0.1, 0.3)


def test_measures_are_those_that_say_so_and_two_of_the_lattice():
    table = experiments_table(runs_of(a=0.0))
    assert table["measure"].tolist() == [
        "relative_error_first10", "relative_error", "psnr", "ssim", "share_under_limit", "val_loss",
        "live_error", "dead_positions",
    ]  # fmt: skip
    assert row(table, measure="share_under_limit")["mean"] == 0.75
    assert row(table, measure="val_loss")["count"] == 0  # a method that is not trained
    compared = comparisons_table(runs_of(a=0.0, b=0.1), {"s": [("a", "b")]})
    assert compared["measure"].tolist() == [
        "relative_error_first10",
        "relative_error",
        "live_error",
    ]


def test_pairing_takes_the_luck_of_the_seed_out():
    """A small difference under a large common spread is found, since the seeds are shared."""
    runs = runs_of(a=0.0, b=0.01)
    table = comparisons_table(runs, {"s": [("a", "b")]})
    found = row(table, measure="relative_error_first10")
    assert found["difference"] == pytest.approx(-0.01)
    assert found["p"] == pytest.approx(2 / 2**8)
    assert found["verdict"] == "lower"
    assert 0.4 < found["superiority"] < 0.8  # yet a single run of each says little
    assert row(table, measure="live_error")["verdict"] == "no difference shown"


def test_holm_counts_the_pairs_of_a_study():
    runs = runs_of(a=0.0, b=0.01, c=0.02)
    table = comparisons_table(runs, {"s": [("a", "b"), ("a", "c"), ("b", "c")]})
    family = table[table["measure"] == "relative_error_first10"]
    assert family[["a", "b"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert family["p_holm"].tolist() == pytest.approx([3 * 2 / 2**8] * 3)


def test_too_few_seeds_never_differ_and_are_never_equal():
    runs = runs_of(seeds=5, a=0.0, b=0.3)
    table = comparisons_table(runs, {"s": [("a", "b")]})
    assert set(table["verdict"]) == {"not enough replicates"}


def test_only_seeds_that_both_completed_are_paired():
    runs = runs_of(seeds=3, a=0.0, b=0.0)
    runs.loc[(runs["experiment"] == "b") & (runs["seed"] == 1), "status"] = "dead"
    assert paired(runs, "relative_error", ["a", "b"]).index.tolist() == [0, 2]


def test_an_experiment_without_runs():
    table = comparisons_table(runs_of(a=0.0), {"s": [("a", "b")]})
    assert table["count"].tolist() == [0, 0, 0]
    assert set(table["verdict"]) == {"not enough replicates"}


def test_pairs_without_runs_do_not_count_for_holm():
    runs = runs_of(a=0.0, b=0.1)
    alone = comparisons_table(runs, {"s": [("a", "b")]})
    with_empty = comparisons_table(runs, {"s": [("a", "b"), ("a", "none")]})
    assert with_empty["p_holm"].dropna().tolist() == alone["p_holm"].tolist()


def test_a_study_of_one_has_no_comparison():
    table = comparisons_table(runs_of(a=0.0), {"s": []})
    assert table.empty
    assert "verdict" in table  # the file has a heading all the same


@pytest.mark.parametrize(
    ("count", "difference", "p", "says"),
    [
        (10, -0.1, 0.01, "lower"),
        (10, 0.1, 0.01, "higher"),
        (10, 0.1, 0.05, "no difference shown"),
        (5, 0.1, 0.0, "not enough replicates"),
    ],
)
def test_verdicts(count, difference, p, says):
    assert verdict(count, difference, p) == says


@pytest.mark.parametrize(
    ("status", "averaged"),
    [("completed", True), ("not-better", True), ("diverged", False), ("dead", False), ("unchanged", True)],
)  # fmt: skip
def test_which_runs_are_averaged(status, averaged):
    runs = runs_of(seeds=3, a=0.0)
    runs.loc[2, "status"] = status
    found = row(experiments_table(runs), experiment="a", measure="relative_error")
    assert (found["runs"], found["count"]) == (3, 3 if averaged else 2)
    counted = {name: found[name] for name in ("diverged", "dead")}
    assert counted == {name: int(name == status) for name in counted}
