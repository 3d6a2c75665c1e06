"""The report as a short text: its answers, its tables, its size."""

import re

import pytest
from made import plan, text_page, trained, write
from test_main_page import study

from denoising.report.markdown import LARGEST


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    folder = tmp_path_factory.mktemp("text") / "results"
    return text_page(folder, study(folder))


def test_it_says_what_the_first_screen_says(text):
    # a: 0.3 + 0.01 · seed, seeds 0 to 9; reported 0.40
    assert (
        "- **i) One**: A, write-up 0.400, here 0.345 (0.300 … 0.390). All 10 of our runs are below"
    ) in text
    assert "Holds: First is best in all 10 seeds." in text


def test_tables_are_tables(text):
    lines = text.splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith("| --- ")]
    assert len(heads) == 4 + 9  # the write-up's studies, and nine of four experiments each
    for n in heads:
        assert lines[n - 2] == ""
        row = n + 1
        while row < len(lines) and lines[row].startswith("|"):
            assert lines[row].count("|") == lines[n].count("|") == lines[n - 1].count("|")
            row += 1
        assert row - n - 1 in (1, 3, 4)
    assert re.search(r"^\| B \| 0\.410000 \| 0\.395000 \| .* \| 0\.350 … 0\.440 \|", text, re.M)


def test_it_has_no_tags_and_no_gaps(text):
    assert not re.search(r"</?[a-z]+[ >]|&[a-z]+;|\n\n\n|None|nan", text)


@pytest.mark.parametrize("count", [40, 600])
def test_it_stays_short(tmp_path, count):
    experiments = {
        f"e{n}": {"title": f"Experiment | number {n}", "seeds": [0], "settings": trained()}
        for n in range(count)
    }
    about = plan(experiments, {"s": {"title": "S", "experiments": list(experiments)}})
    write(tmp_path / "results", about)
    text = text_page(tmp_path / "results", about)
    assert len(text.encode()) <= LARGEST
    rows = text.count("\n| Experiment / number ")
    assert rows == 30
    assert f"and {count - rows} more" in text


def test_a_preview_draws_no_conclusions(tmp_path):
    about = study(tmp_path / "results", preview=True)
    text = text_page(tmp_path / "results", about)
    assert "Preview." in text
    assert "Holds" not in text and "What came out" not in text
