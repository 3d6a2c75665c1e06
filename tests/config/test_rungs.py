import math

import pytest

from denoising.config.check import check
from denoising.config.read import merge
from denoising.config.resolve import expanded, resolved_experiment
from denoising.config.rungs import decide, held_out_error, lower, rungs, with_chosen
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


def held(config, error):
    return with_chosen(config, decide(config, error))["studies"]["all"]["experiments"]


def judged(**errors):
    """Errors of experiments by the place of their learning rate, `a` the first, `aa` on rung 1."""
    places = {
        f"{name}{'' if n == 0 else f'-rung-{n}'}": letter * (n + 1)
        for n in range(3)
        for name, letter in zip(NAMES, "abcd", strict=True)
    }
    return lambda name: errors.get(places[name])


def test_every_experiment_of_a_sweep_could_stand_on_every_rung(raw, whole):
    assert check(raw) == []
    assert set(FIRST) | set(SECOND) < set(whole["experiments"])
    assert [(one.group, one.below, one.best) for one in rungs(whole)] == [
        ("s-rung-1", "s", 2),
        ("s-rung-2", "s-rung-1", 1),
    ]
    assert lower(whole)[SECOND[2]] == FIRST[2] and lower(whole)[FIRST[2]] == NAMES[2]
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


def test_another_optimizer_on_a_rung_takes_nothing_of_the_one_below(raw):
    """As everywhere, a name begins a section anew, whatever rungs lie between."""
    other = {"best": 1, "optimizer": {"name": "adam"}}
    sweep = {**SWEEP, "over": {"optimizer.momentum": [0.5]}, "rungs": [other, {"best": 1}]}
    whole = expanded({**raw, "sweeps": {"s": sweep}, "studies": {}})
    for number in (1, 2):
        [name] = (name for name in whole["experiments"] if name.endswith(f"-rung-{number}"))
        assert "momentum" not in resolved_experiment(whole, name)["optimizer"]


def test_while_one_is_not_finished_nobody_is_promoted(whole):
    found = decide(whole, judged(a=0.3, b=0.1, c=0.2))
    assert found.waiting == ["s-rung-1", "s-rung-2"]
    assert found.judged == {"s-rung-1": NAMES, "s-rung-2": NAMES}
    assert held(whole, judged(a=0.3, b=0.1, c=0.2)) == [*NAMES, "sgd"]


def test_the_best_are_promoted_rung_by_rung(whole):
    first = judged(a=0.3, b=0.1, c=0.2, d=0.4)
    found = decide(whole, first)
    assert found.waiting == ["s-rung-2"]
    assert found.chosen["s-rung-1"] == found.judged["s-rung-2"] == [FIRST[1], FIRST[2]]
    assert held(whole, first) == [*NAMES, FIRST[1], FIRST[2], "sgd"]
    second = judged(a=0.3, b=0.1, c=0.2, d=0.4, bb=0.09, cc=0.08)
    assert decide(whole, second).waiting == []
    assert held(whole, second)[-2:] == ["sgd", SECOND[2]]


def test_what_came_to_nothing_is_not_promoted(whole):
    errors = judged(a=math.inf, b=math.inf, c=0.2, d=math.inf, cc=math.inf)
    found = decide(whole, errors)
    assert found.chosen == {"s-rung-1": [FIRST[2]], "s-rung-2": []}
    assert found.waiting == []
    assert held(whole, errors) == [*NAMES, FIRST[2], "sgd"]


def test_a_study_of_a_rung_alone_shows_those_that_are_judged_and_says_so(raw):
    study = {"title": "Top", "experiments": ["s-rung-2"]}
    whole = expanded({**raw, "studies": {"all": study}})
    shown = with_chosen(whole, decide(whole, judged(a=0.1)))["studies"]["all"]
    assert shown["experiments"] == NAMES
    shown = with_chosen(whole, decide(whole, judged(a=0.3, b=0.1, c=0.2, d=0.4)))["studies"]["all"]
    assert shown["experiments"] == [FIRST[1], FIRST[2]]
    assert shown["title"]["en"] == "Top (before the best are chosen)"
    assert (shown["pairs"], shown["panels"]) == ("none", "none")


