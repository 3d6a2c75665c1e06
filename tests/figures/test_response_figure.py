"""Where experiments stand in the figure of an error against a quantity."""

import numpy as np
import pandas as pd
import pytest

from denoising.figures.response import points, response_figure

RUNS = pd.DataFrame(
    {
        "experiment": ["a", "a", "b", "b", "c", "d"], "status": ["completed"] * 5 + ["diverged"],
        "relative_error": [0.3, 0.5, 0.2, 0.2, 0.6, np.nan], "train_seconds": [10, 30, 100, 100, 5, 1],
    }
)  # fmt: skip
SETTINGS = {
    "a": {"noise": {"level": 0.1}, "method": {"experiment": "x"}},
    "b": {"noise": {"level": 0.5}, "method": {"experiment": "x"}},
    "c": {"noise": {"sigma": 2}, "method": {"experiment": "y"}},
    "d": {"noise": {"level": 0.2}, "method": {"experiment": "y"}},
}


def test_a_column_of_the_runs():
    found = points(RUNS, SETTINGS, ["train_seconds"]).set_index("experiment")
    assert found.index.to_list() == ["c", "a", "b"]  # by cost; what diverged is not drawn
    assert found.loc["a", ["x", "median", "least", "most"]].to_list() == pytest.approx(
        [20, 0.4, 0.3, 0.5]
    )


def test_a_setting_and_lines():
    found = points(RUNS, SETTINGS, ["noise.level"], "method.experiment")
    assert found[["experiment", "line", "x"]].to_numpy().tolist() == [
        ["a", "x", 0.1],
        ["b", "x", 0.5],
    ]


def test_the_first_key_that_an_experiment_has():
    found = points(RUNS, SETTINGS, ["noise.level", "noise.sigma"])
    assert found[["experiment", "x"]].to_numpy().tolist() == [["a", 0.1], ["b", 0.5], ["c", 2.0]]


def test_names_stand_beside_points_and_an_axis_is_logarithmic_where_it_is_long():
    titles = {name: name.upper() for name in "abc"}
    found = points(RUNS, SETTINGS, ["train_seconds"])
    figure = response_figure(found, titles, "train_seconds", noisy=0.61)
    [axes] = figure.axes
    assert [text.get_text() for text in axes.texts] == ["C", "A", "B"]
    assert axes.get_xscale() == "linear"  # 5 to 100
    for values, expected in (
        ([1.5, 20, 100], {"10", "100"}),
        ([1, 20, 64], {"1", "2", "32", "64"}),
    ):
        drawn = response_figure(found.assign(x=values), titles, "train_seconds")
        assert drawn.axes[0].get_xscale() == "log"
        drawn.canvas.draw()
        ticks = [tick.get_text() for tick in drawn.axes[0].get_xticklabels(which="both")]
        assert expected <= set(ticks) and not any("$" in tick for tick in ticks)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["median", "the noisy images"]
