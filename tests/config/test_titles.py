import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from denoising.config.titles import LONGEST_TITLE, distinct, drawn_titles


def test_titles_that_differ_stay_as_they_are():
    titles = {"a": "A", "b": {"en": "B", "zh": "乙"}}
    assert distinct(titles) == titles
    assert drawn_titles(titles) == {"a": "A", "b": "B"}


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ({"a": "X", "b": "X", "c": "Y"}, {"a": "X (a)", "b": "X (b)", "c": "Y"}),
        # equal in one language is enough
        (
            {"a": {"en": "X", "zh": "甲"}, "b": {"en": "X", "zh": "乙"}},
            {"a": {"en": "X (a)", "zh": "甲 (a)"}, "b": {"en": "X (b)", "zh": "乙 (b)"}},
        ),
        ({"a": "X", "b": {"en": "X", "zh": "乙"}}, {"a": "X (a)", "b": {"en": "X (b)", "zh": "乙 (b)"}}),
        # of a language that one does not have, what it shows there counts
        ({"a": {"en": "X"}, "b": {"en": "Y", "zh": "X"}}, {"a": {"en": "X (a)"}, "b": {"en": "Y (b)", "zh": "X (b)"}}),
    ],
)  # fmt: skip
def test_equal_titles_get_their_names(titles, expected):
    assert distinct(titles) == expected


def test_a_title_that_looks_like_one_with_a_name():
    found = distinct({"a": "X", "b": "X", "c": "X (a)"})
    assert len(set(found.values())) == 3


def test_long_titles_are_cut_and_differ_all_the_same():
    long = "An experiment with a title that goes on and on, and then on again, "
    found = drawn_titles({"a": long + "one", "b": long + "two", "c": "short"})
    assert len({*found.values()}) == 3
    assert found["c"] == "short"
    assert found["a"].startswith(long[:50])
    assert all(len(title) <= LONGEST_TITLE + len(" (a)") for title in found.values())


@pytest.mark.parametrize("title", ["_hidden", "costs $5 or $6", "a {brace}", "run 3", "编码"])
def test_any_title_is_drawn_as_it_is(title):
    """Matplotlib takes a leading _ for a label that is not shown, and two $ for mathematics."""
    [label] = drawn_titles({"a": title}).values()
    assert label.lstrip("\u2060") == title
    axes = Figure().subplots()
    axes.plot([0, 1], label=label)
    assert axes.get_legend_handles_labels()[1] == [label]
    if "$" in title:
        from denoising.figures import style

        assert style.STYLE["text.parse_math"] is mpl.rcParams["text.parse_math"] is False
