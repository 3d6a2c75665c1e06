import pytest

from denoising.config.resolve import expanded, resolved_experiment
from denoising.model.cost import training_seconds
from denoising.rebuild.overview import overview


def test_runs_and_what_they_need_trained(config):
    """A filter trains nothing; a borrowed model is trained once a seed."""
    experiments = {
        "median": {"method": "median-filter", "seeds": [0, 1, 2]},
        "at-0": {"noise": {"level": 0.0}, "method": {"name": "pretrained", "experiment": "sgd"}},
        "at-1": {"noise": {"level": 1.0}, "method": {"name": "pretrained", "experiment": "sgd"}},
    }
    studies = {
        "filters": {"title": "Filters", "experiments": ["median"]},
        "levels": {"title": {"en": "Levels", "zh": "强度"}, "experiments": ["at-0", "at-1", "sgd"],
                   "enabled": False},
    }  # fmt: skip
    own = {**config["experiments"], **experiments}
    found = list(
        overview(expanded({**config, "seeds": [0, 1], "experiments": own, "studies": studies}))
    )
    assert [tuple(study)[:4] for study in found] == [
        ("filters", "Filters", 3, 0),
        ("levels", "Levels", 6, 2),
    ]
    assert found[0].seconds == 0
    sgd = training_seconds(resolved_experiment(config, "sgd"))
    assert found[1].seconds == pytest.approx(2 * sgd)


def test_a_network_that_is_trained_on_counts_as_trained(config):
    method = {"name": "intervened", "experiment": "sgd", "epochs": 3}
    own = {**config["experiments"], "changed": {"method": method, "seeds": [0, 1]}}
    studies = {"changes": {"title": "Changes", "experiments": ["changed"]}}
    whole = {**config, "seeds": [0], "experiments": own, "studies": studies}
    (found,) = overview(expanded(whole))
    sgd = resolved_experiment(config, "sgd")
    again = {**sgd, "training": {**sgd["training"], "epochs": 3}}
    assert (found.runs, found.trained) == (2, 4)
    expected = 2 * training_seconds(sgd) + 2 * training_seconds(again)
    assert found.seconds == pytest.approx(expected)


def test_a_rung_takes_what_stands_below_it_too(config):
    rungs = [{"best": 2, "seeds": [0, 1]}, {"best": 1}]
    sweep = {"of": "sgd", "over": {"optimizer.learning_rate": [0.1, 0.2, 0.3]}, "rungs": rungs}
    studies = {"top": {"title": "Top", "experiments": ["s-rung-2"]}}
    whole = {**config, "seeds": [0], "studies": studies, "sweeps": {"s": sweep}}
    (found,) = overview(expanded(whole))
    assert (found.runs, found.trained) == (2, 2 + 2 * 2 + 3)
