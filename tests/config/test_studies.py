from denoising.config.studies import (
    alternatives,
    compared_pairs,
    enabled_experiments,
    enabled_runs,
    reported,
    unstudied,
    variant_experiments,
)


def test_a_disabled_study_is_left_out_and_one_line_switches_it_on(config):
    assert "side-4b" not in enabled_experiments(config)
    studies = {**config["studies"], "repairs": {**config["studies"]["repairs"], "enabled": True}}
    switched = {**config, "studies": studies}
    assert enabled_experiments(switched)[-2:] == ["side-4b", "side-4c"]
    assert alternatives(switched) == {"side-4": ["side-4", "side-4b", "side-4c"]}
    assert alternatives(config) == {}


def test_readings_of_one_experiment_share_its_reported_number(config):
    assert reported(config, "side-4b") == reported(config, "side-4") == 0.348318
    assert reported({**config, "experiments": {"mine": {}}}, "mine") is None


def test_eight_experiments_with_one_seed(config):
    assert len(enabled_runs(config)) == 8
    more = {**config, "seeds": [0, 1]}
    more["experiments"] = {**config["experiments"], "sgd": {"seeds": [5]}}
    assert len(enabled_runs(more)) == 7 * 2 + 1
    assert ("sgd", 5) in enabled_runs(more)


def test_variants_are_part_of_a_rebuild_with_seeds_of_their_own(config):
    experiments = {**config["experiments"], "sgd-short": {"seeds": [3, 4]}}
    more = {**config, "experiments": experiments, "variants": {"short": {"of": ["sgd"]}}}
    assert variant_experiments(more) == {"short": {"sgd-short": "sgd"}}
    assert enabled_runs(more)[8:] == [("sgd-short", 3), ("sgd-short", 4)]


def test_an_experiment_of_no_study_is_named(config):
    assert unstudied(config) == []  # those of the study that is switched off are not meant
    more = {**config, "experiments": {**config["experiments"], "alone": {}}}
    assert unstudied(more) == ["alone"]
    varied = {**more["experiments"], "alone-short": {}}
    varied = {**more, "experiments": varied, "variants": {"short": {"of": ["alone"]}}}
    assert unstudied(varied) == ["alone"]  # its variant is trained, it is not


def test_a_study_compares_each_with_each_or_with_the_first():
    study = {"experiments": ["a", "b", "c"]}
    assert compared_pairs(study) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert compared_pairs({**study, "pairs": "first"}) == [("a", "b"), ("a", "c")]
    assert compared_pairs({"experiments": ["a"]}) == []
