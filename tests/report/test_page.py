"""The page says what the runs say: of made results, in both languages."""

import json
import re
from html import unescape

import pandas as pd
import pytest
from conftest import ROOT
from made import RELU, gaussian, method, page, plan, trained, write

from denoising.config.read import read_yaml
from denoising.evidence.replicates import experiments_table
from denoising.measures.status import STATUSES
from denoising.report.page import built
from denoising.report.section import Heading, Listing, Section, Text

SKIPS = (
    {"layer": "Conv2DTranspose", "filters": 4, "kernel_size": 2, "strides": 2, "name": "up",
     "padding": "same"},
    {"layer": "Concatenate", "inputs": ["up", "image"]},
    {"layer": "Conv2D", "filters": 1, "kernel_size": 3, "padding": "same", "activation": "sigmoid"},
)  # fmt: skip
OWN = {
    "plain": {"title": "Plain", "settings": trained()},
    "weak": {"title": "Weak noise", "settings": trained(noise=gaussian(0.2), training={"batch_size": 128})},
    "salt": {"title": "Salt", "settings": trained(noise={"kind": "salt-and-pepper", "share": 0.1})},
    "clothes": {"title": "Clothes", "settings": trained("fashion-mnist")},
    "median": {"title": "Median filter", "settings": method("median-filter", size=3)},
    "skips": {"title": "With skips", "settings": trained(decoder=SKIPS, name="skips")},
}  # fmt: skip
STUDIES = {"all": {"title": "Everything", "experiments": list(OWN)}}


def said(html, language="en"):
    """What the page says in one language, tags taken out, without the data that it carries."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S)
    body = re.sub(r"<figure.*?</figure>|<pre.*?</pre>", "", body, flags=re.S)
    other = {"en": "zh-Hans", "zh": "en"}[language]
    body = re.sub(rf'<span lang="{other}">.*?</span>', "", body, flags=re.S)
    text = re.sub(r"<[^>]+>", "", body).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", unescape(text))


def carried(html):
    text = re.search(r'<script type="application/json" id="results">(.*?)</script>', html, re.S)[1]
    return json.loads(text)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Three noises, two data sets, a median filter, an architecture with skips."""
    folder = tmp_path_factory.mktemp("own") / "results"
    about = plan(OWN, STUDIES)
    write(folder, about)
    return (*page(folder, about), folder)


def test_the_procedure_is_that_of_each_experiment(own):
    text = said(own[1])
    assert "mnist: the first 100 training and 20 test images, 8×8" in text
    assert "fashion-mnist: the first 100 training and 20 test images, 8×8" in text
    assert "[0, 1] (Clothes)" in text
    assert (
        "Gaussian noise: x + level · N(0, 1) (level = 0.2); drawn once a seed (Weak noise)" in text
    )
    assert "salt-and-pepper share = 0.1; drawn once a seed (Salt)" in text
    assert "2 epochs, batches of 128; a new order every epoch; the last epoch's weights" in text
    assert "batches of 128" in text and "(Weak noise)" in text
    assert "Median filter: the median (size = 3) (Median filter)" in text
    assert "the same for every experiment" not in text


def test_who_differs_in_what(own):
    rows = {name: set(one) for name, one in own[0].differences.items()}
    assert rows["weak"] == {"noise.level", "training.batch_size"}
    assert rows["clothes"] == {"data.dataset"}
    assert rows["median"] == {"method.name", "method.size"}
    assert "plain" not in rows
    assert "noise.level: 0.2, training.batch_size: 128" in said(own[1])


def test_nothing_is_ranked_across_images_or_noise(own):
    text = said(own[1])
    [order] = set(re.findall(r"Over all test images: (.*?\))\.", text))
    assert all(title in order for title in ("Plain", "Median filter", "With skips"))
    assert not any(title in order for title in ("Clothes", "Weak noise", "Salt"))
    assert "not put in one order: 4 groups" in text
    assert "not compared, since they are tested on other images or with other noise: 3" in text
    assert "Plain − Clothes" not in text
    assert (
        "their numbers cannot be ranked"
        in re.search(r'id="figure-2.1.1".*?</figure>', own[1], re.S)[0]
    )
    assert "Plain − Median filter" in text
    assert "Only experiments that are tested on the same images with the same noise" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_the_write_ups_experiments_there_is_no_word_of_it(own, language):
    text = said(own[1], language)
    for word in ("write-up", "Write‑up", "erratum", "Errata", "appendix", "原报告", "勘误", "附录"):
        assert word not in text, text[max(0, text.find(word) - 80) :][:200]
    for name in ("claims", "rivals", "deviations"):
        assert f'id="{name}"' not in own[1]
    for wrong in ("eight", "784", "he_normal", "valid", "1 runs", "1 experiments", "none of 1"):
        assert not re.search(rf"\b{wrong}\b", text)


