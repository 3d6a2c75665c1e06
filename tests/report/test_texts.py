import pytest
from conftest import ROOT
from markupsafe import Markup, escape

from denoising.report.numbers import (
    format_duration,
    format_interval,
    format_number,
    format_of,
    format_p,
    format_share,
    format_text,
)
from denoising.report.texts import (
    Localised,
    Sentence,
    Texts,
    filled,
    in_language,
    joined,
    localised,
)

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
    assert part["zh"] == "甲（0.50）"
    both = joined(" < ", [part, "plain"])
    assert both["en"] == "A &lt;b&gt; (0.50) &lt; plain"
    assert joined(", ", ["<", "b"]) == Markup("&lt;, b")
    assert filled("{a}!", a="<") == "&lt;!"


def test_a_title_that_ends_in_a_letter_stands_apart_from_hanzi(tmp_path):
    (tmp_path / "zh.yaml").write_text("a: '{title}的误差为{error:.1f}'\n", encoding="utf-8")
    chinese = Texts(tmp_path, ["zh"])
    assert chinese("a", title="SGD", error=0.5)["zh"] == "SGD 的误差为 0.5"
    assert chinese("a", title="基线", error=0.5)["zh"] == "基线的误差为 0.5"


def test_in_language():
    assert in_language(TITLE, "zh") == "甲"
    assert in_language(3, "zh") == 3


def test_the_page_hides_every_language_but_its_own():
    style = (ROOT / "report" / "style.css").read_text()
    assert "[lang=en]" in style
    assert "[lang|=zh]" in style
    assert isinstance(TITLE, Localised)


@pytest.mark.parametrize(
    ("value", "arguments", "text"),
    [
        (0.47, {}, "0.470"),
        (0.47, {"sign": True}, "+0.470"),
        (-0.1, {"digits": 1}, "−0.1"),
        (float("nan"), {}, "–"),
        (None, {}, "–"),
    ],
)
def test_format_number(value, arguments, text):
    assert format_number(value, **arguments) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(7.4, "7\u00a0s"), (125, "2\u00a0min\u00a005\u00a0s"), (3725, "1\u00a0h\u00a002\u00a0min")],
)
def test_format_duration(seconds, text):
    assert format_duration(seconds) == text


def test_durations_in_chinese():
    assert format_duration(41_340, "zh") == "11\u00a0小时\u00a029\u00a0分"
    assert format_duration(125, "zh") == "2\u00a0分\u00a005\u00a0秒"


def test_format_text():
    assert (format_text("5/28"), format_text(None), format_text(float("nan"))) == ("5/28", "–", "–")


def test_format_interval():
    assert format_interval(0.4, 0.5) == "0.400 … 0.500"
    assert format_interval(-0.1, 0.5, 1, sign=True) == "−0.1 … +0.5"
    assert format_interval(float("nan"), 0.5) == "–"


def test_format_share():
    assert format_share(0.1234) == "12\u00a0%"
    assert format_share(0.1234, 1) == "12.3\u00a0%"
    assert (format_share(None), format_share(float("nan"))) == ("–", "–")


def test_format_of():
    assert (format_of(1.25, 16, 1), format_of(3.0, 16.0)) == ("1.2/16", "3/16")
    assert (format_of(float("nan"), float("nan")), format_of(None, 16)) == ("–", "–")


def test_format_p():
    assert (format_p(0.0314), format_p(0.0004), format_p(None)) == ("0.031", "< 0.001", "–")
