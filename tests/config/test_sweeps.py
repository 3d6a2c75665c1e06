import pytest

from denoising.config.check import check
from denoising.config.read import merge
from denoising.config.resolve import expanded, resolved_experiment
from denoising.config.studies import enabled_experiments, made_by
from denoising.config.sweeps import described, member, members, nested, points

RATE, MOMENTUM = "optimizer.learning_rate", "optimizer.momentum"
GRID = {"of": "sgd", "over": {RATE: [0.1, 0.01], MOMENTUM: [0.0, 0.5, 0.9]}}
DRAWN = {"of": "sgd", "over": {RATE: {"log": [1e-5, 1e-1]}, MOMENTUM: [0.0, 0.9]}, "samples": 200}


def test_a_grid_has_every_combination():
    found = [tuple(point.values()) for point in points("s", GRID)]
    assert found == [(0.1, 0.0), (0.1, 0.5), (0.1, 0.9), (0.01, 0.0), (0.01, 0.5), (0.01, 0.9)]


def test_a_range_with_samples_is_an_axis_of_the_grid():
    axis = {"uniform": [2, 3], "samples": 4}
    found = points("s", {"of": "sgd", "over": {RATE: axis, MOMENTUM: [0.0, 0.9]}})
    assert len(found) == 8
    assert len({point[RATE] for point in found}) == 4
    assert all(2 <= point[RATE] <= 3 for point in found)


def test_draws_fill_the_range_by_orders_of_magnitude():
    rates = [point[RATE] for point in points("s", DRAWN)]
    assert all(1e-5 <= rate <= 1e-1 for rate in rates)
    for low in (1e-5, 1e-4, 1e-3, 1e-2):  # a quarter each: 50 of 200, with 6 of standard deviation
        assert 25 <= sum(low <= rate < 10 * low for rate in rates) <= 75
    assert {point[MOMENTUM] for point in points("s", DRAWN)} == {0.0, 0.9}
    assert all(float(f"{rate:.3g}") == rate for rate in rates)


def test_no_point_comes_twice_and_as_many_as_there_are():
    few = {"of": "sgd", "over": {RATE: {"uniform": [0, 1]}}, "samples": 300}  # of 1,000 and some
    assert len({point[RATE] for point in points("s", few)}) == 300
    lists = {"of": "sgd", "over": {MOMENTUM: [0.0, 0.5, 0.9]}, "samples": 10}
    assert sorted(point[MOMENTUM] for point in points("s", lists)) == [0.0, 0.5, 0.9]


def test_more_samples_leave_those_before_as_they_were():
    few = {**DRAWN, "samples": 5}
    assert points("s", DRAWN)[:5] == points("s", few)
    assert points("other", few) != points("s", few)


def test_a_value_more_makes_only_what_is_new():
    more = merge(GRID, {"over": {RATE: [0.001, 0.1, 0.01]}})
    before, after = members("s", GRID), members("s", more)
    assert set(before) < set(after) and len(after) == 9
    assert {name: after[name] for name in before} == before


def test_points_in_settings_and_in_words():
    point = {RATE: 0.1, "architecture": "side-3"}
    assert nested(point) == {"optimizer": {"learning_rate": 0.1}, "architecture": "side-3"}
    assert described(point) == "learning_rate 0.1, architecture side-3"
    assert member("s", point) == member("s", dict(reversed(point.items())))


def test_its_experiments_are_those_of_a_study_that_names_it(config):
    study = {"title": "t", "experiments": ["sgd", "rates"], "pairs": "none"}
    more = expanded(
        merge(config, {"sweeps": {"rates": {**GRID, "seeds": [3]}}, "studies": {"own": study}})
    )
    names = list(members("rates", GRID))
    assert more["studies"]["own"]["experiments"] == ["sgd", *names]
    assert set(names) <= set(enabled_experiments(more))
    assert made_by(more)[names[0]] == ("sweeps", "rates")
    settings = resolved_experiment(more, names[1])
    assert settings["optimizer"] == {"name": "sgd", "learning_rate": 0.1, "momentum": 0.5}
    about = more["experiments"][names[1]]
    assert about["title"] == "SGD (learning_rate 0.1, momentum 0.5)"
    assert about["seeds"] == [3] and "reported" not in about


def test_a_sweep_that_no_study_names_trains_nothing(config):
    more = expanded(merge(config, {"sweeps": {"rates": GRID}}))
    assert enabled_experiments(more) == enabled_experiments(config)


