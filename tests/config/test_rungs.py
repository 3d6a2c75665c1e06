import math

import pytest

from denoising.config.check import check
from denoising.config.read import merge
from denoising.config.resolve import expanded, resolved_experiment
from denoising.config.rungs import below, decide, rungs, with_chosen
from denoising.config.studies import made_by
from denoising.config.sweeps import members

RATE = "optimizer.learning_rate"
SWEEP = {
    "of": "sgd",
    "over": {RATE: [0.1, 0.2, 0.3, 0.4]},
    "rungs": [
        {"best": 2, "training": {"epochs": 9}},
        {"best": 1, "title": {"en": "long", "zh": "长"}, "training": {"batch_size": 5}, "seeds": [0, 1]},
    ],
}  # fmt: skip
NAMES = list(members("s", SWEEP))
FIRST, SECOND = ([f"{name}-rung-{n}" for name in NAMES] for n in (1, 2))


@pytest.fixture
def raw(config):
    own = {
        "experiments": {"sgd": {"data": {"validation": 10}}},
        "sweeps": {"s": SWEEP},
        "studies": {"all": {"title": "All", "experiments": ["s", "s-rung-1", "sgd", "s-rung-2"],
                            "pairs": "none"}},
    }  # fmt: skip
    return merge(config, own)


@pytest.fixture
def whole(raw):
    return expanded(raw)


def held(config):
    return config["studies"]["all"]["experiments"]


def judged(**errors):
    """Errors of experiments by the place of their learning rate, `a` the first."""
    places = {
        f"{name}{'' if n == 0 else f'-rung-{n}'}": letter * (n + 1)
        for n in range(3)
        for name, letter in zip(NAMES, "abcd", strict=True)
    }
    return lambda name: errors.get(places[name])


def test_every_experiment_of_a_sweep_could_stand_on_every_rung(raw, whole):
    assert check(raw) == []
    assert held(whole) == [*NAMES, *FIRST, "sgd", *SECOND]
    assert [(one.group, one.below, one.best) for one in rungs(whole)] == [
        ("s-rung-1", "s", 2),
        ("s-rung-2", "s-rung-1", 1),
    ]
    assert below(whole)[SECOND[2]] == FIRST[2] and below(whole)[FIRST[2]] == NAMES[2]
    assert made_by(whole)[SECOND[0]] == ("sweeps", "s")


def test_a_rung_is_laid_over_those_below_it(whole):
    settings = resolved_experiment(whole, SECOND[1])
    assert settings["optimizer"]["learning_rate"] == 0.2
    assert settings["training"]["epochs"] == 9 and settings["training"]["batch_size"] == 5
    about = whole["experiments"][SECOND[1]]
    assert about["title"] == {
        "en": "SGD (learning_rate 0.2; long)",
        "zh": "SGD（learning_rate 0.2；长）",
    }
    assert about["seeds"] == [0, 1] and "reported" not in about
    assert whole["experiments"][FIRST[1]]["title"] == "SGD (learning_rate 0.2; rung 1)"


def test_while_one_is_not_finished_those_below_stand_in(whole):
    found = decide(whole, judged(a=0.3, b=0.1, c=0.2))
    assert found.waiting == ["s-rung-1", "s-rung-2"]
    assert held(with_chosen(whole, found.chosen)) == [*NAMES, "sgd"]


def test_the_best_go_on_rung_by_rung(whole):
    first = judged(a=0.3, b=0.1, c=0.2, d=0.4)
    found = decide(whole, first)
    assert found.waiting == ["s-rung-2"]
    assert found.chosen["s-rung-1"] == [FIRST[1], FIRST[2]]
    assert held(with_chosen(whole, found.chosen)) == [*NAMES, FIRST[1], FIRST[2], "sgd"]
    found = decide(whole, judged(a=0.3, b=0.1, c=0.2, d=0.4, bb=0.09, cc=0.08))
    assert found.waiting == []
    assert held(with_chosen(whole, found.chosen))[-2:] == ["sgd", SECOND[2]]


def test_what_came_to_nothing_does_not_go_on(whole):
    found = decide(whole, judged(a=math.inf, b=math.inf, c=0.2, d=math.inf, cc=math.inf))
    assert found.chosen["s-rung-1"] == [FIRST[2]]
    assert found.chosen["s-rung-2"] == [FIRST[2]]  # nothing to choose from: those below are shown
    assert found.waiting == []


def test_a_study_of_the_last_rung_alone_trains_all_below_it(raw):
    study = {"all": {"title": "All", "experiments": ["s-rung-2"]}}
    whole = expanded({**raw, "studies": study})
    assert held(with_chosen(whole, decide(whole, judged(a=0.1)).chosen)) == NAMES
    found = decide(whole, judged(a=0.3, b=0.1, c=0.2, d=0.4))
    assert held(with_chosen(whole, found.chosen)) == [FIRST[1], FIRST[2]]


def test_rungs_of_studies_that_are_switched_off_are_not_looked_at(raw):
    off = merge(raw, {"studies": {"all": {"enabled": False}}})
    assert decide(expanded(off), lambda name: pytest.fail(name)) == ({}, [])


@pytest.mark.parametrize(
    ("rungs", "line"),
    [
        ([{"best": 5}], "sweeps.s.rungs[0].best: is 5, and below it stand 4"),
        ([{"best": 2}, {"best": 3}], "sweeps.s.rungs[1].best: is 3, and below it stand 2"),
        ([{"training": {"epochs": 3}}], "sweeps.s.rungs[0].best: is missing"),
        ([{"best": 1, "training": {"epoch": 3}}], "sweeps.s.rungs[0].training.epoch: unknown key"),
        ([{"best": 1, "data": {"train": 10**6}}], "sweeps.s.rungs[0].data.train: is 1000000"),
        ([{"best": 1, "over": {}}], "sweeps.s.rungs[0].over: unknown key"),
        ([], "sweeps.s.rungs: has 0 entries"),
    ],
)
def test_mistakes_are_said_where_they_stand(raw, rungs, line):
    raw = {**raw, "sweeps": {"s": {**SWEEP, "rungs": rungs}}, "studies": {"a": raw["studies"]["i"]}}
    found = check(raw)
    assert any(line in one for one in found), found


def test_nobody_is_chosen_by_test_images(raw):
    raw["experiments"]["sgd"] = {"title": "SGD"}
    found = check(raw)
    assert any("sweeps.s.rungs[0]: would choose by the test images" in line for line in found)
