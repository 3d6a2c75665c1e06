from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from denoising.figures.images import digits_figure, extremes_figure, spread_figure
from denoising.figures.style import points, save

SPREAD = pd.DataFrame(
    {
        "experiment": ["a", "a", "b"], "mean": [0.4, 0.44, 0.6], "group_low": [0.3, 0.34, 0.5],
        "group_high": [0.5, 0.54, 0.7], "first": [0.45, 0.5, 0.62],
    }
)  # fmt: skip
DIGITS = pd.DataFrame(
    {
        "experiment": ["a", "a", "a", "a"], "seed": [0, 0, 1, 1], "label": [0, 1, 0, 1],
        "relative_error": [0.2, 0.5, 0.4, 0.7],
    }
)  # fmt: skip
EXTREMES = pd.DataFrame(
    {
        "rank": [1, 2, -1, -2], "image": [3, 1, 0, 2], "name": [33, 1, 0, 912],
        "relative_error": [0.1, 0.2, 0.9, 0.8],
    }
)  # fmt: skip
IMAGES = np.arange(4, dtype=float)[:, None, None] / 4 * np.ones((28, 28))
TITLES = {"b": "B", "a": "A", "c": "not trained"}
FIGURES = {
    "spread": lambda: spread_figure(SPREAD, TITLES),
    "digits": lambda: digits_figure(DIGITS, TITLES),
    "extremes": lambda: extremes_figure(EXTREMES, IMAGES, IMAGES, IMAGES),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_redrawn_figures_are_byte_identical(draw, tmp_path):
    for name in "ab":
        save(draw(), [tmp_path / f"{name}.svg"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_ten_images_stand_beside_all():
    axes = FIGURES["spread"]().axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["B", "A"]
    band, first, everyone = axes.lines[-3:]  # of A
    assert band.get_xdata() == pytest.approx([0.32, 0.52])  # means over the seeds
    assert list(first.get_xdata()) == [0.45, 0.5]
    assert list(everyone.get_xdata()) == [0.4, 0.44]


def test_digits_are_averaged_over_seeds():
    axes = FIGURES["digits"]().axes[0]
    assert [text.get_text() for text in axes.texts] == ["0.30", "0.60"]


def test_best_and_worst_are_named_with_their_errors():
    panels = FIGURES["extremes"]().axes
    titles = [axes.get_title() for axes in panels if axes.get_title()]
    assert titles == ["33: 0.10", "1: 0.20", "0: 0.90", "912: 0.80"]
    assert panels[0].images[0].get_array()[0, 0] == 0.75


@pytest.mark.parametrize("count", [2, 10, 20, 21, 50, 62, 150, 256])
def test_any_number_of_classes_can_be_read(count):
    classes = pd.DataFrame(
        {"experiment": "a", "label": range(count), "relative_error": np.linspace(0.1, 0.9, count)}
    )
    figure = digits_figure(classes, TITLES)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    for axes in figure.axes:
        for words in (axes.texts, axes.get_xticklabels()):
            boxes = [text.get_window_extent(renderer) for text in words]
            assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))
            rows = axes.get_window_extent(renderer)
            assert words is not axes.texts or all(box.height < rows.height for box in boxes)
    data = points(figure)
    assert data["x"].tolist() == list(range(count))
    assert data["y"].tolist() == pytest.approx(classes["relative_error"].tolist())
