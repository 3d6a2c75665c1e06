"""Every declared figure, drawn as the rules draw it: its function, its tables, its facets."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from handmade import COUNT, SKIP, facets, lay, make, settings

from denoising.config.figures import KINDS, LATTICE_FIGURES
from denoising.declare import Inputs, function
from denoising.declared import FIGURES
from denoising.figures.style import points, save
from denoising.measures.codes import formats_table

DRAW = {figure.name: figure for figure in FIGURES}
TRAINED, FILTER = settings(), settings("median-filter", size=3)
TITLES = {"a": "A", "f": "Filter", "s": "Skip", "d": "Lost", "k": "Dead"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Runs of all kinds: trained, filtered, with a skip, diverged, dead; of two data sets."""
    folder, runs = tmp_path_factory.mktemp("results"), []
    for seed in (0, 1):
        lay(folder, "a", seed, TRAINED, error=0.3 + seed / 10, dead=seed)
        lay(folder, "f", seed, FILTER, error=0.6, labels=False)
        lay(folder, "s", seed, settings(architecture=SKIP, dataset="other"), error=0.2)
        lay(folder, "d", seed, TRAINED, status="diverged")
        lay(folder, "k", seed, TRAINED, error=1.0, dead=4, status="dead", edge_ratio=0.0)
        runs += [(name, seed) for name in TITLES]
    for n, name in enumerate(("mnist", "other")):
        (folder / "datasets" / name).mkdir(parents=True)
        images = np.full((12, 8, 8, 1), n, np.float32)
        images[:, 2:5, 3:6] = 1 - n / 2
        formats_table(images).to_csv(folder / "datasets" / name / "formats.csv", index=False)
    make(folder, facets(
        runs,
        limits={"one": {"experiments": list(TITLES), "error_limit": 0.5},
                "two": {"experiments": ["a"], "error_limit": 0.4}},
        slices={"mnist": "mnist", "other": "other"},
        writeup={"a": 0.35},
    ))  # fmt: skip
    return folder


def inputs(results, *names, seeds=(0, 1)):
    own = {name: list(seeds) for name in names}
    reported = {name: 0.35 if name == "a" else None for name in names}
    about = {
        name: {"settings": FILTER if name == "f" else TRAINED, "sweep": None, "title": TITLES[name]}
        for name in names
    }
    known = {
        **facets([(name, 0) for name in names]),
        "titles": {name: TITLES[name] for name in names},
        "reported": reported,
        "experiments": about,
        "studies": {"one": {"against": "relative_error_noisy"}},
    }
    return Inputs(results, known, own)


def drawn(results, figure, *names, **how):
    return function(DRAW[figure].draw)(inputs(results, *names, **how))


def words(figure):
    return {t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))}


NOTHING = "no run completed"
ANY = ("error", "images", "experiment", "study")


