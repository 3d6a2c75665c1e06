from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from PIL import Image

from denoising.figures.architecture import architecture_figure, input_positions, levels
from denoising.figures.experiments import Drawn, experiment_figure, lines_of_runs, study_figure
from denoising.figures.style import empty_figure, lattice_of, points, save

LAYERS = [
    {"name": "encoder_1", "layer": "Conv2D", "output_shape": "26×26×32", "parameters": 320,
     "inputs": ["image"]},
    {"name": "code", "layer": "MaxPooling2D", "output_shape": "13×13×32", "parameters": 0,
     "inputs": ["encoder_1"]},
    {"name": "decoder_1", "layer": "Conv2DTranspose", "output_shape": "28×28×1", "parameters": 128,
     "inputs": ["code"]},
]  # fmt: skip
RESIDUAL = [
    *LAYERS,
    {"name": "out", "layer": "Subtract", "output_shape": "28×28×1", "parameters": 0,
     "inputs": ["image", "decoder_1"]},
]  # fmt: skip


def drawn(title="Baseline", seed=0, loss="mean_squared_error", reported=0.47):
    rng = np.random.default_rng(seed)
    losses = np.linspace(0.2, 0.05, 5)
    return Drawn(
        title=title, seed=seed, loss=loss,
        history=pd.DataFrame({"epoch": range(1, 6), "loss": losses, "val_loss": losses + 0.01}),
        errors=rng.random(20), original=rng.random((28, 28)), noisy=rng.random((28, 28)),
        denoised=rng.random((28, 28)), lattice=np.full((4, 4), 0.4), dead=0, reported=reported,
    )  # fmt: skip


FIGURES = {
    "empty": lambda: empty_figure("no run completed"),
    "architecture": lambda: architecture_figure(
        LAYERS, (28, 28, 1), np.zeros((28, 28)), np.ones((28, 28))
    ),
    "skip": lambda: architecture_figure(
        RESIDUAL, (28, 28, 1), np.zeros((28, 28)), np.ones((28, 28))
    ),
    **{
        kind: lambda kind=kind: experiment_figure([drawn(), drawn(seed=1)], kind)
        for kind in ("loss", "error", "images", "experiment")
    },
    "study": lambda: study_figure(
        [
            [drawn()],
            [drawn("SGD", loss="huber"), drawn("SGD", 1, "huber")],
            [drawn("X", reported=None)],
        ]
    ),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_redrawn_figures_are_byte_identical(draw, tmp_path):
    paths = [[tmp_path / f"{n}.svg", tmp_path / f"{n}.png"] for n in range(2)]
    for pair in paths:
        save(draw(), pair)
    for first, again in zip(*paths, strict=True):
        assert first.read_bytes() == again.read_bytes()
        assert first.stat().st_size > 1000


def test_files_hold_no_date(tmp_path):
    save(FIGURES["loss"](), [tmp_path / "a.svg", tmp_path / "a.png"])
    assert "dc:date" not in (tmp_path / "a.svg").read_text()
    assert not Image.open(tmp_path / "a.png").text


def texts(figure):
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text")) if t.get_text()]


def test_architecture_shows_the_shapes():
    shown = texts(FIGURES["architecture"]())
    assert {"28×28×1", "26×26×32", "13×13×32", "encoder", "code", "decoder"} <= set(shown)


def arrows(figure):
    return len(figure.findobj(FancyArrowPatch))


def test_a_skip_is_an_arc():
    assert arrows(FIGURES["skip"]()) == arrows(FIGURES["architecture"]()) + 1
    assert input_positions(RESIDUAL) == [[], [0], [1], [2], [0, 3]]


def test_skips_that_pass_over_each_other_have_heights_of_their_own():
    found = levels([(0, 9), (1, 5), (2, 4), (5, 8), (1, 5)])
    assert found == {(2, 4): 1, (5, 8): 1, (1, 5): 2, (0, 9): 3}


def test_error_panel_shows_the_first_ten_images():
    axes = experiment_figure([drawn()], "error").axes[0]
    line = axes.lines[0]
    np.testing.assert_array_equal(line.get_xdata(), range(10))
    np.testing.assert_array_equal(line.get_ydata(), drawn().errors[:10])
    assert axes.lines[1].get_ydata()[0] == pytest.approx(drawn().errors[:10].mean())
    assert axes.get_ylim()[1] > drawn().errors[:10].max()


def test_many_seeds_are_thin_lines_below_a_bold_mean():
    runs = [drawn(), drawn(seed=1), drawn(seed=2)]
    *thin, bold = (line for line in experiment_figure(runs, "error").axes[0].lines[:4])
    for run, line in zip(runs, thin, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), run.errors[:10])
        assert line.get_linewidth() < 1
    mean = np.mean([run.errors[:10] for run in runs], axis=0)
    np.testing.assert_allclose(bold.get_ydata(), mean)
    assert bold.get_linewidth() > 2


