"""One entry for one thing, as CONTRIBUTING promises: each is added in a copy, and the page built."""

import hashlib
import json
import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, copy_checkout, copy_data

ADDITIONS = ROOT / "tests" / "additions"
LIBRARY = "workflow/scripts/denoising"
OVERLAY = {
    "results": "results/added",
    "defaults": {"data": {"train": 60, "test": 30}, "training": {"epochs": 1}},
    "architectures": {
        "skips": {
            "layer_defaults": {
                "Conv2D": {"kernel_size": 3, "padding": "same", "activation": "relu"}
            },
            "encoder": [
                {"layer": "Conv2D", "filters": 2, "name": "wide"},
                {"layer": "MaxPooling2D"},
                {"layer": "Conv2D", "filters": 3},
            ],
            "decoder": [
                {"layer": "UpSampling2D", "name": "up"},
                {"layer": "Concatenate", "inputs": ["wide", "up"]},
                {"layer": "Conv2D", "filters": 1, "activation": "sigmoid"},
            ],
        }
    },
    "experiments": {
        "dimmed": {"noise": {"kind": "dimming"}, "method": "brighten"},
        "u-net": {
            "architecture": "skips",
            "optimizer": {"learning_rate": {"name": "cosine_decay", "initial_learning_rate": 0.001}},
            "training": {"fresh_noise": True, "early_stopping": {"patience": 2}},
            "data": {"validation": 20},
        },
        "told": {"noise": {"kind": "gaussian-told", "low": 0.1, "high": 0.5}},
        "elsewhere": {
            "noise": {"level": 0.2}, "method": {"name": "pretrained", "experiment": "baseline"},
        },
        "chosen": {
            "method": {"name": "gaussian-filter", "sigma": [0.01, 1], "affine": True},
            "data": {"validation": 20},
        },
        "squares": {
            "data": {"dataset": "squares", "train": 40, "test": 20}, "method": "median-filter",
        },
    },
    "studies": {
        **{name: {"enabled": False} for name in ("i", "ii", "iii", "iv")},
        "added": {"title": "Added", "against": "noise.level", "experiments": [
            "baseline", "dimmed", "u-net", "told", "elsewhere", "chosen", "squares",
        ]},
    },
}  # fmt: skip


def idx(array):
    sizes = b"".join(int(n).to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def squares(folder):
    """A data set of 12 × 10 coloured images without labels, as an entry of the configuration."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(0)
    files = {}
    for key, count in (("train-images", 40), ("test-images", 20)):
        content = idx(draw.integers(0, 256, (count, 12, 10, 3), dtype=np.uint8))
        (folder / key).write_bytes(content)
        files[key] = {"name": key, "sha256": hashlib.sha256(content).hexdigest()}
    return {"shape": [12, 10, 3], "train": 40, "test": 20, "folder": str(folder), "files": files}


@pytest.fixture(scope="module")
def added(tmp_path_factory, mnist):
    """A copy in which a noise, a method, a measure, a section … were added, rebuilt."""
    project = copy_checkout(tmp_path_factory.mktemp("added") / "project")
    copy_data(mnist, project)
    for name, folder in (
        ("dimming.py", "data/noises"),
        ("brighten.py", "methods"),
        ("patience.py", "report/sections"),
    ):
        shutil.copy(ADDITIONS / name, project.folder / LIBRARY / folder / name)
    metrics = project.folder / LIBRARY / "measures" / "metrics.py"
    entry = (ADDITIONS / "measure.py").read_text(encoding="utf-8")
    measure = "\n\n" + entry[entry.index("@MEASURES") :]
    metrics.write_text(metrics.read_text(encoding="utf-8") + measure, encoding="utf-8")
    overlay = {**OVERLAY, "datasets": {"squares": squares(project.folder / "own")}}
    (project.folder / "added.json").write_text(json.dumps(overlay))
    project.snakemake("--configfile", "added.json")
    return project.folder / "results" / "added"


@pytest.fixture(scope="module")
def runs(added):
    return pd.read_csv(added / "tables" / "runs.csv").set_index("experiment")


@pytest.fixture(scope="module")
def page(added):
    return (added / "report-details.html").read_text(encoding="utf-8")


def test_a_noise_is_one_file(added, runs, page):
    assert runs.loc["dimmed", "noise"] == "dimming 0.5"
    assert (added / "datasets/mnist-60-30/dimming-0.5/seed-0/test.npy").exists()
    assert "Dimming" in page
    assert "变暗" in page


def test_a_method_is_one_file(runs, page):
    assert runs.loc["dimmed", "method"] == "brighten"
    assert runs.loc["dimmed", "relative_error"] == pytest.approx(0, abs=1e-6)  # undoes the dimming
    assert runs.loc["dimmed", "parameters"] == 0
    assert "Brighten" in page


def test_a_measure_is_one_entry(added, runs):
    assert runs["brightness"].between(0, 1).all()
    images = pd.read_csv(added / "runs/dimmed/seed-0/images.csv")
    assert images["brightness"].mean() == pytest.approx(runs.loc["dimmed", "brightness"], rel=1e-2)


def test_an_architecture_with_skips_is_configuration(runs, page):
    assert runs.loc["u-net", "relative_error"] > 0
    assert np.isnan(runs.loc["u-net", "dead_positions"])  # past skips there is no lattice
    assert "skips" in page


def test_a_model_is_told_the_level(added, runs):
    layers = pd.DataFrame(json.loads((added / "runs/told/seed-0/layers.json").read_text()))
    assert layers["parameters"].iloc[0] == 3 * 3 * 2 * 32 + 32  # two channels come in
    assert layers["output_shape"].iloc[-1] == "28×28×1"
    assert runs.loc["told", "relative_error_noisy"] < runs.loc["baseline", "relative_error_noisy"]


def test_a_model_is_tried_under_other_noise_without_training(added, runs):
    assert runs.loc["elsewhere", "parameters"] == runs.loc["baseline", "parameters"]
    assert np.isnan(runs.loc["elsewhere", "train_seconds"])
    record = json.loads((added / "runs/elsewhere/seed-0/record.json").read_text())
    model = (added / "runs/baseline/seed-0/model.keras").read_bytes()
    assert record["model"] == hashlib.sha256(model).hexdigest()


def test_values_are_chosen_on_held_out_images(added, runs):
    assert runs.loc["chosen", "chosen"] == "sigma = 1.0"
    choices = pd.read_csv(added / "runs/chosen/seed-0/choices.csv")
    assert choices["sigma"].to_list() == [1.0, 0.01]
    assert runs.loc["chosen", "held_out_error"] == pytest.approx(
        choices["held_out_error"][0], rel=1e-4
    )


def test_a_data_set_of_any_size_without_labels_is_configuration(added, runs):
    assert runs.loc["squares", "dataset"] == "squares"
    images = pd.read_csv(added / "runs/squares/seed-0/images.csv")
    assert len(images) == 20
    assert "label" not in images


def test_a_section_with_table_and_figure_is_one_file(added, page):
    assert (added / "tables" / "longest.csv").exists()
    assert (added / "figures" / "6.1.svg").exists()
    assert "The longest training." in page
    assert "耐心" in page


def test_the_page_says_what_the_runs_say(page):
    """Who did otherwise than most is named with what it did."""
    assert "the same for every experiment" not in page
    method = page.split('<section id="method"', 1)[1].split("</section>", 1)[0]
    for said in ("Dimming", "Brighten", "cosine_decay", "squares", "12×10×3", "Concatenate"):
        assert said in method, said
