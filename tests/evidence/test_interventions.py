"""What came of changed networks, held against the law, by hand."""

import pandas as pd
import pytest

from denoising.evidence.interventions import COLUMNS, SUMMARY, runs_table, summary

METHODS = {
    "still": {"experiment": "a", "change": "nothing", "positions": 1, "epochs": 3},
    "silenced": {"experiment": "a", "change": "silenced", "positions": 1, "epochs": 3},
    "revived": {"experiment": "a", "change": "revived", "positions": 1, "epochs": 3},
}


def table(rows):
    found = pd.DataFrame(rows, columns=["experiment", "seed", "relative_error"])
    return found.assign(status="completed")


def told(dead, changed=(), held=0, before=0):
    return {"positions": 16, "dead_before": before, "dead_at_once": 0, "dead": dead,
            "changed": [list(one) for one in changed], "held": held}  # fmt: skip


RUNS = table([("still", 0, 0.3), ("silenced", 0, 0.41), ("revived", 0, 0.3), ("other", 0, 0.9),
              ("still", 1, 0.5), ("revived", 1, 0.4), ("silenced", 2, 0.6)])  # fmt: skip
TOLD = {
    ("still", 0): told(0), ("silenced", 0): told(1, [(0, 1)], 1), ("revived", 0): told(0),
    ("still", 1): told(2, before=2), ("revived", 1): told(1, [(3, 3)], 1, before=2),
    ("silenced", 2): told(1, [(0, 1)], 1),
}  # fmt: skip


def test_the_law_is_asked_by_hand():
    found = runs_table(RUNS, METHODS, TOLD)
    assert list(found) == COLUMNS
    # seed 2 has nothing to be held against; `other` was not changed
    assert found[["experiment", "seed"]].to_numpy().tolist() == [
        ["silenced", 0], ["revived", 0], ["revived", 1],
    ]  # fmt: skip
    # 1/16 dead of a network whose error is 0.3: √(1/16 + 15/16 · 0.09) = 0.38324
    assert found["predicted"].tolist()[:2] == pytest.approx([0.383243, 0.3], abs=1e-6)
    # 2 of 16 dead and 0.5: e₀² = (0.25 − 0.125)/0.875 = 1/7; with 1 dead √(1/16 + 15/16/7)
    assert found["predicted"].tolist()[2] == pytest.approx((1 / 16 + 15 / 16 / 7) ** 0.5)


def test_the_summary_leaves_out_what_had_nothing_to_change():
    found = summary(runs_table(RUNS, METHODS, TOLD)).set_index("experiment")
    assert [found.index.name, *found] == SUMMARY
    assert found["runs"].to_dict() == {"silenced": 1, "revived": 1}
    assert found.loc["silenced", "moved"] == pytest.approx(0.11)
    assert found.loc["silenced", "residual"] == pytest.approx(0.41 - 0.383243, abs=1e-6)
    assert found["follows"].tolist() == [1, 1]
    assert found["held"].tolist() == [1, 1]


def test_without_runs_there_is_an_empty_table():
    found = runs_table(RUNS.iloc[:0], METHODS, {})
    assert list(found) == COLUMNS and found.empty
    assert summary(found).empty
