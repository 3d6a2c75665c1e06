import re
import xml.etree.ElementTree as ElementTree

import pytest
from conftest import ROOT
from markupsafe import Markup
from matplotlib.figure import Figure
from test_compression_figures import draw as draw_compression
from test_figures import FIGURES
from test_image_figures import FIGURES as IMAGE_FIGURES
from test_lattice_figures import FIGURES as LATTICE_FIGURES

from denoising.figures.style import save
from denoising.report.svg import Labels, inline, texts_of
from denoising.report.texts import Localised, Texts, localised

BOTH = ("en", "zh")
EVERY = {**FIGURES, **LATTICE_FIGURES, **IMAGE_FIGURES, "compression": draw_compression}
TITLES = {"Baseline", "SGD", "X", "A", "B", "Side 3"}
LABELS = Labels(
    {
        "epoch": localised({"en": "epoch", "zh": "轮次"}, BOTH),
        "{title}, seed {seed}": Localised(
            {"en": Markup("{title}, seed {seed}"), "zh": Markup("{title}，种子 {seed}")}
        ),
    },
    {"Code": localised({"en": "Code", "zh": "编码 <"}, BOTH)},
)


@pytest.fixture
def svg(tmp_path):
    def written(figure):
        save(figure, [tmp_path / "a.svg"])
        return tmp_path / "a.svg"

    return written


@pytest.fixture
def chart(svg):
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], "o-", color="#0072B2")
    axes.set(xlabel="epoch", ylabel="Code, seed 3", title="a < b")
    return svg(figure)


def test_texts_stand_once_a_language(chart):
    page = inline(chart, "figure-1.1", LABELS)
    assert '<tspan lang="en">epoch</tspan><tspan lang="zh-Hans">轮次</tspan>' in page
    assert '<tspan lang="zh-Hans">编码 &lt;，种子 3</tspan>' in page
    assert "a &lt; b</text>" in page


@pytest.mark.parametrize("turned", [False, True])
def test_the_pattern_with_most_words_of_its_own_is_taken(turned):
    templates = {
        "{title}: {series}": "一般",
        "dead positions: {dead} of {all}": "{all} 个中 {dead} 个",
    }
    both = {key: Localised({"zh": Markup(text)}) for key, text in templates.items()}
    titles = {
        "dead positions": Localised({"zh": Markup("标题")}),
        "a": Localised({"zh": Markup("a")}),
    }
    labels = Labels(dict(reversed(both.items())) if turned else both, titles)
    assert labels("dead positions: 3 of 16")["zh"] == "16 个中 3 个"
    assert labels("a: b")["zh"] == "一般"


def test_a_title_may_hold_what_stands_between_the_names():
    titles = {"Code": localised("Code", BOTH), "Code, seed 3": localised("Code 3", BOTH)}
    templates = {"{title}, seed {seed}": Localised({"en": Markup("{seed} of {title}")})}
    labels = Labels(templates, titles)
    assert labels("Code, seed 3, seed 0")["en"] == "0 of Code 3"
    assert labels("Code, seed 3")["en"] == "Code 3"
    braces = Labels(templates, {"{x} {0}": localised("{x} {0}", BOTH)})
    assert braces("{x} {0}, seed 1")["en"] == "1 of {x} {0}"


def test_it_is_a_picture_with_a_text_alternative_and_no_size_of_its_own(chart):
    root = ElementTree.fromstring(inline(chart, "figure-1.1", LABELS))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "figure-1.1-alt"
    assert root.get("viewBox")
    assert not {"width", "height"} & set(root.attrib)


def test_ids_are_the_figures_own_and_references_still_lead_somewhere(chart):
    page = inline(chart, "figure-1.1", LABELS)
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert ids
    assert all(name.startswith("figure-1-1-") for name in ids)
    assert (
        set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)", page)) == ids
    )


def test_it_takes_the_pages_colours_and_type(chart):
    page = inline(chart, "figure-1.1", LABELS)
    assert "currentColor" in page
    assert "#000000" not in page
    assert "#0072b2" in page
    assert "font-family" not in page
    assert "<style" not in page  # it would hold for the whole page
    assert "xmlns" not in page


def test_it_is_smaller(chart):
    assert len(inline(chart, "figure-1.1", LABELS)) < chart.stat().st_size


@pytest.mark.parametrize("draw", EVERY.values(), ids=EVERY)
def test_everything_that_figures_say_is_in_every_language(draw, svg):
    titles = {title: localised(title, BOTH) for title in TITLES}
    labels = Labels(Texts(ROOT / "report" / "texts", BOTH).labels(), titles)
    kinds = {"32", "×"}
    for text in filter(None, texts_of(svg(draw()))):
        same = re.fullmatch(r"[−\d.,×: ]+|k = \d+|PNG|JPEG|WebP|huber|\d+: [\d.]+", text)
        assert same or text in TITLES | kinds or labels(text), text


def test_what_is_drawn_of_a_series_tells_its_experiment_and_axes_their_scales(svg):
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 100], [0.5, 0.25], label="Code", gid="run-1")
    axes.plot([1], [0.5], label="Code: ours")
    axes.plot([1], [0.5], label="seed 3")
    axes.axhline(0.3)
    axes.set(xscale="log", xlim=(1, 100), ylim=(1, 0), xlabel="epoch")
    axes.set_yticks([0, 1], ["Code", "B"])
    axes.legend()
    page = ElementTree.fromstring(inline(svg(figure), "figure-1.1", LABELS))
    drawn = [
        (one.tag, one.get("data-series"), one.get("data-experiment"))
        for one in page.iter()
        if one.get("data-series")
    ]
    assert sorted(drawn, key=str) == [
        ("g", "Code", "Code"),
        ("g", "Code: ours", "Code"),
        ("g", "seed 3", None),
        ("text", "Code", "Code"),  # below an axis
        ("text", "Code", "Code"),  # in the legend
        ("text", "Code: ours", "Code"),
        ("text", "seed 3", None),
    ]
    assert [one.get("data-axes") for one in page.iter() if one.get("data-axes")] == [
        "log,1,100:names"
    ]
    keys = [one for one in page.iter() if one.get("data-experiment") and not one.get("data-series")]
    assert [one.get("data-experiment") for one in keys] == ["Code", "Code"]  # in the legend
    axis = page.find(".//*[@data-axis='x']")
    assert "epoch" in "".join(axis.findall("g/text")[0].itertext())
    assert figure.axes[0].lines[0].get_gid() == "run-1"  # as before