def test_a_method_without_layers_has_no_architecture(own):
    tables = re.findall(r"([\w-]+), read from the built model", said(own[1]))
    assert tables == ["small", "skips"]
    assert "← up, image" in said(own[1])
    assert own[0].table["code_shape"].isna().to_dict() == {
        name: name in ("median", "skips") for name in OWN
    }  # a path leads past the code of the one with skips


def test_columns_that_nobody_has_are_dropped(own, tmp_path):
    folder = tmp_path / "results"
    filters = {
        name: {"settings": method("median-filter", size=n)} for n, name in ((3, "a"), (5, "b"))
    }
    about = plan(filters, {"s": {"title": "S", "experiments": ["a", "b"]}})
    write(folder, about)
    _, html = page(folder, about)
    text = said(html)
    for head in ("Dead", "Val. loss", "Code", "Training", "Write‑up", "Interval"):
        assert f'<th scope="col" class="n"><span lang="en">{head}' not in html
        assert f'<span lang="en">{head}</span></th>' not in html
    assert 'id="lattice"' not in html and 'id="background"' not in html
    assert "epochs, batches" not in text
    assert "validation" not in text.lower().replace("val.", "")


def test_the_explorer_keeps_noise_and_images_apart(own):
    groups = carried(own[1])["images"]["groups"]
    names = [[one["name"] for one in group["experiments"]] for group in groups]
    assert names == [["plain", "median", "skips"], ["weak"], ["salt"], ["clothes"]]
    assert groups[0]["noisy"] != groups[1]["noisy"]
    assert groups[1]["title"] == "mnist (20), gaussian 0.2"


def test_an_image_that_a_run_does_not_show_is_missing(tmp_path):
    import numpy as np

    folder = tmp_path / "results"
    about = plan(
        {n: {"settings": trained()} for n in ("a", "b")},
        {"s": {"title": "S", "experiments": ["a", "b"]}},
    )
    write(folder, about)
    path = folder / "runs" / "b" / "seed-0" / "pictures.npz"
    with np.load(path) as stored:
        parts = {name: stored[name][:5] for name in stored.files}
    np.savez_compressed(path, **parts)
    _, html = page(folder, about)
    a, b = carried(html)["images"]["groups"][0]["experiments"]
    assert (a["missing"], b["missing"]) == ([], list(range(5, 20)))


def test_only_declared_tables_are_carried(own):
    results, _, folder = own
    (folder / "tables" / "notes.csv").write_text("secret\n1\n")
    _, html = page(folder, results.plan)
    assert "notes" not in carried(html)["tables"]
    assert "runs" in carried(html)["tables"]


def test_a_measure_stands_in_the_tables_that_it_names(own):
    study = re.search(r'id="table-study-all".*?</table>', own[1], re.S)[0]
    runs = re.search(r'id="table-runs".*?</table>', own[1], re.S)[0]
    assert study.count("Sharpness") == runs.count("Sharpness") == 1
    assert ">7.2<" in study and ">7.2<" in runs  # its digits
    assert study.count("PSNR (dB)") == 1  # it is among the others already


