"""The pipeline as a person uses it: what is planned, what reruns, what is said."""

import html.parser
import json
import os
import re
import shutil
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from conftest import TINY, Project, copy_checkout

from denoising.data.idx import clean_images

EIGHT = [
    "adagrad", "baseline", "binary-crossentropy", "mean-absolute-error", "sgd", "side-1", "side-3",
    "side-4",
]  # fmt: skip
REPORT = ["render_report"]
LATTICE = [f"plot_lattice number=3.{n}" for n in (1, 2, 3, 4, 5)]
IMAGES = [f"plot_images number=4.{n}" for n in (1, 2, 3)]
TABLES = [
    "compare_runs", "summarise_images", "tabulate_compression", "tabulate_initial",
    "tabulate_runs", "weigh_rivals", "plot_compression", *IMAGES, *LATTICE, *REPORT,
]  # fmt: skip


def runs(rule, *experiments, seed=0):
    return [f"{rule} experiment={experiment}, seed={seed}" for experiment in experiments]


def measured(*experiments):
    """Jobs from training to measuring; initial weights are looked at for the write-up's eight."""
    rules = ("train", "evaluate", "measure_lattice")
    initial = runs("measure_initial", *(name for name in experiments if name in EIGHT))
    return [job for rule in rules for job in runs(rule, *experiments)] + initial


def plots(*numbers):
    return [f"plot_results number={number}" for number in numbers]


# --- planning ---


def test_full_rebuild_holds_the_write_up(project):
    planned = project.planned()
    assert [j for j in planned if j.startswith("train ")] == runs("train", *EIGHT)
    assert [j for j in planned if j.startswith("evaluate ")] == runs("evaluate", *EIGHT)
    second = ("2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2", "2.2.3", "2.3.1", "2.3.2", "2.3.3")
    assert [j for j in planned if j.startswith("plot_results")] == plots(
        *second, "2.4.1", "2.4.2", "2.4.3", "2.4.4"
    )
    assert "plot_architecture" in planned
    assert not [j for j in planned if j.startswith("fetch")]  # the files are there
    assert [j for j in planned if j.startswith("compress_codes")] == runs(
        "compress_codes", "baseline", "side-1", "side-3", "side-4"
    )
    figures, tables, data = 14 + 5 + 3 + 1, 7, 2
    assert len(planned) == 4 * 8 + 4 + figures + tables + data + len(REPORT)


def test_one_configuration_alone(project):
    planned = project.planned("results/runs/adagrad/seed-0/metrics.json")
    assert planned == sorted(
        runs("train", "adagrad") + runs("evaluate", "adagrad")
        + ["prepare_dataset slice=mnist-10000-10000"]
        + ["add_noise slice=mnist-10000-10000, noise=gaussian-0.5, seed=0"]
    )  # fmt: skip


def test_any_seed_and_any_experiment_can_be_asked_for(project):
    planned = project.planned("results/runs/side-4b/seed-7/metrics.json")
    assert runs("train", "side-4b", seed=7)[0] in planned


def test_an_unknown_experiment_is_refused(project):
    done = project.snakemake("-n", "results/runs/adagrd/seed-0/metrics.json", check=False)
    assert done.returncode != 0
    assert "results/runs/adagrd/seed-0/metrics.json" in done.stdout
    assert "Traceback" not in done.stdout


def test_one_line_switches_the_repairs_on(project):
    before = project.planned()
    project.edit("config/config.yaml", "enabled: false", "enabled: true")
    added = set(project.planned()) - set(before)
    assert added == {
        *measured("side-4b", "side-4c"),
        *plots("2.5.1", "2.5.2", "2.5.3"),
    }


