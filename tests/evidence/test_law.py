import numpy as np
import pandas as pd
import pytest

from denoising.evidence.law import (
    alternatives_table,
    explained,
    implied_table,
    law_table,
    sources_of_variance,
)


def runs_of(experiment, dead, live, noise=0.0):
    dead, live = np.array(dead, float), np.array(live, float)
    error = np.sqrt(dead / 16 + (1 - dead / 16) * live**2)
    return pd.DataFrame(
        {
            "experiment": experiment, "seed": range(len(dead)), "status": "completed",
            "positions": 16, "dead_positions": dead, "live_error": live,
            "predicted_error": error, "relative_error": error + noise,
            "half_learned": 0,
            "relative_error_first10": error + noise + 0.01 * np.arange(len(dead)),
        }
    )  # fmt: skip


def test_a_law_that_holds_exactly():
    runs = pd.concat([runs_of("a", [0, 4, 8], [0.3] * 3), runs_of("b", [1, 1, 1], [0.3, 0.4, 0.5])])
    table = law_table(runs, ["b"])
    assert table.index.tolist() == ["a", "b", "stated", "all", "learned"]
    assert table.loc["stated", "runs"] == 3
    assert table.loc["all", "r2"] == pytest.approx(1)
    assert table.loc["a", "r2_by_count"] == pytest.approx(1)  # k is all that differs
    assert table.loc["b", ["r2", "r2_by_count"]].isna().all()  # k is the same, only e₀ differs
    assert table.loc["a", ["dying", "dead_mean", "dead_min", "dead_max"]].tolist() == [2, 4, 0, 8]
    assert table.loc["all", "runs"] == 6
    half = law_table(runs.assign(half_learned=[1, *[0] * 5]), ["b"])
    assert half.loc["learned", "runs"] == 5


def test_residuals():
    runs = runs_of("a", [0, 4, 8], [0.3] * 3, noise=np.array([0.01, -0.02, 0]))
    assert law_table(runs, []).loc["a", "largest_residual"] == pytest.approx(0.02)


def test_explained_by_hand():
    measured = pd.Series([1.0, 2.0, 3.0])
    assert explained(measured, measured) == 1
    assert explained(measured, pd.Series([2.0, 2.0, 2.0])) == 0
    assert explained(measured, pd.Series([1.0, 2.0, 2.0])) == pytest.approx(0.5)
    assert np.isnan(explained(pd.Series([1.0, 1.0]), pd.Series([1.0, 1.0])))


def test_what_a_reported_number_implies():
    """4 of 16 dead with e₀ = 0.3: error² = 1/4 + 3/4 · 0.09."""
    runs = runs_of("a", [0, 4, 4, 5], [0.3] * 4)
    found = implied_table(runs, {"a": np.sqrt(0.25 + 0.75 * 0.09), "absent": 0.5}).loc["a"]
    assert found["implied"] == pytest.approx(4)
    # first ten − all is 0.00, 0.01, …: two standard deviations either way
    spread = 2 * np.std(0.01 * np.arange(len(runs)), ddof=1)
    for end, sign in (("implied_low", -1), ("implied_high", 1)):
        error = np.sqrt(0.25 + 0.75 * 0.09) + sign * spread
        assert found[end] == pytest.approx(16 * (error**2 - 0.09) / 0.91)
    assert found["nearest"] == 4
    assert found["share"] == 0.5
    assert (found["dead_min"], found["dead_max"]) == (0, 5)


def test_less_error_than_any_live_run_implies_less_than_none():
    found = implied_table(runs_of("a", [0, 1], [0.5, 0.5]), {"a": 0.3}).loc["a"]
    assert found["implied"] < 0
    assert found["nearest"] == 0


def test_alternatives_at_equal_numbers_of_dead_positions():
    runs = pd.concat(
        [runs_of("a", [0, 1, 2], [0.3] * 3), runs_of("b", [1] * 6, [0.5, 0.4, 0.6] * 2)]
    )
    table = alternatives_table(runs, {"a": ["a", "b"]}, {"a": 0.5})
    assert table.groupby("experiment")["dead"].apply(list).tolist() == [[0, 1, 2], [0, 1, 2]]
    by = table.set_index(["experiment", "dead"])
    assert by.loc[("a", 2), "error"] == pytest.approx(np.sqrt(2 / 16 + 14 / 16 * 0.09))
    assert by.loc[("b", 0), "error"] == pytest.approx(0.5)
    assert by.loc[("b", 0), "distance"] == pytest.approx(0)
    assert by.loc[("b", 0), "low"] < 0.5 < by.loc[("b", 0), "high"]
    assert by["share"].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0, 1, 0])


def test_sources_of_variance_by_hand():
    runs = pd.concat([runs_of("a", [0, 2], [0.3, 0.3]), runs_of("b", [4, 6], [0.5, 0.5])])
    table = sources_of_variance(runs, {"ii": ["a", "b"], "i": ["a"]}).set_index("measure")
    assert set(table["study"]) == {"ii"}
    # of 0, 2, 4 and 6 about 3: 20; about the means 1 and 5: 4
    assert table.loc["dead_share", "between"] == pytest.approx(16 / 20)
    assert table.loc["live_error", "between"] == pytest.approx(1)
    assert table["by_chance"].tolist() == pytest.approx([1 / 3] * 3)


def test_without_reported_numbers_nothing_is_implied():
    table = implied_table(runs_of("a", [0, 2], [0.3, 0.3]), {})
    assert table.empty
    assert "nearest" in table


def test_where_the_living_are_no_better_than_the_dead_nothing_is_implied():
    assert implied_table(runs_of("a", [0, 2], [1.2, 1.1]), {"a": 0.47}).empty
