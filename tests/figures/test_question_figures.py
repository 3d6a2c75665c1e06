"""What the figures of studies that ask more than the write-up draw."""

import numpy as np
import pandas as pd

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