def test_a_mistake_in_the_configuration_is_said_without_a_traceback(project):
    project.edit("config/config.yaml", "name: adagrad", "name: adagrd")
    project.edit("config/config.yaml", "epochs: 50", "epochs: fifty")
    done = project.snakemake("-n", check=False)
    assert done.returncode != 0
    assert "the configuration has 2 errors:" in done.stdout
    assert (
        "config/config.yaml: experiments.adagrad.optimizer.name: there is no Keras optimizer"
        in done.stdout
    )
    assert "config/config.yaml: defaults.training.epochs: is 'fifty'" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "config/config.yaml: is empty"),
        (b"results: caf\xe9\n", "config/config.yaml:1: is not UTF-8 text"),
        (b"results: results\nresults: results\n", "config/config.yaml:2:1: found duplicate key"),
        (b"results: null\n", "results: is empty (null), must be a text"),
    ],
)
def test_a_broken_configuration_file(project, content, says):
    (project.folder / "config" / "config.yaml").write_bytes(content)
    done = project.snakemake("-n", check=False)
    assert done.returncode != 0
    assert says in done.stdout
    assert "Traceback" not in done.stdout


def test_a_mistake_on_the_command_line(project):
    done = project.snakemake("-n", "--config", "seeds=[0,x]", check=False)
    assert "--config: seeds[1]: is 'x', must be a whole number" in done.stdout


def test_a_duplicate_key_in_an_overlay(project):
    (project.folder / "mine.yaml").write_text("seeds: [1]\nseeds: [2]\n")
    done = project.snakemake("-n", "--configfile", "mine.yaml", check=False)
    assert "mine.yaml:2:1: found duplicate key" in done.stdout


def test_a_missing_data_folder_is_said_in_the_terminal(project):
    shutil.rmtree(project.folder / "results")
    project.edit("config/config.yaml", "folder: null", "folder: no/such/folder")
    done = project.snakemake("results/data/mnist/source.json", check=False)
    assert done.returncode != 0
    assert "folder no/such/folder: is no folder" in done.stdout
    assert "mend datasets.mnist.folder" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_local_folder_serves_as_source(project, tmp_path, mnist):
    names = {
        "train-images": "train-images-idx3-ubyte", "train-labels": "train-labels-idx1-ubyte",
        "test-images": "t10k-images-idx3-ubyte", "test-labels": "t10k-labels-idx1-ubyte",
    }  # fmt: skip
    for key, name in names.items():
        shutil.copy(mnist / f"{key}.idx", tmp_path / name)
    shutil.rmtree(project.folder / "results")
    project.edit("config/config.yaml", "folder: null", f"folder: {tmp_path}")
    project.snakemake("results/data/mnist/source.json")
    record = json.loads((project.folder / "results/data/mnist/source.json").read_text())
    assert record["source"] == f"folder {tmp_path}"


# --- a real rebuild, and what reruns after it ---


@pytest.fixture
def built(rebuilt, tmp_path):
    """A copy of it that a test may change."""
    shutil.copytree(rebuilt.folder, tmp_path / "built", symlinks=True)
    return Project(tmp_path / "built")


def test_again_there_is_nothing_to_do(rebuilt):
    assert "Nothing to be done" in rebuilt.snakemake(*TINY).stdout


def test_touching_files_reruns_nothing(built):
    files = [p for p in built.folder.rglob("*") if p.is_file() and ".snakemake" not in p.parts]
    # results before programs; the data last, since this copy has no record of fetching them
    for path in sorted(files, key=lambda p: ("data" in p.parts, p)):
        os.utime(path)
    assert built.planned(*TINY) == []


def test_a_fresh_clone_with_the_results_copied_in_reruns_nothing(rebuilt, tmp_path):
    clone = copy_checkout(tmp_path / "clone")
    for name in ("results", ".snakemake"):  # with new dates
        shutil.copytree(rebuilt.folder / name, clone.folder / name, copy_function=shutil.copyfile)
    assert clone.planned(*TINY) == []


def test_one_experiment_edited(built):
    built.edit(
        "config/config.yaml",
        "{name: adagrad, learning_rate: 0.01}",
        "{name: adagrad, learning_rate: 0.02}",
    )
    expected = [*measured("adagrad"), *runs("compress_codes", "adagrad"), *plots("2.2.1", "2.2.3")]
    assert built.planned(*TINY) == sorted(expected + TABLES)


