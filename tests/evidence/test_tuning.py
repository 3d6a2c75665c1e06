"""What the best of a budget is, by enumeration."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from denoising.evidence.tuning import best_of, budgets_table, chosen_table

RATE = "optimizer.learning_rate"
STUDIES = {
    "tuned": {
        "adam": {"title": "Adam", "members": {f"adam-{n}": {RATE: n} for n in range(3)}},
        "sgd": {"title": "SGD", "members": {"sgd-0": {RATE: 7, "optimizer.momentum": 0.9}}},
    }
}
RUNS = pd.DataFrame(
    [
        ("adam-0", 0, "completed", 0.4, 0.41),
        ("adam-0", 1, "completed", 0.6, 0.61),
        ("adam-1", 0, "completed", 0.3, 0.35),
        ("adam-2", 0, "diverged", np.nan, np.nan),
        ("sgd-0", 0, "completed", 0.45, 0.47),
        ("other", 0, "completed", 0.1, 0.1),
    ],
    columns=["experiment", "seed", "status", "held_out_error", "relative_error"],
)


@pytest.mark.parametrize("budget", [1, 2, 3, 5, 6])
def test_the_best_of_all_choices(budget):
    errors = [0.5, 0.2, 0.9, 0.4, 0.7, 0.3]
    least = sorted(min(chosen) for chosen in combinations(errors, budget))
    for share in (0.05, 0.5, 0.95):
        expected = least[
            int(np.ceil(share * len(least) - 1e-9)) - 1
        ]  # the smallest that reaches it
        assert best_of(errors, budget, [share])[0] == expected


def test_a_setting_without_a_result_counts_as_black():
    found = budgets_table(RUNS, STUDIES)
    adam = found[found["sweep"] == "adam"].set_index("budget")
    assert adam.loc[1, ["low", "median", "high"]].to_list() == [0.3, 0.5, 1.0]
    assert adam.loc[3, ["low", "median", "high"]].to_list() == [0.3, 0.3, 0.3]
    assert found["sweep"].to_list() == ["adam"] * 3 + ["sgd"]


def test_the_best_is_chosen_by_held_out_images():
    found = chosen_table(RUNS, STUDIES).set_index("sweep")
    assert found.loc["adam"].to_dict() == {
        "study": "tuned", "settings": 3, "failed": 1, "experiment": "adam-1", "held_out_error": 0.3,
        "test_error": 0.35, "values": "optimizer.learning_rate = 1",
    }  # fmt: skip
    assert found.loc["sgd", "values"] == "optimizer.learning_rate = 7, optimizer.momentum = 0.9"


def test_nothing_finished_yet():
    assert budgets_table(RUNS[:0], STUDIES).empty
    assert chosen_table(RUNS[RUNS["status"] == "diverged"], STUDIES).empty


def test_nothing_is_chosen_where_no_images_are_held_out():
    without = RUNS.assign(held_out_error=np.nan)
    assert budgets_table(without, STUDIES).empty
    assert chosen_table(without, STUDIES).empty
