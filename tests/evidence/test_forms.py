import numpy as np
import pandas as pd
import pytest

from denoising.evidence.forms import (
    CORRECTIONS_COLUMNS,
    FORMS_COLUMNS,
    corrected,
    corrections_table,
    forms_table,
    known,
    line,
    line_in_squares,
)

LIT = 100  # of an image's pixels


def measured(dead, images=20_000, positions=16, seed=0):
    """Measure a run as it is measured, image by image, without any law.

    Images have energies, those with less the larger error q; lit pixels, all as bright, are dealt
    to positions at random; what is dead is black.
    """
    rng = np.random.default_rng(seed)
    energy = rng.gamma(6, 20, images)
    error = 0.2 + 15 / (energy + 40) + rng.normal(0, 0.02, images)
    lost = rng.binomial(LIT, dead / positions, images) / LIT
    each = np.sqrt(lost + (1 - lost) * error**2)
    live = np.sqrt((energy * (1 - lost) * error**2).sum() / (energy * (1 - lost)).sum())
    return {
        "experiment": "a", "seed": seed, "status": "completed", "positions": positions,
        "dead_positions": dead, "live_error": live, "relative_error": each.mean(),
        "relative_error_sd": each.std(), "half_learned": 0,
    }  # fmt: skip


@pytest.fixture(scope="module")
def runs():
    ks = [0, 0, 0, 1, 2, 3, 5, 8, 12]
    rows = [measured(k, seed=n) for n, k in enumerate(ks)]
    return known(pd.DataFrame(rows), ["a"])


def test_the_law_is_biased_and_the_corrected_one_is_not(runs):
    table = forms_table(runs).set_index("form")
    assert abs(table.loc["law", "bias"]) > 0.003
    assert abs(table.loc["corrected", "bias"]) < 0.0003
    assert table.loc["corrected", "residual"] < 0.001
    assert table.loc["corrected", "r2"] > 0.9999


def test_what_tells_the_forms_apart(runs):
    """Runs that the fit did not see, and the black end."""
    table = forms_table(runs).set_index("form")
    assert table.loc["corrected", "left_out"] < 0.001 < 0.01 < table.loc["line", "left_out"]
    for form in ("law", "corrected"):
        assert table.loc[form, ["black_least", "black_most"]].tolist() == [1, 1]
    assert table.loc["line", "black_most"] > 1.05


def test_both_parts_are_measured_from_the_images(runs):
    """Against the images themselves: Q² is the plain mean of q², e₀² the one by energy."""
    rng = np.random.default_rng(0)
    energy = rng.gamma(6, 20, 20_000)
    error = 0.2 + 15 / (energy + 40) + rng.normal(0, 0.02, 20_000)
    [row] = corrections_table(runs).to_dict("records")
    weighted = (energy * error**2).sum() / energy.sum()
    assert row["weighting"] == pytest.approx((error**2).mean() / weighted, abs=0.002)
    assert row["root_mean_square"] == pytest.approx(np.sqrt((error**2).mean()), abs=0.002)
    assert row["sd"] == pytest.approx(error.std(), rel=0.1)


def test_the_spread_of_lost_energy_is_binomial(runs):
    """b = (1 − Q²)² / (4 · lit pixels), by the delta method."""
    found = corrected(runs)
    expected = (1 - found.mean_square) ** 2 / (4 * LIT)
    assert found.shared == pytest.approx(expected, rel=0.3)


def test_lines_by_hand():
    runs = pd.DataFrame({"share": [0, 0.5, 1], "relative_error": [0.6, 0.8, 1.0]})
    assert line(runs)(np.array([0.25])) == pytest.approx([0.7])
    squares = pd.DataFrame({"share": [0, 1], "relative_error": [0.6, 1.0]})
    assert line_in_squares(squares)(np.array([0.5])) == pytest.approx([np.sqrt(0.68)])
    flat = pd.DataFrame({"share": [0.25, 0.25], "relative_error": [0.5, 0.7]})
    assert line(flat)(np.array([0.9])) == pytest.approx([0.6])  # no slope is known


def test_without_runs_there_are_headings(runs):
    assert forms_table(runs[:0]).columns.tolist() == FORMS_COLUMNS
    assert corrections_table(runs[:0]).columns.tolist() == CORRECTIONS_COLUMNS
