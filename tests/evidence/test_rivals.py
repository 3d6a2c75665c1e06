import numpy as np
import pandas as pd
import pytest
from handmade import lay, settings

from denoising.declare import Inputs
from denoising.evidence.rivals import (
    best_checkpoint,
    epochs_met,
    fit,
    met,
    rivals,
    rivals_table,
)


@pytest.mark.parametrize(
    ("val_loss", "epoch"),
    [
        ([9, 9, 9, 9, 3, 1, 9, 9, 9, 2, 9], 10),  # epochs 5 and 10 are looked at, not 6
        ([9, 9, 9, 9, 2, 9, 9, 9, 9, 3], 5),
    ],
)
def test_best_checkpoint(val_loss, epoch):
    assert best_checkpoint(val_loss) == epoch


def test_fit_by_hand():
    found = fit({"a": [0.3, 0.5], "b": [0.6, 0.8], "c": []}, {"a": 0.45, "b": 0.5, "c": 1, "d": 1})
    assert found == {
        "numbers": 2,
        "within": 1,
        "expected": pytest.approx(2 / 3),  # 1/3 each: the third draw of three lies in the middle
        "distance": pytest.approx((0.05 + 0.2) / 2),
    }


def test_runs_that_ended_black_are_in_the_distance_and_not_in_the_range():
    """0.3, 0.5 and one of 1: 0.6 on average; b has nothing but a black one."""
    found = fit({"a": [0.3, 0.5]}, {"a": 0.7, "b": 0.8}, {"a": 1, "b": 1})
    assert (found["numbers"], found["within"]) == (2, 0)
    assert found["expected"] == pytest.approx(1 / 3)
    assert found["distance"] == pytest.approx((0.1 + 0.2) / 2)


def test_the_common_epoch_is_found():
    curve = np.linspace(1, 0.1, 10)  # 0.6 after epoch 5
    curves = {"a": [curve], "b": [curve / 2]}
    table = rivals_table(curves, {"slip": {}}, {"a": 0.6, "b": 0.3}, {}, {}, {"stated": 3})
    table = table.set_index("rival")
    assert table.loc["epochs", "epoch"] == 5
    assert table.loc["epochs", "distance"] == pytest.approx(0)
    assert table.loc["stated", "distance"] == pytest.approx((0.5 + 0.25) / 2)
    assert table.index.tolist() == ["stated", "epochs"]  # what no run can tell is no explanation
    assert table["failed"].tolist() == [3, 3]


def test_no_runs():
    assert rivals_table({}, {}, {"a": 0.6}, {}, {}, {}).empty


def test_a_variant_is_held_against_what_it_changes():
    curves = {"a": [np.array([0.9, 0.5])], "b": [np.array([0.9, 0.7])]}
    changed = {"other": {"a": [0.3, 0.5]}, "none": {}}
    stated = {"other": {"a": [0.5, 0.6]}}
    table = rivals_table(
        curves, {}, {"a": 0.4, "b": 0.7}, changed, stated, {"stated": 0, "other": 2}
    )
    assert "none" not in set(table["variant"])
    row = table.set_index("variant").loc["other"]
    assert row[["numbers", "within", "stated_within", "failed"]].tolist() == [1, 1, 0, 2]
    assert row["distance"] == pytest.approx(0)
    assert row["stated_distance"] == pytest.approx(0.15)


def test_the_first_epoch_that_meets_a_number():
    curves = {"a": [np.array([0.9, 0.5, 0.6, 0.4]), np.array([0.9, 0.8, 0.5, 0.4])]}
    table = epochs_met({**curves, "b": [np.array([0.9, 0.8])]}, {"a": 0.5, "b": 0.5, "c": 0.5})
    assert table["runs"].tolist() == [2, 1, 0]
    assert table["met"].tolist() == [2, 0, 0]
    assert table.loc[0, ["first", "median", "last"]].tolist() == [2, 2.5, 3]
    assert table.loc[1:, "first"].isna().all()


def test_without_reported_numbers_the_file_has_a_heading_all_the_same():
    assert list(epochs_met({}, {}).columns)[:2] == ["experiment", "reported"]


# --- read from runs ---


@pytest.fixture
def inputs(tmp_path):
    """Two trained experiments of the write-up, one of them changed; and a filter."""
    about = settings()
    for seed in (0, 1, 2):
        lay(
            tmp_path,
            "a",
            seed,
            about,
            error=0.4 + seed / 10,
            status="dead" if seed == 2 else "completed",
        )
        lay(tmp_path, "b", seed, about, error=0.5)
        lay(tmp_path, "f", seed, settings("median-filter", size=3), error=0.9)
    lay(tmp_path, "a-loud", 1, about, error=0.8)
    rows = [
        {"experiment": name, "seed": seed, "status": "dead" if (name, seed) == ("a", 2) else "completed",
         "epochs": np.nan if name == "f" else 6,
         "relative_error_first10": {"a": 0.4 + seed / 10, "b": 0.5, "f": 0.9, "a-loud": 0.8}[name] + 0.0045}
        for name, seed in [*((n, s) for n in "abf" for s in (0, 1, 2)), ("a-loud", 1)]
    ]  # fmt: skip
    (tmp_path / "tables").mkdir()
    pd.DataFrame(rows).to_csv(tmp_path / "tables" / "runs.csv", index=False)
    variants = {
        "loud": {"title": "loud", "pairs": {"a-loud": "a"}},
        "none": {"title": "", "pairs": {"b-x": "b"}},
    }
    writeup = {"a": 0.6, "b": 0.52, "f": 0.9}
    return Inputs(tmp_path, {"writeup": writeup, "variants": variants})


def test_rivals_of_runs_by_hand(inputs):
    """After its last epoch a run has its error, 0.1 more before that, and so on."""
    table = rivals(inputs).set_index("rival")
    assert table.index.tolist() == [
        "stated",
        "epochs",
        "checkpoint",
        "other_noise",
        "slip",
        "variant",
    ]
    # a: 0.4045 and 0.5045 after 6 epochs, b: 0.5045; the filter has no epochs
    assert table.loc["stated", ["numbers", "within", "failed"]].tolist() == [2, 0, 1]
    # and the third run of a, which ended black: 1
    a = (2 * 0.4545 + 1) / 3
    assert table.loc["stated", "distance"] == pytest.approx((a - 0.6 + 0.52 - 0.5045) / 2)
    for rival, own, other in (
        ("checkpoint", 0.5545, 0.6045), ("other_noise", 0.47, 0.52), ("slip", 0.95, 1.0),
    ):  # fmt: skip
        a = (2 * own + 1) / 3
        expected = (abs(a - 0.6) + abs(other - 0.52)) / 2
        assert table.loc[rival, "distance"] == pytest.approx(expected)
    changed = table.loc["variant"]
    assert changed["variant"] == "loud"
    assert changed["distance"] == pytest.approx(0.8045 - 0.6)
    assert changed["stated_distance"] == pytest.approx(0.6 - 0.5045)  # of the same seed alone
    assert changed["failed"] == 0


def test_epochs_that_meet_a_number_of_runs_by_hand(inputs):
    table = met(inputs).set_index("experiment")
    assert table["runs"].to_dict() == {"a": 2, "b": 3, "f": 0}
    # 0.9045, 0.8045, …: a falls to 0.6 with its fifth epoch, or its last; b to 0.52 with its last
    assert table.loc["a", ["met", "first", "last"]].tolist() == [2, 5, 6]
    assert table.loc["b", ["met", "first", "last"]].tolist() == [3, 6, 6]
