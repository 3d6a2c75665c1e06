from itertools import product

import numpy as np
import pandas as pd
import pytest
from handmade import facets

from denoising.declare import Inputs
from denoising.evidence.components import COLUMNS, components, components_table

GRID = pd.DataFrame(product(range(5), range(6), range(6)), columns=["noise", "weights", "order"])


def values(rng, noise=0.0, weights=0.0, order=0.0, rest=1.0, levels=GRID):
    """Draw runs with these variances."""
    found = rng.normal(0, np.sqrt(rest), len(levels))
    for name, variance in (("noise", noise), ("weights", weights), ("order", order)):
        found += rng.normal(0, np.sqrt(variance), levels[name].max() + 1)[levels[name]]
    return found


def test_two_crossed_sources_by_hand():
    """Rows 0 and 4 apart, columns 0 and 2: mean squares 32, 8 and 0 with two runs a level."""
    levels = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    table = components_table(levels, [0, 2, 4, 6.000001]).set_index("source")
    assert table["share"].to_list() == pytest.approx([8 / 10, 2 / 10, 0], abs=1e-5)
    # (16 − 0) / 2 and (4 − 0) / 2; runs that differ in a only: variance 8, of all 20/3
    assert table.loc["a", "alone"] == pytest.approx(8 / (20 / 3), abs=1e-5)
    assert table["levels"].to_list()[:2] == [2, 2]


def test_balanced_runs_as_the_textbook_has_them():
    """The usual estimates from the means of levels (one way at a time in a balanced design)."""
    y = values(np.random.default_rng(0), noise=1, weights=2, order=0.5)
    table = components_table(GRID, y).set_index("source")
    mean_squares = {}
    for name in GRID:
        means = pd.Series(y).groupby(GRID[name]).mean()
        mean_squares[name] = len(y) / len(means) * means.var()
    rest = (len(y) - 1) * y.var(ddof=1) - sum(
        (GRID[name].nunique() - 1) * square for name, square in mean_squares.items()
    )
    rest /= len(y) - 1 - 4 - 5 - 5
    parts = {n: max(0, (s - rest) / (180 / GRID[n].nunique())) for n, s in mean_squares.items()}
    total = sum(parts.values()) + rest
    for name, part in parts.items():
        assert table.loc[name, "share"] == pytest.approx(part / total)
    assert table.loc["together", "share"] == pytest.approx(rest / total)


def test_runs_may_be_missing():
    """On average over many studies the shares are the true ones, a sixth of the runs missing."""
    rng = np.random.default_rng(1)
    kept = np.sort(rng.permutation(len(GRID))[:150])
    levels = GRID.iloc[kept].reset_index(drop=True)
    found = [
        components_table(levels, values(rng, weights=1, rest=1)[kept]).set_index("source")["share"]
        for _ in range(30)
    ]
    shares = pd.concat(found, axis=1).mean(axis=1)
    assert shares["weights"] == pytest.approx(0.47, abs=0.07)  # five levels: a little below half
    assert shares["noise"] < 0.03 and shares["order"] < 0.03


@pytest.mark.parametrize("weights", [0.0, 0.25, 1.0])
def test_intervals_hold_the_true_share(weights):
    rng = np.random.default_rng(2)
    true, hits = weights / (weights + 1), 0
    for _ in range(60):
        table = components_table(GRID, values(rng, weights=weights)).set_index("source")
        hits += table.loc["weights", "low"] <= true <= table.loc["weights", "high"]
    assert hits >= 60 * 0.95 - 3 * np.sqrt(60 * 0.95 * 0.05)


def test_chaos_is_what_the_sources_make_together():
    """If every run is as good as drawn anew, each source alone moves it by all its variance."""
    y = values(np.random.default_rng(3))
    table = components_table(GRID, y).set_index("source")
    assert table.loc["together", "share"] > 0.9
    assert table["alone"].dropna().to_list() == pytest.approx([1, 1, 1], abs=0.1)


def test_what_does_not_vary_has_no_components():
    assert components_table(GRID, np.ones(180)).empty
    assert components_table(GRID[:1], [0.5]).empty


def test_read_from_runs(tmp_path):
    """The seeds of a run's sources: those that are fixed, else its own."""
    (tmp_path / "tables").mkdir()
    rows = [
        {"experiment": f"w{w}", "seed": seed, "status": "dead" if (w, seed) == (1, 2) else "completed",
         "relative_error": 0.3 + w / 10 + seed / 1000, "dead_positions": w}
        for w in (0, 1) for seed in (0, 1, 2)
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "tables" / "runs.csv", index=False)
    fixed = {"s": {f"w{w}": {"weights": w, "order": 7, "images": 0} for w in (0, 1)}}
    plan = facets([("w0", 0)], sources=fixed)
    table = components(Inputs(tmp_path, plan)).set_index(["measure", "source"])
    assert table.loc[("relative_error", "weights"), "levels"] == 2
    assert table.loc[("relative_error", "noise"), "levels"] == 3  # the run's own seed
    assert ("relative_error", "order") not in table.index
    assert table.loc[("dead_positions", "weights"), "share"] == pytest.approx(1)
    assert components(Inputs(tmp_path, facets([("w0", 0)]))).columns.tolist() == COLUMNS
