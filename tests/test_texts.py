import pytest
from conftest import ROOT
from markupsafe import Markup, escape

from denoising.texts import Localised, Sentence, Texts, filled, in_language, joined, localised

BOTH = ("en", "zh")
TITLE = localised({"en": "A <b>", "zh": "甲"}, BOTH)


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "en.yaml").write_text("a: {b: '<i>{x:.1f}</i> of {y}', c: [one, two]}\n")
    (tmp_path / "zh.yaml").write_text(
        "a: {b: '{y}的 {x:.1f}', c: [一, 二]}\nlabels: {epoch: 轮次}\n", encoding="utf-8"
    )
    return Texts(tmp_path, BOTH)


def test_a_text_stands_in_the_page_once_a_language():
    assert escape(TITLE) == '<span lang="en">A &lt;b&gt;</span><span lang="zh-Hans">甲</span>'
    assert escape(localised("SGD", BOTH)) == "SGD"  # the same in both


def test_a_missing_language_is_stood_in_for():
    assert localised({"zh": "甲"}, BOTH)["en"] == "甲"
    assert localised({"en": "A", "zh": "甲"}, ["zh"]).texts == {"zh": "甲"}


def test_values_are_escaped_and_chosen_by_language(texts):
    found = texts("a.b", x=0.25, y=TITLE)
    assert found["en"] == "<i>0.2</i> of A &lt;b&gt;"
    assert found["zh"] == "甲的 0.2"
    assert texts.say(Sentence("a.b", {"x": 1, "y": "<"}))["zh"] == "&lt;的 1.0"
    assert texts.plain("a.b", x=1, y=TITLE) == "<i>1.0</i> of A &lt;b&gt;"


def test_lists_of_texts(texts):
    assert [item["zh"] for item in texts.items("a.c")] == ["一", "二"]


def test_labels_of_figures_are_english_where_nothing_else_is_said(texts):
    assert texts.labels()["epoch"].texts == {"en": "epoch", "zh": "轮次"}


def test_an_unknown_text_is_an_error(texts):
    with pytest.raises(KeyError):
        texts("a.z")


def test_joined_and_filled():
    part = filled("{t} ({e:.2f})", t=TITLE, e=0.5)
    assert part["zh"] == "甲 (0.50)"
    both = joined(" < ", [part, "plain"])
    assert both["en"] == "A &lt;b&gt; (0.50) &lt; plain"
    assert joined(", ", ["<", "b"]) == Markup("&lt;, b")
    assert filled("{a}!", a="<") == "&lt;!"


def test_in_language():
    assert in_language(TITLE, "zh") == "甲"
    assert in_language(3, "zh") == 3


def test_the_page_hides_every_language_but_its_own():
    style = (ROOT / "report" / "style.css").read_text()
    assert "[lang=en]" in style
    assert "[lang|=zh]" in style
    assert isinstance(TITLE, Localised)