@pytest.mark.parametrize("figure", DRAW)
@pytest.mark.filterwarnings("error")
def test_a_trained_run_has_every_figure(results, figure, tmp_path):
    made = drawn(results, figure, "a")
    assert NOTHING not in words(made)
    save(made, [tmp_path / "a.svg", tmp_path / "a.csv"])
    save(drawn(results, figure, "a"), [tmp_path / "b.svg"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert list(pd.read_csv(tmp_path / "a.csv").columns) == ["panel", "series", "run", "x", "y"]


@pytest.mark.parametrize("figure", [*ANY, "loss", "spread", "digits", "extremes", "architecture"])
@pytest.mark.parametrize("name", "sdk")
@pytest.mark.filterwarnings("error")
def test_a_run_of_another_kind_has_all_that_the_plan_gives_it(results, figure, name, tmp_path):
    save(drawn(results, figure, name), [tmp_path / "a.svg"])


@pytest.mark.parametrize("figure", [*ANY, "spread", "digits", "extremes"])
@pytest.mark.filterwarnings("error")
def test_a_filter_has_all_but_what_a_training_leaves(results, figure, tmp_path):
    made = drawn(results, figure, "f")
    save(made, [tmp_path / "a.svg"])
    if figure in ANY:
        assert "Loss" not in words(made)


@pytest.mark.parametrize("name", "dk")
@pytest.mark.parametrize(
    "figure", ["spread", "digits", "extremes", "compression", *LATTICE_FIGURES]
)
@pytest.mark.filterwarnings("error")
def test_where_no_run_completed_the_figure_says_so(results, figure, name):
    assert NOTHING in words(drawn(results, figure, name))


@pytest.mark.parametrize("figure", [*KINDS["together"], *KINDS["separate"], "study"])
def test_where_no_run_is_finished_the_figure_says_so(results, figure):
    assert NOTHING in words(drawn(results, figure, "a", seeds=()))


@pytest.mark.filterwarnings("error")
def test_a_study_of_all_kinds(results, tmp_path):
    made = drawn(results, "study", *TITLES)
    save(made, [tmp_path / "a.svg"])
    data = points(made)
    losses = data[data["panel"] == "Validation loss"]
    assert set(losses["series"]) == {"A", "Skip", "Lost", "Dead"}  # a filter has none
    errors = data[data["panel"] == "Relative error of test images 0–9"]
    filtered = errors[(errors["series"] == "Filter") & (errors["run"] == "1")]
    assert filtered["y"].tolist() == pytest.approx([0.6 + n / 1000 for n in range(10)])
    means = data[data["panel"] == "Average relative error of test images 0–9"]
    assert means[means["series"] == "A: write-up"]["x"].tolist() == [0.35]


def test_a_study_of_filters_has_no_losses(results, tmp_path):
    made = drawn(results, "study", "f")
    save(made, [tmp_path / "a.svg"])
    assert "Validation loss" not in words(made)


def test_a_lattice_figure_leaves_out_what_has_none(results):
    data = points(drawn(results, "law", "a", "d", "k"))
    assert {name for name in data["series"] if name in TITLES.values()} == {"A"}
    assert len(drawn(results, "epochs", "a", "d", "k").axes[0].lines) == 2


def test_codes_stand_beside_the_formats_of_their_own_data(results):
    data = points(drawn(results, "compression", "a", "f", "s"))
    assert {name for name in data["series"] if name in TITLES.values()} == {"A"}
    formats = pd.read_csv(results / "tables" / "formats.csv").query("dataset == 'mnist'")
    shown = data[data["series"] == "PNG, a file each"]
    assert shown["x"].tolist() == pytest.approx(
        formats.query("format == 'PNG' and files == 'each'")["bits_ratio"].tolist()
    )
    code = data[data["series"] == "A"]
    assert len(code) == 2  # bits of 32 and 2, though it stands in two studies
    assert code["y"].tolist() == pytest.approx([0.35, 0.45])


def test_extremes_show_the_pictures_of_their_images(tmp_path):
    """Of 300 images 120 are pictured: the worst is not at the place of its number."""
    folder = lay(tmp_path, "a", 0, TRAINED)
    errors = np.linspace(0.9, 0.1, 300)
    images = pd.DataFrame({"image": range(300), "label": 0, "relative_error": errors})
    images.to_csv(folder / "images.csv", index=False)
    index = np.r_[np.arange(100), np.arange(290, 300)]
    pixels = (index % 256).astype(np.uint8)[:, None, None, None] + np.zeros((8, 8, 1), np.uint8)
    np.savez(folder / "pictures.npz", index=index, clean=pixels, noisy=pixels, decoded=pixels)
    make(tmp_path, facets([("a", 0)]))
    panels = drawn(tmp_path, "extremes", "a", seeds=(0,)).axes
    titles = {axes.get_title(): axes for axes in panels if axes.get_title()}
    assert next(iter(titles)) == "299: 0.10"
    assert titles["299: 0.10"].images[0].get_array()[0, 0] == pytest.approx((299 % 256) / 255)
    assert titles["0: 0.90"].images[0].get_array()[0, 0] == 0


@pytest.mark.filterwarnings("error")
def test_black_test_images_leave_gaps(tmp_path):
    folder = lay(tmp_path, "a", 0, TRAINED)
    images = pd.read_csv(folder / "images.csv")
    images.loc[[0, 12], "relative_error"] = np.nan
    images.to_csv(folder / "images.csv", index=False)
    axes = drawn(tmp_path, "error", "a", seeds=(0,)).axes[0]
    average = next(line for line in axes.lines if line.get_label() == "average")
    assert average.get_ydata()[0] == pytest.approx(0.405)  # of 0.401 … 0.409
    means = points(drawn(tmp_path, "study", "a", seeds=(0,)))
    ours = means[means["series"] == "A: ours, each seed"]
    assert ours["x"].tolist() == pytest.approx([0.405])


@pytest.mark.filterwarnings("error")
def test_pictures_in_colour(tmp_path):
    folder = lay(tmp_path, "a", 0, TRAINED)
    pixels = np.zeros((COUNT, 8, 8, 3), np.uint8)
    pixels[0, 0, 0] = (255, 0, 51)
    np.savez(
        folder / "pictures.npz", index=np.arange(COUNT), clean=pixels, noisy=pixels, decoded=pixels
    )
    make(tmp_path, facets([("a", 0)]))
    axes = drawn(tmp_path, "images", "a", seeds=(0,)).axes[0]
    assert axes.images[0].get_array()[0, 0].tolist() == pytest.approx([1, 0, 0.2])
    for figure in ("architecture", "dots", "gallery", "extremes"):
        save(drawn(tmp_path, figure, "a", seeds=(0,)), [tmp_path / "x.svg"])


def test_the_program_writes_what_the_function_draws(results, tmp_path):
    facets = {"facets": {"titles": {"a": "A"}, "reported": {"a": None}}, "drawn": {"a": [0, 1]}}
    (tmp_path / "facets.json").write_text(json.dumps(facets))
    outputs = [tmp_path / f"2.1.1.{suffix}" for suffix in ("svg", "png", "csv")]
    subprocess.run(
        [sys.executable, ROOT / "workflow" / "scripts" / "draw_figure.py",
         "--draw", DRAW["loss"].draw, "--facets", tmp_path / "facets.json",
         "--results", results, "--output", *outputs],
        check=True,
    )  # fmt: skip
    save(drawn(results, "loss", "a"), [tmp_path / "same.svg"])
    assert outputs[0].read_bytes() == (tmp_path / "same.svg").read_bytes()
    assert outputs[1].read_bytes().startswith(b"\x89PNG")
    table = pd.read_csv(outputs[2])
    assert set(table["series"]) == {"training", "validation"}


@pytest.mark.filterwarnings("error")
def test_where_all_test_images_are_black_there_is_no_error_to_draw(tmp_path):
    folder = lay(tmp_path, "a", 0, TRAINED, error=np.nan)
    lattice = json.loads((folder / "lattice.json").read_text())
    lattice |= {"live_error": None, "predicted_error": None, "dead": 0}
    lattice["positions"]["error"] = [[None] * 2] * 2
    (folder / "lattice.json").write_text(json.dumps(lattice))
    metrics = json.loads((folder / "metrics.json").read_text())
    numbers = {key: None if one != one else one for key, one in metrics.items()}
    (folder / "metrics.json").write_text(json.dumps(numbers))
    make(tmp_path, facets([("a", 0)], limits={"s": {"experiments": ["a"], "error_limit": 0.5}}))
    for figure in DRAW:
        made = drawn(tmp_path, figure, "a", seeds=(0,))
        save(made, [tmp_path / "a.svg", tmp_path / "a.csv"])
        assert "nan" not in " ".join(words(made))
        if figure in ("digits", "extremes"):
            assert "no test image has a relative error" in words(made)


def test_the_data_of_classes_name_the_classes(tmp_path):
    folder = lay(tmp_path, "a", 0, TRAINED)
    images = pd.read_csv(folder / "images.csv")
    images["label"] = np.where(images["image"] % 2, 7, 61)
    images.to_csv(folder / "images.csv", index=False)
    make(tmp_path, facets([("a", 0)]))
    data = points(drawn(tmp_path, "digits", "a", seeds=(0,)))
    assert data["x"].tolist() == [7, 61]


@pytest.mark.filterwarnings("error")
def test_a_diverged_run_is_drawn_and_breaks_off_no_mean(tmp_path):
    lay(tmp_path, "a", 0, TRAINED, error=0.3)
    lay(tmp_path, "a", 1, TRAINED, status="diverged")
    lay(tmp_path, "a", 2, TRAINED, error=0.5)
    make(tmp_path, facets([("a", seed) for seed in range(3)]))
    for figure in ("experiment", "study"):
        data = points(drawn(tmp_path, figure, "a", seeds=(0, 1, 2)))
        errors = data[data["panel"] == "Relative error of test images 0–9"]
        bold = errors[(errors["run"] == "") & ~errors["series"].str.contains("average")]
        assert bold["y"].tolist() == pytest.approx([0.4 + n / 1000 for n in range(10)])


def test_classes_of_images_without_labels_are_not_said_to_be_of_no_run(results):
    assert words(drawn(results, "digits", "f")) >= {"no labels"}


def test_of_a_run_that_diverged_no_position_is_said_to_live(results):
    assert not [word for word in words(drawn(results, "images", "d")) if "dead positions" in word]
    assert "dead positions: 4 of 4" in words(drawn(results, "images", "k"))
