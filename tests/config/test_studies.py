from denoising.config.studies import (
    alternatives,
    compared_pairs,
    enabled_experiments,
    enabled_runs,
    figures,
    reported,
    unstudied,
    variant_experiments,
)

WRITEUP_FIGURES = {
    "2.1.1": ("loss", "baseline"),
    "2.1.2": ("error", "baseline"),
    "2.1.3": ("images", "baseline"),
    "2.2.1": ("experiment", "adagrad"),
    "2.2.2": ("experiment", "sgd"),
    "2.3.1": ("experiment", "binary-crossentropy"),
    "2.3.2": ("experiment", "mean-absolute-error"),
    "2.4.1": ("experiment", "side-4"),
    "2.4.2": ("experiment", "side-3"),
    "2.4.3": ("experiment", "side-1"),
}


def test_figures_have_the_write_ups_numbers(config):
    ours = {f.number: (f.kind, f.experiments[0]) for f in figures(config) if f.kind != "study"}
    assert ours == WRITEUP_FIGURES


def test_each_study_of_several_is_closed_by_a_comparison(config):
    closing = {f.number: f.experiments for f in figures(config) if f.kind == "study"}
    assert set(closing) == {"2.2.3", "2.3.3", "2.4.4"}
    assert closing["2.2.3"] == ("baseline", "adagrad", "sgd")


def test_a_disabled_study_is_left_out_and_one_line_switches_it_on(config):
    assert "side-4b" not in enabled_experiments(config)
    studies = {**config["studies"], "repairs": {**config["studies"]["repairs"], "enabled": True}}
    switched = {**config, "studies": studies}
    assert enabled_experiments(switched)[-2:] == ["side-4b", "side-4c"]
    assert [f.number for f in figures(switched)][-3:] == ["2.5.1", "2.5.2", "2.5.3"]
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
    assert figures(more) == figures(config)


def test_an_experiment_of_no_study_is_named(config):
    assert unstudied(config) == []  # those of the study that is switched off are not meant
    more = {**config, "experiments": {**config["experiments"], "alone": {}}}
    assert unstudied(more) == ["alone"]
    varied = {**more["experiments"], "alone-short": {}}
    varied = {**more, "experiments": varied, "variants": {"short": {"of": ["alone"]}}}
    assert unstudied(varied) == ["alone"]  # its variant is trained, it is not


def test_a_study_may_be_drawn_by_its_comparison_alone(config):
    studies = {**config["studies"], "ii": {**config["studies"]["ii"], "panels": "none"}}
    numbers = [f.number for f in figures({**config, "studies": studies}) if f.study == "ii"]
    assert numbers == ["2.2.1"]


def test_a_study_compares_each_with_each_or_with_the_first():
    study = {"experiments": ["a", "b", "c"]}
    assert compared_pairs(study) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert compared_pairs({**study, "pairs": "first"}) == [("a", "b"), ("a", "c")]
    assert compared_pairs({"experiments": ["a"]}) == []