def test_plotting_edited(built):
    built.edit("workflow/scripts/denoising/figures/style.py", "WIDTH = 9.0", "WIDTH = 9.5")
    expected = ["plot_architecture", *plots("2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2", "2.2.3")]
    drawn = [*IMAGES, *LATTICE, "plot_compression", *REPORT]
    assert built.planned(*TINY) == sorted(expected + drawn)


@pytest.mark.parametrize("module", ["training/fit", "model/build", "seeds", "training/runtime"])
def test_what_training_imports_edited(built, module):
    path = f"workflow/scripts/denoising/{module}.py"
    built.edit(path, '"""', '"""Edited. ')
    planned = built.planned(*TINY)
    assert set(runs("train", "adagrad", "baseline", "sgd")) <= set(planned)


def test_a_comment_in_the_configuration_reruns_nothing(built):
    built.edit("config/config.yaml", "seeds: [0] ", "seeds:   [0] # another comment")
    assert built.planned(*TINY) == []


def test_the_reports_texts_edited(built):
    built.edit("report/texts/en.yaml", "heading: Summary", "heading: In short")
    assert built.planned(*TINY) == REPORT


def test_a_title_edited_retrains_nothing(built):
    built.edit("config/config.yaml", "title: SGD", "title: Stochastic gradient descent")
    drawn = [*plots("2.2.2", "2.2.3"), *IMAGES, *LATTICE, "plot_compression", *REPORT]
    assert built.planned(*TINY) == sorted(drawn)


def test_another_source_of_the_same_files_reruns_nothing(built):
    built.edit("config/config.yaml", "folder: null", "folder: somewhere/else")
    assert built.planned(*TINY) == []


def test_an_experiment_and_a_study_added(built):
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "  mine: {title: Mine, experiments: [baseline, huber]}\n"
        + "experiments:\n  huber: {loss: {name: huber, delta: 0.5}}\n"
    )
    expected = measured("huber") + plots("2.3.1", "2.3.2")
    same = {"tabulate_compression", "tabulate_initial", "plot_compression"}  # made from other runs
    unchanged = [job for job in TABLES if job in same]
    assert set(built.planned(*TINY)) - set(unchanged) == {*expected, *TABLES} - set(unchanged)


def test_a_seed_added(built):
    planned = built.planned(*TINY, "--config", "seeds=[0,1]")
    assert [j for j in planned if j.startswith("train ")] == runs(
        "train", "adagrad", "baseline", "sgd", seed=1
    )


def test_a_deleted_run_comes_back(built):
    shutil.rmtree(built.folder / "results/tiny/runs/sgd")
    assert set(runs("train", "sgd") + runs("evaluate", "sgd")) <= set(built.planned(*TINY))


def test_presets_share_the_data_and_nothing_else(built):
    planned = built.planned()
    assert not [j for j in planned if j.startswith("fetch_dataset")]
    assert [j for j in planned if j.startswith("train ")] == runs("train", *EIGHT)


# --- what the rebuild left ---


@pytest.fixture
def results(rebuilt):
    return rebuilt.folder / "results" / "tiny"


def test_every_run_left_its_files(results):
    for experiment in ("baseline", "adagrad", "sgd"):
        folder = results / "runs" / experiment / "seed-0"
        assert {path.name for path in folder.iterdir()} == {
            "config.json", "layers.json", "history.csv", "model.keras", "environment.json",
            "trajectory.npz", "metrics.json", "images.csv", "decoded.npz", "lattice.json",
            "lattice.csv", "initial.json", "compression.csv",
        }  # fmt: skip