def test_beside_others_a_study_that_waits_is_left_out(raw):
    studies = {**raw["studies"], "top": {"title": "Top", "experiments": ["s-rung-1"]}}
    whole = expanded({**raw, "studies": studies})
    assert "top" not in with_chosen(whole, decide(whole, judged()))["studies"]
    first = judged(a=0.3, b=0.1, c=0.2, d=0.4)
    shown = with_chosen(whole, decide(whole, first))["studies"]["top"]
    assert shown["experiments"] == [FIRST[1], FIRST[2]] and shown["title"] == "Top"


def test_an_experiment_of_a_rung_that_a_study_names_itself_stays(raw):
    studies = {**raw["studies"], "own": {"title": "Own", "experiments": [FIRST[0]]}}
    whole = expanded({**raw, "studies": studies})
    found = with_chosen(whole, decide(whole, judged(a=0.3, b=0.1, c=0.2, d=0.4)))
    assert found["studies"]["own"]["experiments"] == [FIRST[0]]


def test_rungs_of_studies_that_are_switched_off_are_not_looked_at(raw):
    off = merge(raw, {"studies": {"all": {"enabled": False}}})
    assert decide(expanded(off), lambda name: pytest.fail(name)) == ({}, {}, [])


def test_the_error_is_the_mean_of_the_runs_that_count():
    run = {"status": "completed", "held_out_error": 0.2}
    lost = {"status": "diverged", "held_out_error": None}
    dead = {"status": "dead", "held_out_error": 1.0}
    assert held_out_error([run, {**run, "held_out_error": 0.4}]) == pytest.approx(0.3)
    assert held_out_error([run, lost, dead]) == 0.2
    assert held_out_error([lost, dead]) == math.inf


@pytest.mark.parametrize(
    ("sweep", "line"),
    [
        ({"rungs": [{"best": 5}]}, "sweeps.s.rungs[0].best: is 5, and below it stand 4"),
        ({"rungs": [{"best": 2}, {"best": 3}]}, "s.rungs[1].best: is 3, and below it stand 2"),
        ({"rungs": [{"training": {"epochs": 3}}]}, "sweeps.s.rungs[0].best: is missing"),
        (
            {"rungs": [{"best": 1, "training": {"epoch": 3}}]},
            "rungs[0].training.epoch: unknown key",
        ),
        ({"rungs": [{"best": 1, "data": {"train": 10**6}}]}, "rungs[0].data.train: is 1000000"),
        ({"rungs": [{"best": 1, "over": {}}]}, "sweeps.s.rungs[0].over: unknown key"),
        ({"rungs": []}, "sweeps.s.rungs: has 0 entries"),
        ({"over": {"noise.level": [0.1, 0.2]}}, "sweeps.s.over.noise.level: with `rungs`"),
        ({"over": {"data.validation": [10, 20]}}, "sweeps.s.over.data.validation: with `rungs`"),
        ({"over": {RATE: {"log": [1e-3, 1], "samples": 5000}}}, "makes 15000 experiments"),
    ],
)
def test_mistakes_are_said_where_they_stand(raw, sweep, line):
    raw = {**raw, "sweeps": {"s": {**SWEEP, **sweep}}, "studies": {"a": raw["studies"]["i"]}}
    found = check(raw)
    assert any(line in one for one in found), found


def test_a_group_is_named_like_nothing_else(raw):
    more = {"s": SWEEP, "s-rung-1": {"of": "sgd", "over": {RATE: [0.5]}}}
    found = check({**raw, "sweeps": more})
    assert any("makes the group 's-rung-1', and something else is named so" in one for one in found)


def test_nobody_is_chosen_by_test_images(raw):
    raw["experiments"]["sgd"] = {"title": "SGD"}
    found = check(raw)
    assert any("sweeps.s.rungs[0]: would choose by the test images" in line for line in found)
