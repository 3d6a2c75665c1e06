import numpy as np
import pytest

from denoising.evidence.rivals import (
    best_checkpoint,
    by_epoch,
    epochs_met,
    fit,
    rivals_table,
    slipped,
)


def test_first_ten_by_epoch():
    errors = np.tile(np.r_[np.full(10, 0.4), np.full(5, 0.9)], (3, 1)) * [[1], [0.5], [0.25]]
    np.testing.assert_allclose(by_epoch(errors), [0.4, 0.2, 0.1])


@pytest.mark.parametrize(
    ("val_loss", "epoch"),
    [
        ([9, 9, 9, 9, 3, 1, 9, 9, 9, 2, 9], 10),  # epochs 5 and 10 are looked at, not 6
        ([9, 9, 9, 9, 2, 9, 9, 9, 9, 3], 5),
        ([3, 2, 1], 3),
    ],
)
def test_best_checkpoint(val_loss, epoch):
    assert best_checkpoint(val_loss) == epoch


def test_outputs_one_image_off():
    """Images of one pixel each: an image against the next is √2 off, against itself 0."""
    clean = np.eye(10).reshape(10, 10)
    assert slipped(clean, clean) == pytest.approx(np.sqrt(2))


def test_fit_by_hand():
    found = fit({"a": [0.3, 0.5], "b": [0.6, 0.8], "c": []}, {"a": 0.45, "b": 0.5, "c": 1, "d": 1})
    assert found == {
        "numbers": 2,
        "within": 1,
        "expected": pytest.approx(2 / 3),  # 1/3 each: the third draw of three lies in the middle
        "distance": pytest.approx((0.05 + 0.2) / 2),
    }


def test_the_common_epoch_is_found():
    curve = np.linspace(1, 0.1, 10)  # 0.6 after epoch 5
    curves = {"a": [curve], "b": [curve / 2]}
    table = rivals_table(curves, {"slip": {}}, {"a": 0.6, "b": 0.3}, {}, {}, {"stated": 3})
    table = table.set_index("rival")
    assert table.loc["epochs", "epoch"] == 5
    assert table.loc["epochs", "distance"] == pytest.approx(0)
    assert table.loc["stated", "distance"] == pytest.approx((0.5 + 0.25) / 2)
    assert table.loc["slip", "numbers"] == 0
    assert table["failed"].tolist() == [3, 3, 3]


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
