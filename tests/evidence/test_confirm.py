import datetime

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy import stats

from denoising.config.read import read_config
from denoising.evidence.confirm import (
    COLUMNS,
    confirmed_table,
    criteria,
    interval,
    runs_table,
    scores,
    written,
)
from denoising.evidence.forms import known

WRITTEN = ROOT / "config" / "criteria.yaml"
ABOUT = {
    "positions": 16, "live_error": 0.3, "weighting": 1.1, "own": 0.0, "shared": 0.0,
    "spread": 0.01, "residual": 0.002, "reach": 2.0, "base": 0.25, "stays": 0.8, "dies": 0.1,
}  # fmt: skip


def simulated(count, seed, name="a", bias=0.0):
    """Runs by a law that is known, with noise that is known."""
    rng = np.random.default_rng(seed)
    dead, live = rng.integers(0, 9, count), rng.normal(0.34, 0.004, count)
    share, sd = dead / 16, 0.07
    error = np.sqrt(share + (1 - share) * 1.1 * live**2 - (1 - share) * sd**2)
    first = np.minimum(16, dead + rng.integers(0, 4, count))
    return pd.DataFrame(
        {
            "experiment": name, "seed": range(count), "status": "completed", "positions": 16,
            "dead_positions": dead, "live_error": live, "half_learned": 0,
            "relative_error": error + bias + rng.normal(0, 0.001, count),
            "relative_error_sd": sd * np.sqrt(1 - share), "dead_after_first_epoch": first,
            "revived": first - dead, "died_later": 0,
        }
    )  # fmt: skip


def test_an_interval_by_hand():
    """Four of 16 dead: error² = 1/4 + 3/4 · 1.1 · 0.09; e₀ moves it by 3/4 · 1.1 · 0.3 / error."""
    error, low, high = interval(ABOUT, 4)
    assert error == pytest.approx(np.sqrt(0.25 + 0.75 * 0.099))
    moved = 0.75 * 1.1 * 0.3 / error * 0.01
    assert high - error == error - low == pytest.approx(2 * np.sqrt(moved**2 + 0.002**2))
    black = interval(ABOUT, 16)
    assert black == pytest.approx((1, 1 - 0.004, 1 + 0.004))


def test_what_moves_the_error_is_the_laws_derivative():
    def at(live):
        return interval({**ABOUT, "live_error": live}, 4)[0]

    slope = (at(0.3 + 1e-6) - at(0.3 - 1e-6)) / 2e-6
    alone = {**ABOUT, "residual": 0.0}
    error, _, high = interval(alone, 4)
    assert high - error == pytest.approx(2 * slope * 0.01)


def test_predictions_from_ten_runs_hold_for_others():
    """Nominal 95 % over 40 sets of ten old and 25 new runs of the same law: 93 to 99 %."""
    shares = []
    for seed in range(40):
        about = criteria(known(simulated(10, seed), ["a"]))
        shares.append(runs_table(simulated(25, 1000 + seed), about)["inside"].mean())
    assert 0.93 <= np.mean(shares) <= 0.99


def test_a_law_that_does_not_hold_is_refuted():
    about = criteria(known(simulated(10, 0), ["a"]))
    held = confirmed_table(runs_table(simulated(64, 1), about)).set_index("experiment")
    assert held.loc["all", "confirmed"] and held.loc["a", "runs"] == 64
    assert abs(held.loc["all", "residual"]) < 0.002
    wrong = confirmed_table(runs_table(simulated(64, 1, bias=0.01), about)).set_index("experiment")
    assert not wrong.loc["all", "confirmed"]
    assert wrong.loc["all", "residual"] == pytest.approx(0.01, abs=0.002)


def test_shares_of_positions_are_estimated_from_counts():
    """12 of 20 stay dead, 3 of the 140 others die."""
    runs = simulated(10, 0).assign(
        dead_after_first_epoch=2, revived=0, died_later=0, dead_positions=2
    )
    runs.loc[:7, "revived"], runs.loc[:2, "died_later"] = 1, 1
    runs["dead_positions"] = 2 - runs["revived"] + runs["died_later"]
    about = criteria(known(runs, ["a"]))["a"]
    assert about["stays"] == pytest.approx(12.5 / 21)
    assert about["dies"] == pytest.approx(3.5 / 141)
    assert about["base"] == pytest.approx(15.5 / 161)
    assert about["reach"] == pytest.approx(stats.t.ppf(0.975, 9) * np.sqrt(1.1))


def test_scores_by_hand():
    """Of 16: three dead at first, one of these revived; one of the 13 others died."""
    found = scores(3, 1, 1, 16, ABOUT)
    brier = (2 * 0.2**2 + 0.8**2 + 0.9**2 + 12 * 0.1**2) / 16
    assert found["brier"] == pytest.approx(brier)
    assert found["brier_base"] == pytest.approx((3 * 0.75**2 + 13 * 0.25**2) / 16)
    log = -(2 * np.log(0.8) + np.log(0.2) + np.log(0.1) + 12 * np.log(0.9)) / 16
    assert found["log_score"] == pytest.approx(log)
    assert found["predicted_dead"] == pytest.approx(3 * 0.8 + 13 * 0.1)


def test_a_run_that_ended_black_is_told_and_one_that_diverged_is_not():
    runs = simulated(3, 0)
    runs.loc[0, ["status", "dead_positions", "relative_error"]] = ["dead", 16, 1.0]
    runs.loc[0, ["dead_after_first_epoch", "revived", "live_error"]] = [16, 0, np.nan]
    runs.loc[1, ["status", "dead_positions"]] = ["diverged", np.nan]
    table = runs_table(runs, {"a": ABOUT})
    assert table["seed"].tolist() == [0, 2]
    assert table.loc[0, ["predicted", "inside"]].tolist() == [1, True]


def test_without_new_runs_there_are_headings():
    assert confirmed_table(runs_table(simulated(3, 0), {})).columns.tolist() == COLUMNS


# --- the criteria that were written down ---


def test_the_committed_criteria_are_what_the_published_tables_give():
    """As long as docs/tables are the study that they were written from."""
    committed = read_config(WRITTEN)
    source = ROOT / "docs" / "tables" / "runs.csv"
    names = [about["of"] for about in committed["experiments"].values()]
    again = "".join(written(source, names, datetime.date(2026, 11, 30)))
    digest = again.partition("SHA-256 ")[2][:64]
    text = WRITTEN.read_text(encoding="utf-8")
    if digest in text:  # published anew, they stay as they were
        assert again.partition("\ndate:")[2] == text.partition("\ndate:")[2]
    assert committed["date"] == "2026-11-30"


def test_the_old_runs_lie_in_intervals_that_were_made_without_them():
    """The number in docs/criteria-2026-11.md, by the tables it was computed from."""
    committed = read_config(WRITTEN)["experiments"]
    rows = [interval(about, k) for about in committed.values() for k in range(17)]
    assert all(low < error < high for error, low, high in rows)
    baseline = [
        high - low
        for _, low, high in (interval(committed["confirm-baseline"], k) for k in range(10))
    ]
    assert max(baseline) < 0.014
