import numpy as np
import pandas as pd
import pytest

from denoising.evidence.floor import COLUMNS, fitted, floor_table

SECONDS = np.array([10.0, 20, 80, 160, 2000])
ERRORS = 0.24 + 0.2 * SECONDS**-0.4


def test_a_power_law_is_found_again():
    law = fitted(SECONDS, ERRORS)
    assert law == pytest.approx((0.24, 0.2, 0.4), abs=1e-4)
    assert law.at(SECONDS) == pytest.approx(ERRORS, abs=1e-6)


def runs(errors):
    rows = [
        [f"e{n}", seed, "completed", error + shift, seconds]
        for n, (seconds, error) in enumerate(zip(SECONDS, errors, strict=True))
        for seed, shift in enumerate((-0.001, 0.001))
    ]
    rows += [["untrained", 0, "completed", 0.1, None], ["e0", 2, "diverged", None, 10.0]]
    columns = ["experiment", "seed", "status", "relative_error", "train_seconds"]
    return pd.DataFrame(rows, columns=columns)


NAMES = [*(f"e{n}" for n in range(5)), "untrained"]


def test_the_floor_of_a_study():
    [row] = floor_table(runs(ERRORS), {"f": {"experiments": NAMES}}).to_dict("records")
    assert (row["study"], row["points"]) == ("f", 5)
    assert [row["floor"], row["low"], row["high"]] == pytest.approx([0.24] * 3, abs=1e-4)
    assert row["exponent"] == pytest.approx(0.4, abs=1e-3)
    assert row["doubled"] == pytest.approx(0.24 + 0.2 * 4000**-0.4, abs=1e-5)
    assert row["residual"] < 1e-5


def test_what_one_point_moves_is_seen():
    bent = ERRORS + np.array([0, 0, 0.01, 0, 0])
    [row] = floor_table(runs(bent), {"f": {"experiments": NAMES}}).to_dict("records")
    assert row["low"] < row["floor"] < row["high"]
    assert row["residual"] > 0.001


def test_of_few_points_nothing_is_said():
    table = floor_table(runs(ERRORS), {"f": {"experiments": NAMES[:4]}})
    assert list(table.columns) == COLUMNS and table.empty
