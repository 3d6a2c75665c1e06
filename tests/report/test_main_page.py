"""The page that is read: what its first screen says, and its budget."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from made import main_page, method, plan, trained, write
from test_page import said

NAMES = ("a", "b", "c", "d", "e", "f", "g", "h")
STUDIES = {
    "i": {"title": "One", "question": "Low?", "experiments": ["a"]},
    "ii": {"title": "Two", "experiments": ["a", "b", "c"], "names": {"a": "First"}},
    "iii": {"title": "Three", "experiments": ["a", "d", "e"]},
    "iv": {"title": "Four", "experiments": ["a", "f", "g", "h"], "error_limit": 0.5},
}


def study(folder, seeds=10, more=36, errors=None, **changed):
    """Results of the published study's size: the write-up's eight experiments, and others."""
    experiments = {
        name: {"title": name.upper(), "reported": 0.4 + 0.01 * n, "seeds": list(range(seeds)),
               "settings": trained()}
        for n, name in enumerate(NAMES)
    }  # fmt: skip
    studies = {name: dict(one) for name, one in STUDIES.items()}
    for n in range(more):
        seeds_of = list(range(seeds if n < 12 else 3))
        experiments[f"x{n}"] = {"title": f"Extra {n}", "seeds": seeds_of, "settings": trained()}
    for n in range(0, more, 4):
        names = [f"x{m}" for m in range(n, min(n + 4, more))]
        studies[f"own-{n}"] = {"title": f"Own {n}", "experiments": names}
    about = plan(experiments, studies, **changed)
    write(folder, about, errors)
    return about


class Text(HTMLParser):
    """Texts of one language below an id, by the element that holds them; and nodes."""

    SKIPPED = ("script", "style")

    def __init__(self, html, language, inside=None, outside=()):
        super().__init__()
        self.stack, self.found, self.nodes = [], [], 0
        self.other = {"en": "zh-Hans", "zh": "en"}[language]
        self.inside, self.outside = inside, outside
        self.feed(html)

    VOID = ("meta", "input", "br", "link", "img")

    def handle_starttag(self, tag, attrs):
        self.nodes += 1
        if tag not in self.VOID:
            self.stack.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.nodes += 1

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        within = [attributes for _, attributes in self.stack]
        tags = [tag for tag, _ in self.stack]
        if set(tags) & {*self.SKIPPED, *self.outside}:
            return
        if any(one.get("lang") == self.other for one in within[1:]):
            return
        if any(one.get("class") == "meaning" for one in within):  # shown when asked for
            return
        if self.inside and not any(one.get("id") == self.inside for one in within):
            return
        self.found.append(data)

    @property
    def words(self):
        """Words; two hanzi count as one."""
        text = " ".join(self.found)
        hanzi = len(re.findall(r"[\u4e00-\u9fff]", text))
        others = re.sub(r"[\u3000-\u9fff\uff00-\uffef]", " ", text).split()
        return hanzi // 2 + sum(any(map(str.isalnum, one)) for one in others)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "results"
    return main_page(folder, study(folder))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_budget_is_kept(whole, language):
    html = whole[1]
    assert Text(html, language).words <= 2500
    assert Text(html, language).nodes <= 8000
    assert len(html.encode()) <= 1.5e6


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_screen_is_130_words_and_a_figure(whole, language):
    first = Text(whole[1], language, inside="answers", outside=("figure",))
    assert 20 < first.words <= 130


def first_screen(html):
    text = said(html)
    return text[text.index("What came out") : text.index("Ours: the median run")]


def test_each_question_has_its_line(whole):
    text = first_screen(whole[1])
    # a: 0.3 + 0.01 · seed, seeds 0 to 9; reported 0.40
    assert "i) One A: write-up 0.400; here 0.345 (0.300 … 0.390)" in text
    assert "All 10 of our runs are below the reported number." in text
    assert "ii) Two First: write-up 0.400" in text
    assert "Holds: First is best in all 10 seeds. C is always worst." in text
    # iv: all codes have 64 numbers; a, the first, stays under 0.5
    assert "A stays under 50 % in 10 of 10 runs. Every one of 20 images does in 10 of 40" in text


def line(tmp_path, errors, seeds=2, names=("a", "b", "c"), **more):
    """The first screen of one study of the write-up."""
    experiments = {
        name: {"title": name.upper(), "reported": 0.4 + 0.01 * n, "seeds": list(range(seeds)),
               "settings": trained()}
        for n, name in enumerate(names)
    }  # fmt: skip
    about = plan(experiments, {"s": {"title": "S", "experiments": list(names), **more}})
    write(tmp_path / "results", about, errors)
    return first_screen(main_page(tmp_path / "results", about)[1])


def test_what_does_not_hold_is_said(tmp_path):
    text = line(tmp_path, {"a": 0.5, "b": 0.3, "c": 0.4})
    assert "Does not hold: A is best in 0 of 2 seeds, B in 2." in text
    assert "C is worst in 0 of 2." in text


def test_one_seed_decides_nothing(tmp_path):
    text = line(tmp_path, {}, seeds=1)
    assert "A is best in the one seed, which can be luck." in text
    assert "(0.300" not in text


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (0.2, "All 3 of our runs are below the reported number."),
        (0.39, "The reported number lies among ours: 1 of 3 runs are lower."),
        (0.6, "None of our 3 runs comes down to the reported number."),
    ],
)
def test_where_the_reported_number_lies(tmp_path, error, sentence):
    assert sentence in line(tmp_path, {"a": error}, seeds=3, names=("a",))


def test_a_limit_that_nothing_keeps(tmp_path):
    text = line(tmp_path, {"a": 0.5, "b": 0.4, "c": 0.6}, error_limit=0.3)
    assert "Nothing stays under 30 %; B comes nearest." in text


def test_every_image_or_not(tmp_path):
    errors = {"a": 0.28, "b": 0.5, "c": 0.6}
    text = line(tmp_path, errors, error_limit=0.3)
    assert "A stays under 30 % in 2 of 2 runs. Every one of 20 images does in 2 of 6 runs." in text


def test_without_the_write_up_the_first_studies_answer(tmp_path):
    experiments = {name: {"title": name.upper(), "settings": trained()} for name in "ab"}
    about = plan(experiments, {"s": {"title": "S", "experiments": ["a", "b"]}})
    write(tmp_path / "results", about)
    html = main_page(tmp_path / "results", about)[1]
    text = first_screen(html)
    assert "S A: here 0.310" in text  # over all test images: 0.01 more than over the first ten
    assert "of all test images" in text
    assert "write-up" not in said(html)
    assert "A is best in the one seed, which can be luck." in text
    assert 'id="ledger"' not in html


def test_of_many_experiments_the_first_and_the_best_are_drawn(tmp_path):
    names = "abcdefghijkl"
    experiments = {name: {"title": name.upper(), "settings": trained()} for name in names}
    about = plan(experiments, {"s": {"title": "S", "experiments": list(names)}})
    write(tmp_path / "results", about, {name: 0.9 - 0.05 * n for n, name in enumerate(names)})
    html = main_page(tmp_path / "results", about)[1]
    assert re.findall(r'class="dotted"[^>]+data-experiment="(\w)"', html) == list("afghijkl")
    assert re.findall(r'class="frame"[^>]+data-experiment="(\w)"', html) == list("ahijkl")
    assert "Shown are 8 of 12 experiments." in html
    assert "Shown are 6 of 12 experiments." in html
    # each digit that is drawn is of a sheet that is there, once
    drawn = re.findall(r'href="#(sheet-\w+)"', html)
    there = re.findall(r'id="(sheet-\w+)"', html)
    assert sorted(there) == sorted(set(drawn))


def test_digits_of_what_cannot_be_compared_are_drawn_as_well(tmp_path):
    names = "abcdefghijkl"
    experiments = {
        name: {"title": name.upper(), "settings": trained(noise={"kind": "gaussian", "level": n / 20})}
        for n, name in enumerate(names)
    }  # fmt: skip
    studies = {"s": {"title": "S", "experiments": list(names[:6])},
               "t": {"title": "T", "experiments": list(names[4:])}}  # fmt: skip
    about = plan(experiments, studies)
    write(tmp_path / "results", about)
    html = main_page(tmp_path / "results", about)[1]
    assert re.findall(r'class="dotted"[^>]+data-experiment="(\w)"', html) == list("abcdefgh")
    assert re.findall(r'class="frame"[^>]+data-experiment="(\w)"', html) == list("abcdefefghij")
    there = re.findall(r'id="sheet-(\w+)"', html)
    assert sorted(there) == list("abcdefghij")


def test_the_best_of_all_is_told_where_it_is_not_the_write_ups(tmp_path):
    experiments = {
        "a": {"title": "A", "reported": 0.4, "settings": trained()},
        "b": {"title": "B", "settings": trained()},
        "c": {"title": "C", "settings": trained(noise={"kind": "gaussian", "level": 0.1})},
    }
    about = plan(experiments, {"s": {"title": "S", "experiments": ["a"]},
                               "t": {"title": "T", "experiments": ["b"]},
                               "u": {"title": "U", "experiments": ["c"]}})  # fmt: skip
    write(tmp_path / "results", about, {"a": 0.4, "b": 0.3, "c": 0.1})
    text = first_screen(main_page(tmp_path / "results", about)[1])
    assert "Best of all that was tried on these images: B, 0.300" in text  # C had less noise


def test_other_studies_are_read_by_all_test_images(tmp_path):
    experiments = {
        "a": {"title": "A", "reported": 0.4, "settings": trained()},
        "b": {"title": "B", "settings": trained()},
        "c": {"title": "C", "settings": trained()},
    }
    about = plan(experiments, {"s": {"title": "S", "experiments": ["a"]},
                               "t": {"title": "T", "experiments": ["b", "c"]}})  # fmt: skip
    write(tmp_path / "results", about, {"a": 0.4, "b": 0.3, "c": 0.2})
    table = tmp_path / "results" / "tables" / "runs.csv"
    runs = pd.read_csv(table)
    runs.loc[runs["experiment"] == "b", "relative_error"] = 0.15  # best over all, not of the ten
    runs.to_csv(table, index=False)
    html = main_page(tmp_path / "results", about)[1]
    assert "A: write-up 0.400; here 0.400" in first_screen(html)
    assert "B: 0.150 B is best in the one seed" in said(part(html, "beyond"))


def test_a_preview_answers_nothing(tmp_path):
    experiments = {"a": {"title": "A", "reported": 0.4, "settings": trained()}}
    about = plan(experiments, {"s": {"title": "S", "experiments": ["a"]}}, preview=True)
    write(tmp_path / "results", about)
    text = said(main_page(tmp_path / "results", about)[1])
    assert "no conclusions are drawn" in text
    assert "below the reported number" not in text


def part(html, name):
    """The part of the page with this id."""
    return re.search(rf'<section id="{name}".*?</section>', html, re.S)[0]


def test_a_question_has_a_screen_with_its_experiments(whole):
    html = part(whole[1], "task-ii")
    assert re.findall(r'class="frame" data-experiment="(\w+)"', html) == ["a", "b", "c"]
    assert 'id="task-ii-a">First<a' in html  # what the study calls it
    assert html.count('name="seed-ii"') == 11  # the median runs, and each seed


def test_the_run_in_the_middle_is_drawn_first(tmp_path):
    """Of 0.30, 0.31 and 0.32 the second: neither the first seed nor the best."""
    experiments = {"a": {"title": "A", "reported": 0.4, "seeds": [0, 1, 2], "settings": trained()}}
    about = plan(experiments, {"s": {"title": "S", "experiments": ["a"]}})
    write(tmp_path / "results", about)
    html = part(main_page(tmp_path / "results", about)[1], "task-s")
    chosen = re.findall(r'class="bars chosen" data-seed="(\d)".*?data-error="([\d.]+)"', html)
    assert chosen == [("1", "0.310")]


def test_the_reported_number_is_drawn_where_it_is(tmp_path):
    """The axis ends at 1.08 times the largest error, rounded: 0.54 for 0.5."""
    experiments = {"a": {"title": "A", "reported": 0.27, "settings": trained()}}
    about = plan(experiments, {"s": {"title": "S", "experiments": ["a"]}})
    write(tmp_path / "results", about, {"a": 0.5})
    html = part(main_page(tmp_path / "results", about)[1], "task-s")
    assert '<path d="M0 50.0H100" class="reported"/>' in html


def test_methods_without_a_training_have_no_losses(tmp_path):
    filters = {"f": {"settings": method("median-filter", size=3), "seeds": [0, 1]}}
    about = plan(filters, {"s": {"title": "S", "experiments": ["f"]}})
    write(tmp_path / "results", about)
    html = part(main_page(tmp_path / "results", about)[1], "task-s")
    assert "Loss by epoch" not in html
    assert "Relative errors of images" in html