HOSTILE = {
    "a": "Same", "b": "Same", "c": "A, run 3", "d": "seed 3", "e": "A $x$ and $y_2$", "f": "{title} {0}",
    "g": "<b>&\"'</b>", "h": "Very long " * 30, "i": "_under", "j": {"en": "Same", "zh": "甲"},
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "results"
    experiments = {name: {"title": title, "settings": trained()} for name, title in HOSTILE.items()}
    about = plan(experiments, {"s": {"title": "{S} $1$ <i>", "experiments": list(HOSTILE)}})
    write(folder, about)
    return (*page(folder, about), folder)


def test_titles_tell_experiments_apart_and_stay_what_they_are(hostile):
    results, html, _ = hostile
    titles = [str(title["en"].unescape()) for title in results.titles.values()]
    assert len(set(titles)) == len(HOSTILE)
    assert titles[:4] == ["Same (a)", "Same (b)", "A, run 3", "seed 3"]
    assert '<b>&"' not in html
    assert "A $x$ and $y_2$" in said(html)
    assert "{title} {0}" in said(html)


def test_every_title_is_drawn_as_it_is(hostile):
    results, _, _ = hostile
    points = results.figure_points("2.1.1")
    assert len(points["series"].unique()) == len(HOSTILE)
    svg = results.figures["2.1.1"]["svg"]
    assert "A $x$ and $y_2$" in svg
    assert "{title} {0}" in svg
    assert max(map(len, re.findall(r">([^<]+)<", svg))) < 90


def test_the_write_ups_sentences_are_of_its_own_experiments(tmp_path):
    folder = tmp_path / "results"
    settings = trained(train=10_000, test=10_000, training={"epochs": 50}, noise=gaussian(0.5))
    experiments = {
        "baseline": {"title": "Baseline", "reported": 0.47, "settings": {**settings, "data": {**settings["data"], "test": 20}}},
        "other": {"title": "Other", "settings": trained(noise=gaussian(0.1))},
    }  # fmt: skip
    about = plan(experiments, {"own": {"title": "Own", "experiments": list(experiments)}})
    write(folder, about)
    results, html = page(folder, about)
    assert results.changed_procedure == {
        "data.test": {"20": ["baseline"]},
        "layers": {"small": ["baseline"]},
    }
    text = said(html)
    assert (
        "1 of them is trained again here, but not as the write-up says: data.test: 20, layers: small. 1 run."
        in text
    )
    assert "Settings. Here, other than the write-up says: data.test: 20, layers: small." in text
    assert "With all other experiments there are 2 runs" in text
    assert "one seed an experiment here, too" in text
    assert "Code side 4. Its listing" not in text  # that experiment is not here


def test_runs_that_are_left_out_are_named(tmp_path):
    folder = tmp_path / "results"
    left_out = [{"experiment": "a", "seed": 4, "why": "other settings"}]
    about = plan(
        {"a": {"settings": trained()}},
        {"s": {"title": "S", "experiments": ["a"]}},
        left_out=left_out,
    )
    write(folder, about)
    assert "Left out: a seed 4: other settings." in said(page(folder, about)[1])


def test_stopping_and_validation_are_said(tmp_path):
    folder = tmp_path / "results"
    stopped = trained(
        validation=30, training={"early_stopping": {"patience": 3}, "fresh_noise": True}
    )
    about = plan({"a": {"settings": stopped}}, {"s": {"title": "S", "experiments": ["a"]}})
    write(folder, about)
    text = said(page(folder, about)[1])
    assert "stopped early, with patience: 3" in text
    assert "30 training images that are held out, the last of the set" in text
    assert "it decides when training stops" in text
    assert "drawn anew every epoch" in text
    assert "last epoch's weights" not in text
    assert "nothing is selected" not in text.lower()


def test_limits_belong_to_their_studies(tmp_path):
    folder = tmp_path / "results"
    experiments = {name: {"title": name.upper(), "settings": trained()} for name in "ab"}
    studies = {
        "low": {"title": "Low", "experiments": ["a", "b"], "error_limit": 0.32},
        "high": {"title": "High", "experiments": ["a", "b"], "error_limit": 0.9},
    }
    about = plan(experiments, studies)
    write(folder, about, {"a": 0.3, "b": 0.5})
    text = said(page(folder, about)[1])
    assert "1 of 2 stays under a relative error of 32 %" in text
    assert "2 of 2 stay under a relative error of 90 %" in text


def test_relu_outputs_are_named_only_where_they_are(own):
    assert RELU["activation"] == "relu"
    assert "The output layer of Plain, Weak noise, Salt, Clothes is a ReLU without bias" in said(
        own[1]
    )


@pytest.fixture
def one(tmp_path):
    """An experiment with one seed, and its results."""
    about = plan({"a": {"settings": trained()}}, {"s": {"title": "S", "experiments": ["a"]}})
    write(tmp_path / "results", about)
    return tmp_path / "results", about


def test_of_one_run_no_interval_and_no_range_is_told(one):
    text = said(page(*one)[1])
    assert "One seed an experiment." in text
    for word in ("Range", "95 % interval", "order statistics", "Seeds an"):
        assert word not in text, word
    assert "20 weights" in text  # not "20 to 20"


def test_every_status_is_shown(tmp_path):
    folder = tmp_path / "results"
    names = list(STATUSES)
    experiments = {name: {"settings": trained()} for name in names}
    about = plan(experiments, {"s": {"title": "S", "experiments": names}})
    write(folder, about)
    table = pd.read_csv(folder / "tables" / "runs.csv").assign(status=names)
    table.to_csv(folder / "tables" / "runs.csv", index=False)
    experiments_table(table).to_csv(folder / "tables" / "experiments.csv", index=False)
    html = page(folder, about)[1]
    for language in ("en", "zh"):
        text = said(html, language)
        for name, status in STATUSES.items():
            assert f"{name}0{status.word[language]}" in text
            assert (status.said[language] in text) or name == "completed"
    text = said(html)
    assert "Runs with the status diverged, dead are counted and are in no average" in text
    assert "An output that holds no numbers is shown black." in text
    assert "Of unchanged, 1 of 1 run changed no weight." in text
    assert (
        "Of not-better, 1 of 1 run ended no better than the noisy input or a black image." in text
    )


def test_tables_without_rows_are_left_out(one):
    results, _ = page(*one)
    blocks = [Text("some"), Listing("empty", "Nothing", (), []), Listing("full", "One", (), [{}])]
    [part] = built(results, [Section("cite", lambda _: blocks, order=1)]).parts
    assert [block.text if isinstance(block, Text) else block.name for block in part.blocks] == [
        "some",
        "full",
    ]


def test_black_test_images_are_counted(one):
    folder, about = one
    run = folder / "runs" / "a" / "seed-0"
    images = pd.read_csv(run / "images.csv")
    images.loc[[3, 15, 16], "relative_error"] = None
    images.to_csv(run / "images.csv", index=False)
    (run / "metrics.json").write_text(json.dumps({"images": 20, "images_without_error": 3}))
    text = said(page(folder, about)[1])
    assert "Of the 20 test images of mnist 3 are black (1 of the first ten)" in text
    assert "are black" not in said(page(*one)[1]).replace("3 are black", "")


@pytest.mark.parametrize(("side", "window"), [(8, 7), (9, 9), (11, None), (28, None)])
def test_a_window_of_ssim_that_is_not_the_usual_one_is_told(one, side, window):
    folder, about = one
    about["datasets"]["mnist"]["shape"] = [side, side, 1]
    said_of = re.findall(
        r"SSIM of images of (\d+)×.*? window of (\d+)×", said(page(folder, about)[1])
    )
    assert said_of == ([(str(side), str(window))] if window else [])


def test_filters_alone_speak_of_no_training(tmp_path):
    folder = tmp_path / "results"
    filters = {
        name: {"settings": method("median-filter", size=n)} for n, name in ((3, "a"), (5, "b"))
    }
    about = plan(filters, {"s": {"title": "S", "experiments": ["a", "b"]}})
    write(folder, about)
    html = page(folder, about)[1]
    text = said(html)
    assert "2 runs; nothing is trained." in text
    for word in ("of training", "optimizers", "every loss curve", "e₀"):
        assert word not in text, word
    assert "validation loss by epoch" not in html


def test_mnist_is_known_by_its_images_not_by_its_name(one):
    folder, about = one
    sheet = "70,000 handwritten digits"
    data = about["experiments"]["a"]["settings"]["data"]
    data["files"] = {"train-images": "of something else"}
    text = said(page(folder, about)[1])
    assert sheet not in text
    assert "Known issues of MNIST" not in text
    data["files"] = read_yaml(ROOT / "config" / "config.yaml")["datasets"]["mnist"]["files"]
    data["files"] = {name: file["sha256"] for name, file in data["files"].items()}
    text = said(page(folder, about)[1])
    assert sheet in text
    assert "Known issues of MNIST" in text


def test_every_heading_can_be_linked_to(one):
    results, html = page(*one)
    found = re.findall(r"<h3([^>]*)>", html)
    assert found and all('id="' in attributes for attributes in found)
    blocks = [Heading("On & <b>on</b>"), Heading("On & <b>on</b>"), Heading("Own", "mine")]
    [part] = built(results, [Section("cite", lambda _: blocks, order=1)]).parts
    assert [block.id for block in part.blocks] == ["cite-on-on", "cite-on-on-", "mine"]
