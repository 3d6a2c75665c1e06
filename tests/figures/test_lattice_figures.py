import numpy as np
import pandas as pd
import pytest

from denoising.figures.lattice import (
    LatticeDrawn,
    counts_figure,
    dead_by_epoch_figure,
    gallery_figure,
    law_figure,
    missing_dots_figure,
)
from denoising.figures.style import save


def drawn(title="Baseline", seed=0, side=4):
    error = np.full((side, side), 0.35)
    error[0, 1] = 1
    epochs = pd.DataFrame({"epoch": range(1, 6), "dead": [9, 5, 5, 2, 1]})
    return LatticeDrawn(title, seed, error, 1, epochs, np.zeros((28, 28)))


RUNS = pd.DataFrame(
    {
        "experiment": ["a", "a", "b"], "positions": [16, 16, 64], "dead_positions": [0, 4, 16],
        "live_error": [0.3, 0.3, 0.4], "relative_error": [0.3, 0.56, 0.61],
        "predicted_error": [0.3, 0.56, 0.61],
    }
)  # fmt: skip
IMPLIED = pd.DataFrame(
    {"reported": [0.47], "positions": [16], "implied": [1.9]}, index=pd.Index(["a"])
)
FIGURES = {
    "law": lambda: law_figure(RUNS, IMPLIED, {"a": "A", "b": "B"}),
    "counts": lambda: counts_figure(RUNS, IMPLIED, {"b": "B", "a": "A"}),
    "gallery": lambda: gallery_figure([[drawn(), drawn(seed=1)], [drawn("SGD")]]),
    "epochs": lambda: dead_by_epoch_figure([[drawn(), drawn(seed=1)], [drawn("SGD")]]),
    "dots": lambda: missing_dots_figure([drawn(), *(drawn("Side 3", s, 8) for s in range(4))]),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_redrawn_figures_are_byte_identical(draw, tmp_path):
    for name in "ab":
        save(draw(), [tmp_path / f"{name}.svg"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_law_goes_through_runs_that_obey_it():
    left, right = FIGURES["law"]().axes
    curve = next(line for line in left.lines if line.get_label() == "A: the law")
    assert curve.get_ydata()[0] == pytest.approx(0.3)  # the median e₀ of A
    assert curve.get_ydata()[-1] == 1
    points = [line for line in right.lines if line.get_linestyle() == "None"]
    for line in points:
        np.testing.assert_allclose(line.get_xdata(), line.get_ydata())


def test_a_reported_number_stands_where_the_law_puts_it():
    star = next(line for line in FIGURES["law"]().axes[0].lines if line.get_marker() == "*")
    assert star.get_xdata()[0] == pytest.approx(1.9 / 16)
    assert star.get_ydata()[0] == 0.47


def test_without_reported_numbers():
    assert law_figure(RUNS, pd.DataFrame(), {}).axes


def test_dead_positions_are_counted_in_words():
    titles = [axes.get_title() for axes in FIGURES["dots"]().axes]
    assert titles.count("1 of 16 positions dead") == 1
    assert titles.count("1 of 64 positions dead") == 4


def test_runs_are_counted_by_their_share_of_dead_positions():
    axes = FIGURES["counts"]().axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["B", "A"]
    rows = [sorted(map(tuple, points.get_offsets())) for points in axes.collections]
    assert rows == [[(0.25, 0)], [(0, 1), (0.25, 1)]]


def test_a_gallery_has_a_row_an_experiment_and_a_column_a_seed():
    *panels, key = FIGURES["gallery"]().axes
    assert len(panels) == 4 * 2
    assert key.get_ylabel() == "relative error"
    assert [one.get_title(loc="left") for one in panels if one.get_title(loc="left")] == [
        "Baseline", "SGD",
    ]  # fmt: skip
    assert sum(one.get_title() == "k = 1" for one in panels) == 3


def test_runs_of_one_seed_stand_side_by_side():
    panels = gallery_figure([[drawn()], [drawn("SGD")], [drawn("Side 3", side=8)]]).axes
    assert [one.get_title(loc="left") for one in panels[:3]] == ["Baseline", "SGD", "Side 3"]
