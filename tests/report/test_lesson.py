"""The finding as a lesson, of runs made by hand."""

import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from made import RELU, main_page, plan, trained, write

LOST = (5, 10)  # positions of a 4×4 lattice


@pytest.fixture
def told(tmp_path):
    return damaged(tmp_path / "results")


def damaged(folder):
    """Two runs with a ReLU, of which the second loses two positions, and two with a sigmoid."""
    sigmoid = {**RELU, "activation": "sigmoid"}
    experiments = {
        "a": {"title": "A", "reported": 0.4, "seeds": [0, 1], "settings": trained()},
        "a-twin": {"title": "T", "seeds": [0, 1], "settings": trained(decoder=(sigmoid,))},
    }
    for one in experiments.values():  # the output stands at its own place, too
        activation = one["settings"]["architecture"]["decoder"][-1]["activation"]
        one["settings"]["output"] = {"activation": activation}
    about = plan(
        experiments,
        {"s": {"title": "S", "experiments": ["a"]}},
        variants={"twin": {"title": "twin", "pairs": {"a-twin": "a"}}},
    )
    write(folder, about)
    path = folder / "tables" / "runs.csv"
    runs = pd.read_csv(path)
    hurt = (runs["experiment"] == "a") & (runs["seed"] == 1)
    runs.loc[hurt, ["dead_positions", "revived"]] = [2, 1]
    runs.to_csv(path, index=False)
    run = folder / "runs" / "a" / "seed-1"
    errors = np.full(16, 0.3)
    errors[list(LOST)] = 1
    lattice = {
        "rows": 4,
        "columns": 4,
        "dead": 2,
        "positions": {"error": errors.reshape(4, 4).tolist()},
    }
    (run / "lattice.json").write_text(json.dumps(lattice))
    on = np.full((2, 8, 8, 1), 20, np.int32)  # 20 test images
    for epoch, dark in enumerate([(5, 10, 15), LOST]):
        for at in dark:
            on[epoch, at // 4 :: 4, at % 4 :: 4] = 0
    np.savez(run / "trajectory.npz", on=on)
    pd.DataFrame({"epoch": [1, 2], "dead": [3, 2]}).to_csv(run / "epochs.csv", index=False)
    return main_page(folder, about)[1]


def test_a_digit_loses_the_dots_of_a_damaged_run(told):
    masks = re.findall(r'<path d="([^"]*h1v1h-1z)"( hidden)?/>', told)
    assert [n for n, (_, hidden) in enumerate(masks) if not hidden] == list(LOST)
    assert masks[5][0].count("M") == 4  # of 8×8 pixels a sixteenth
    assert masks[5][0].startswith("M1 1h1")


def test_the_formula_is_filled_in(told):
    """The undamaged run has e₀ = 0.3; two of sixteen are dead."""
    law = re.search(r'<b class="law">([\d.]+)</b>', told)[1]
    assert float(law) == pytest.approx(math.sqrt(2 / 16 + 14 / 16 * 0.3**2), abs=5e-4)


def test_positions_are_dark_epoch_by_epoch(told):
    states = re.search(r'data-states="([01 ]+)"', told)[1].split()
    assert [[n for n, one in enumerate(state) if one == "1"] for state in states] == [
        [5, 10, 15], list(LOST)
    ]  # fmt: skip
    assert "after the first of 2 epochs 3 of 16 positions are dead, after the last 2." in told


def test_both_outputs_stand_beside_each_other(told):
    assert "A, ReLU at the end: 1 of 2 runs lose positions." in told
    assert "T, a sigmoid in its place: 0 of 2 do." in told


def test_where_nothing_dies_there_is_no_lesson(tmp_path):
    about = plan({"a": {"settings": trained()}}, {"s": {"title": "S", "experiments": ["a"]}})
    write(tmp_path / "results", about)
    assert 'id="lesson"' not in main_page(tmp_path / "results", about)[1]