@pytest.mark.parametrize(
    ("sweep", "line"),
    [
        ({"of": "sdg"}, "sweeps.s.of: there is no experiment 'sdg', did you mean 'sgd'"),
        ({"over": {"optimiser.rate": [1]}}, "sweeps.s.over: is 'optimiser.rate', must be a key"),
        ({"over": {RATE: [-1]}}, "sweeps.s.over.optimizer.learning_rate"),
        ({"over": {"optimizer.momentun": [0.5]}}, "did you mean 'momentum'"),
        ({"over": {"data.train": [10**6]}}, "sweeps.s.over.data.train: is 1000000"),
        (
            {"over": {"architecture": ["side-6"]}},
            "sweeps.s.over.architecture: there is no architecture 'side-6'",
        ),
        ({"over": {RATE: {"log": [0, 1], "samples": 2}}}, "must be above 0"),
        ({"over": {RATE: {"log": [1, 0.1], "samples": 2}}}, "must rise"),
        ({"over": {RATE: {"samples": 2}}}, "needs `log` or `uniform`, and not both"),
        ({"over": {RATE: {"log": [0.1, 1]}}}, "samples: is missing"),
        ({"over": {RATE: {"log": [0.1, 1], "samples": 2}}, "samples": 2}, "stands beside"),
        ({"over": {"data": [1]}}, "sweeps.s.over: is 'data', must be a key"),
        ({"over": {"optimizer.name": ["rmsprp"]}}, "did you mean 'rmsprop'"),
        ({"over": {f"{RATE}.name": ["x"], RATE: [1]}}, "stands beside keys below it"),
        (
            {"over": {f"noise.{key}": list(range(101)) for key in ("level", "low")}},
            "makes 10201 experiments, and 10000 are allowed",
        ),
    ],
)
def test_mistakes_are_said_where_they_stand(config, sweep, line):
    found = check({**config, "sweeps": {"s": {**GRID, **sweep}}})
    assert any(line in one for one in found), found


def test_two_ways_to_one_name_are_refused(config):
    name = next(iter(members("s", GRID)))
    found = check(merge(config, {"sweeps": {"s": GRID}, "experiments": {name: {}}}))
    assert any(f"makes the experiment '{name}'" in line for line in found), found
    found = check(merge(config, {"sweeps": {"sgd": GRID}}))
    assert any("is the name of an experiment, too" in line for line in found), found


def test_a_part_of_a_schedule_is_swept(config):
    """The point names one value; what the experiment or the defaults state stays beside it."""
    schedule = {"name": "cosine_decay", "initial_learning_rate": 1e-3, "decay_steps": 100}
    peak = f"{RATE}.warmup_target"
    config = merge(config, {"defaults": {"optimizer": {"learning_rate": schedule}}})
    config = merge(config, {"experiments": {"sgd": {"optimizer": {"learning_rate": schedule}}}})
    sweep = {"of": "sgd", "over": {peak: [0.01, 0.1], f"{RATE}.warmup_steps": [10]}}
    assert check({**config, "sweeps": {"s": sweep}}) == []
    whole = expanded({**config, "sweeps": {"s": sweep}})
    rates = [
        resolved_experiment(whole, name)["optimizer"]["learning_rate"]
        for name in members("s", sweep)
    ]
    assert [rate["warmup_target"] for rate in rates] == [0.01, 0.1]
    assert all(rate["decay_steps"] == 100 for rate in rates)
    wrong = {**sweep, "over": {f"{RATE}.decay_steps": [-1]}}
    assert any(
        f"sweeps.s.over.{RATE}.decay_steps: is -1" in line
        for line in check({**config, "sweeps": {"s": wrong}})
    )


def test_one_wrong_sweep_is_one_line(config):
    """What variants and other sweeps make is known nonetheless."""
    config = merge(
        config,
        {
            "variants": {"fast": {"of": ["sgd"], "training": {"epochs": 1}}},
            "sweeps": {"s": GRID, "wrong": {**GRID, "over": {RATE: [-1]}}},
            "studies": {
                "own": {
                    "title": "Own",
                    "experiments": ["sgd-fast", "s", next(iter(members("s", GRID))), "wrong"],
                }
            },
        },
    )
    found = check(config)
    assert len(found) == 1 and "sweeps.wrong.over" in found[0], found
