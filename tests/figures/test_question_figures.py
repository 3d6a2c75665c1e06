"""What the figures of studies that ask more than the write-up draw."""

import numpy as np
import pandas as pd
import pytest

from denoising.figures.search import search_figure
from denoising.figures.style import points
from denoising.figures.transfer import Cell, named, row_name, transfer_figure
from denoising.figures.tuning import budgets_figure


def images(value, count=3):
    return np.full((count, 4, 4, 1), value)


def test_a_row_a_model_and_two_images_of_each_condition():
    cells = [
        Cell("digits", "digits", images(0.1), images(0.2), images(0.3)),
        Cell("digits", "clothes", images(0.4), images(0.5), images(0.6)),
        Cell("clothes", "clothes", images(0.4), images(0.5), images(0.7)),
    ]
    figure = transfer_figure(cells)
    grid = np.array(figure.axes).reshape(4, 4)
    assert [row[0].get_ylabel() for row in grid] == ["clean", "noisy", "digits", "clothes"]
    assert [axes.get_title(loc="left") for axes in grid[0]] == ["digits", "", "clothes", ""]
    shown = [
        [axes.images[0].get_array().mean() if axes.images else None for axes in row] for row in grid
    ]
    assert np.array(shown, dtype=float).round(3).tolist()[:3] == [
        [0.1, 0.1, 0.4, 0.4],
        [0.2, 0.2, 0.5, 0.5],
        [0.3, 0.3, 0.6, 0.6],
    ]
    assert shown[3][:2] == [None, None] and shown[3][2] is not None


def test_conditions_are_named():
    assert named("mnist") == "mnist"
    assert named('mnist\n{"amount": 0.4, "kind": "salt-and-pepper", "salt": 0.5}') == (
        "mnist, salt-and-pepper 0.4, 0.5"
    )
    assert row_name({"method": "linear-map", "trained": "same"}) == "linear-map:\nsame"


def test_a_line_and_a_band_a_sweep():
    table = pd.DataFrame(
        {
            "sweep": ["a", "a", "b"], "budget": [1, 2, 1], "median": [0.5, 0.4, 0.45],
            "low": [0.3, 0.3, 0.45], "high": [1.0, 0.5, 0.45],
        }
    )  # fmt: skip
    figure = budgets_figure(table, {"a": "Adam", "b": "SGD"})
    drawn = points(figure)
    lines = drawn[drawn["series"].isin(["Adam", "SGD"])]
    assert lines[["series", "x", "y"]].to_numpy().tolist() == [
        ["Adam", 1.0, 0.5], ["Adam", 2.0, 0.4], ["SGD", 1.0, 0.45],
    ]  # fmt: skip
    assert len(figure.axes[0].collections) == 2


def searched(**columns):
    return pd.DataFrame(columns)


def test_a_search_has_a_panel_for_every_key():
    rates = [10.0**-n for n in range(7)]
    table = searched(**{
        "optimizer.learning_rate": rates, "loss.name": list("aabbaab"),
        "optimizer.beta_1": [0.5, 0.9] * 3 + [0.5], "error": [0.1 * n for n in range(6)] + [np.nan],
    })  # fmt: skip
    figure = search_figure(table, "errors")
    named = {axes.get_title(loc="left"): axes for axes in figure.axes}
    assert list(named) == ["learning rate", "name", "beta 1"]
    assert named["learning rate"].get_xscale() == "log"
    data = points(figure)
    own = data[(data["panel"] == "learning rate") & (data["series"] == "an experiment")]
    assert own["x"].tolist() == rates[:6]
    assert own["y"].tolist() == pytest.approx([0.1 * n for n in range(6)])
    failed = data[(data["panel"] == "learning rate") & (data["series"] == "without a result")]
    assert failed["x"].tolist() == [rates[6]]
    assert [t.get_text() for t in named["name"].get_xticklabels()] == ["a", "b"]


def test_a_grid_of_two_keys_is_a_heat_map():
    grid = [(rate, name) for rate in (0.1, 0.01) for name in ("adam", "sgd")]
    table = searched(**{
        "optimizer.learning_rate": [rate for rate, _ in grid], "optimizer.name": [n for _, n in grid],
        "error": [0.1, 0.2, 0.3, np.nan],
    })  # fmt: skip
    figure = search_figure(table, "errors")
    data = points(figure)
    found = {(row["series"], row["x"]): row["y"] for _, row in data.iterrows()}
    assert found[("adam", 0.1)] == 0.1 and found[("sgd", 0.1)] == 0.2
    assert found[("adam", 0.01)] == 0.3 and np.isnan(found[("sgd", 0.01)])
    written = {text.get_text() for text in figure.axes[0].texts}
    assert written == {"0.100", "0.200", "0.300", "–"}


def test_a_search_without_any_result_says_so():
    figure = search_figure(searched(a=[1, 2], b=[1, 2], error=[np.nan, np.nan]), "errors")
    assert "no run completed" in [text.get_text() for text in figure.texts]