def test_a_mean_of_curves_ends_with_the_shortest():
    axes = Figure().subplots()
    curves = [([1, 2, 3], [1.0, 2.0, 3.0]), ([1, 2], [3.0, 4.0])]
    lines_of_runs(axes, curves, "both", [True, True])
    assert axes.lines[-1].get_ydata().tolist() == [2, 3]


def test_a_mean_of_curves_leaves_out_runs_that_are_in_no_average():
    axes = Figure().subplots()
    curves = [([1, 2], [1.0, 2.0]), ([1], [np.nan]), ([1, 2], [3.0, 4.0])]
    lines_of_runs(axes, curves, "all", [True, False, True])
    assert len(axes.lines) == 4  # each is drawn
    assert axes.lines[-1].get_ydata().tolist() == [2, 3]


def test_averages_of_a_study_are_of_the_runs_that_are_averaged():
    runs = [drawn(), replace(drawn(seed=1), averaged=False), drawn(seed=2)]
    data = points(study_figure([runs, [drawn("SGD")]]))
    mean = data.loc[data["series"] == "Baseline: ours, median", "x"].item()
    assert mean == pytest.approx(np.mean([runs[0].average, runs[2].average]))


def test_the_images_are_followed_by_the_lattice():
    *axes, key = experiment_figure([drawn()], "images").axes
    assert [one.get_title() for one in axes] == [
        "original", "noisy", "denoised", "dead positions: 0 of 16",
    ]  # fmt: skip
    np.testing.assert_array_equal(axes[-1].images[0].get_array(), drawn().lattice)
    assert key.get_ylabel() == "relative error"  # which colour is which
    assert key.get_ylim() == axes[-1].images[0].get_clim()


def test_losses_of_different_kinds_are_not_drawn_on_one_scale():
    axes = FIGURES["study"]().axes[0]
    assert all(line.get_ydata()[0] == 1 for line in axes.lines)
    assert axes.get_ylabel() == "loss / loss of epoch 1"
    same = study_figure([[drawn()], [drawn("SGD")]]).axes[0]
    assert same.lines[0].get_ydata()[0] == pytest.approx(0.21)


def test_study_puts_ours_beside_the_write_up():
    means = study_figure([[drawn()], [drawn("SGD", reported=0.3)]]).axes[2]
    marks = {round(float(x), 6) for line in means.lines for x in line.get_xdata()}
    assert {0.47, 0.3, round(drawn().errors[:10].mean(), 6)} <= marks


def test_a_figures_data_are_what_it_draws(tmp_path):
    runs = [drawn(), drawn(seed=1)]
    save(experiment_figure(runs, "experiment"), [tmp_path / "a.csv"])
    table = pd.read_csv(tmp_path / "a.csv")
    assert set(table["panel"]) == {
        "Loss", "Relative error of test images 0–9", "dead positions: 0 of 16",
    }  # fmt: skip
    first = table[(table["series"] == "validation") & (table["run"] == 1)]
    np.testing.assert_allclose(first["y"], runs[0].history["val_loss"], rtol=1e-5)
    assert first["x"].tolist() == [1, 2, 3, 4, 5]
    lattice = table[table["panel"] == "dead positions: 0 of 16"]
    assert lattice["y"].tolist() == [0.4] * 16


def test_rows_of_a_table_without_names_are_counted():
    figure = Figure()
    lattice_of(figure.subplots(), np.array([[0.1, 0.2], [0.3, 1.0]]))
    found = points(figure)
    assert found["series"].tolist() == ["row 1", "row 1", "row 2", "row 2"]
    assert found[["x", "y"]].to_numpy().tolist() == [[0, 0.1], [1, 0.2], [0, 0.3], [1, 1.0]]


def test_scattered_points_are_data_and_helping_lines_are_not():
    figure = Figure()
    axes = figure.subplots()
    axes.set_ylabel("error")
    axes.scatter([1, 2], [3, 4], label="points")
    axes.plot([0, 1], [0, 1])  # without a label
    assert points(figure).to_numpy().tolist() == [
        ["error", "points", "", 1, 3],
        ["error", "points", "", 2, 4],
    ]