def test_runs_are_paired(results, mnist):
    """Experiments of one seed see the same noise; it is not that of the training images."""
    slices = results / "datasets" / "mnist-100-50"
    assert [p.name for p in slices.iterdir() if p.is_dir()] == ["gaussian-0.5"]
    noisy = slices / "gaussian-0.5" / "seed-0"
    train, test = np.load(noisy / "train.npy"), np.load(noisy / "test.npy")
    assert (train.shape, test.shape) == ((100, 28, 28, 1), (50, 28, 28, 1))
    clean = np.load(slices / "test.npy")
    np.testing.assert_array_equal(clean, clean_images(mnist / "test-images.idx", 50, (28, 28, 1)))
    assert 0.3 < np.std(test - clean) < 0.5  # clipping takes some of the 0.5


def test_metrics_are_those_of_the_saved_model(results):
    """Recomputed from the model file as the write-up's appendix does it, image by image."""
    folder = results / "runs" / "adagrad" / "seed-0"
    model = keras.models.load_model(folder / "model.keras")
    clean = np.load(results / "datasets/mnist-100-50/test.npy")
    noisy = np.load(results / "datasets/mnist-100-50/gaussian-0.5/seed-0/test.npy")
    errors = []
    for i in range(10):
        result = model.predict(noisy[i : i + 1], batch_size=1, verbose=0)
        difference = np.linalg.norm(clean[i].reshape(28, 28) - result.reshape(28, 28))
        errors.append(difference / np.linalg.norm(clean[i].reshape(28, 28)))
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["relative_error_first10"] == pytest.approx(sum(errors) / 10, rel=1e-5)
    images = pd.read_csv(folder / "images.csv")
    assert list(images.columns) == [
        "image", "label", "relative_error", "mse", "psnr", "ssim", "edge_ratio",
    ]  # fmt: skip
    assert images["label"][:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_table_has_a_row_a_run(results):
    table = pd.read_csv(results / "tables" / "runs.csv")
    assert table["experiment"].tolist() == ["baseline", "adagrad", "sgd"]
    assert table["parameters"].tolist() == [84480] * 3
    assert table["code_elements"].tolist() == [800] * 3


def test_figures_are_there_under_their_numbers(results):
    second = ["2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2", "2.2.3"]
    third = ["3.1", "3.2", "3.3", "3.4", "3.5"]
    numbers = ["1.1", *second, *third, "4.1", "4.2", "4.3", "5.1"]
    suffixes = ("svg", "png", "csv")
    expected = {f"{number}.{suffix}" for number in numbers for suffix in suffixes}
    assert {path.name for path in (results / "figures").iterdir()} == expected


class Page(html.parser.HTMLParser):
    """What a page shows and what it would load."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags, self.loads, self.ids, self.links, self.text = [], [], set(), set(), ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids.add(attributes.get("id"))
        if tag in {"img", "script", "link", "iframe"}:
            self.loads.append(attributes.get("src") or attributes.get("href") or "")
        elif tag == "a" and attributes["href"].startswith("#"):
            self.links.add(attributes["href"].removeprefix("#"))

    def handle_data(self, data):
        self.text += data


def test_report_is_one_file_with_every_figure_and_number(results):
    page = Page(results / "report.html")
    assert all(address.startswith("data:") for address in page.loads if address)
    assert page.links <= page.ids
    pictures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(pictures) == 16
    assert {attributes["aria-labelledby"] for attributes in pictures} <= page.ids
    table = pd.read_csv(results / "tables" / "runs.csv").set_index("experiment")
    for experiment, reported in (("baseline", 0.470292), ("adagrad", 0.547403), ("sgd", 0.490486)):
        ours = table.loc[experiment, "relative_error_first10"]
        assert f"{reported:.6f}" in page.text
        assert f"{ours:.6f}" in page.text
        assert f"{ours - reported:+.3f}".replace("-", "−") in page.text
    for number in ("1.1", "2.1.1", "2.2.3"):
        assert f"Figure {number}" in page.text
    assert "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db" in page.text
    assert re.search(r"TF_ENABLE_ONEDNN_OPTS=1", page.text)
    assert "Preview" not in page.text


def test_snakemakes_own_report_shows_figures_and_tables(built):
    built.snakemake(*TINY, "--report", "view.html")
    view = (built.folder / "view.html").read_text()
    assert "A laboratory write-up on convolutional denoising autoencoders" in view
    for text in ("What decides a run", "Single images", "2.2.3", "claims.csv", "report.html"):
        assert text in view, text


def test_the_report_of_the_runs_that_are_finished(built):
    shutil.rmtree(built.folder / "results/tiny/runs/sgd")
    only = ("--config", "only_finished=true")
    assert not [job for job in built.planned(*TINY, *only) if job.startswith("train ")]
    built.snakemake(*TINY, *only)
    page = Page(built.folder / "results" / "tiny" / "report.html")
    assert "when 2 of 3 runs were finished" in page.text
    assert "No run has finished yet: SGD" in page.text
    shutil.rmtree(built.folder / "results/tiny/runs")
    done = built.snakemake(*TINY, *only, check=False)
    assert "no run in results/tiny/runs is finished" in done.stdout
    assert "Traceback" not in done.stdout


def test_one_language_alone(built):
    built.edit("config/config.yaml", "languages: [en, zh]", "languages: [zh]")
    built.snakemake(*TINY)
    page = Page(built.folder / "results" / "tiny" / "report.html")
    assert ("html", {"lang": "zh-Hans"}) in page.tags
    assert "去噪自编码器" in page.text
    assert "What was easy" not in page.text
    assert not [tag for tag, attributes in page.tags if attributes.get("name") == "language"]


def test_a_preview_says_so_and_concludes_nothing(built):
    built.snakemake(*TINY, "--config", "preview=true")
    page = Page(built.folder / "results" / "tiny" / "report.html")
    assert "no conclusions are drawn" in page.text
    assert "on the first ten test images, and of" not in page.text
    assert not [tag for tag, attributes in page.tags if attributes.get("class") == "statement"]


def test_a_study_of_ones_own_stands_in_the_report_as_the_others_do_and_is_escaped(built):
    title = "<script>alert(1)</script>"
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + f"  mine: {{title: {{en: '{title}', zh: 甲}}, experiments: [baseline, huber]}}\n"
        + f"experiments:\n  huber: {{title: '{title}', loss: {{name: huber, delta: 0.5}}}}\n"
    )
    built.snakemake(*TINY)
    page = Page(built.folder / "results" / "tiny" / "report.html")
    assert len([tag for tag, _ in page.tags if tag == "script"]) == 2  # the page's own
    assert page.text.count(title) > 5
    assert {"study-mine", "table-study-mine", "table-comparisons-mine"} <= page.ids
    assert {"figure-2.3.1", "figure-2.3.2"} <= page.ids
    assert "study-mine" in page.links
    assert page.tags.count(("noscript", {})) == 1


def test_diverged_and_dead_runs_are_shown_and_not_averaged(built):
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "experiments:\n"
        + "  adagrad: {architecture: linear, optimizer: {name: sgd, learning_rate: 1e30}}\n"
        + "  sgd: {optimizer: {name: sgd, learning_rate: 1000}}\n"
        + "architectures:\n  linear:\n"
        + "    encoder: [{layer: Conv2D, filters: 1, kernel_size: 3}]\n"
        + "    decoder: [{layer: Conv2DTranspose, filters: 1, kernel_size: 3}]\n"
    )
    built.snakemake(*TINY)
    table = pd.read_csv(built.folder / "results/tiny/tables/runs.csv").set_index("experiment")
    assert table.loc["adagrad", "status"] == "diverged"
    assert np.isnan(table.loc["adagrad", "relative_error_first10"])
    assert table.loc["sgd", "status"] == "dead"
    assert table.loc["sgd", "relative_error"] == 1
    assert table.loc["sgd", "dead_positions"] == 16
    assert np.isnan(table.loc["adagrad", "dead_positions"])
    page = Page(built.folder / "results" / "tiny" / "report.html")
    assert "1 of 1 runs of Adagrad did not complete" in page.text
    assert "1 of 1 runs of SGD did not complete" in page.text
