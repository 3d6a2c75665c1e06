import pytest

from denoising.config.figures import figures
from denoising.config.resolve import expanded, resolved_experiment
from denoising.config.studies import enabled_experiments
from denoising.declare import Figure
from denoising.declared import FIGURES
from denoising.report.section import Section
from denoising.report.sections import sections

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
SKIP = {
    "encoder": [{"layer": "Conv2D", "filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}],
    "decoder": [
        {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2, "strides": 2},
        {"layer": "Add", "inputs": ["image", "decoder_1"]},
    ],
}  # fmt: skip


def drawn(config, finished=None, found=None, facets=None):
    settings = {name: resolved_experiment(config, name) for name in enabled_experiments(config)}
    finished = list(settings) if finished is None else finished
    facets = {"sweeps": {}, "searches": {}, "transfers": {}, **(facets or {})}
    return figures(config, settings, finished, sections() if found is None else found, facets)


def of_studies(config):
    return [figure for figure in drawn(config) if figure.section == "studies"]


def own(config, experiments, **studies):
    """The configuration with these experiments and studies alone."""
    studies = studies or {"mine": {"experiments": list(experiments)}}
    architectures = {**config["architectures"], "skip": SKIP}
    return {
        **config,
        "experiments": experiments,
        "studies": studies,
        "architectures": architectures,
    }


# --- those of the studies ---


def test_figures_have_the_write_ups_numbers(config):
    ours = {f.number: (f.name, f.experiments[0]) for f in of_studies(config) if f.name != "study"}
    assert ours == WRITEUP_FIGURES


def test_each_study_of_several_is_closed_by_a_comparison(config):
    closing = {f.number: f.experiments for f in of_studies(config) if f.name == "study"}
    assert set(closing) == {"2.2.3", "2.3.3", "2.4.4"}
    assert closing["2.2.3"] == ("baseline", "adagrad", "sgd")
    assert {f.study for f in of_studies(config)} == {"i", "ii", "iii", "iv"}


def test_a_study_that_is_switched_on_comes_last(config):
    studies = {**config["studies"], "repairs": {**config["studies"]["repairs"], "enabled": True}}
    numbers = [f.number for f in of_studies({**config, "studies": studies})]
    assert numbers[-3:] == ["2.5.1", "2.5.2", "2.5.3"]


def test_a_variant_of_no_study_has_no_figure_of_its_own(config):
    more = expanded({**config, "variants": {"short": {"of": ["sgd"], "noise": {"level": 1}}}})
    assert of_studies(more) == of_studies(config)
    [law] = [f for f in drawn(more) if f.name == "law"]
    assert law.experiments[-1] == "sgd-short"  # yet it is a run like another


def test_a_study_may_be_drawn_by_its_comparison_alone(config):
    studies = {**config["studies"], "ii": {**config["studies"]["ii"], "panels": "none"}}
    found = [f for f in of_studies({**config, "studies": studies}) if f.study == "ii"]
    assert [f.number for f in found] == ["2.2.1"]


def test_what_is_not_trained_has_no_loss(config):
    mine = own(
        config,
        {"a": {"method": "median-filter"}, "b": {}},
        mine={"experiments": ["a", "b"], "panels": "separate"},
    )
    assert [(f.number, f.name, f.experiments) for f in of_studies(mine)] == [
        ("2.1.1", "error", ("a",)),
        ("2.1.2", "images", ("a",)),
        ("2.1.3", "loss", ("b",)),
        ("2.1.4", "error", ("b",)),
        ("2.1.5", "images", ("b",)),
        ("2.1.6", "study", ("a", "b")),
    ]


# --- those of the other sections ---


def test_the_write_ups_other_figures(config):
    eight = tuple(enabled_experiments(config))
    code = ("baseline", "side-4", "side-3", "side-1")  # of the study with a limit of the error
    assert [f[:5] for f in drawn(config) if f.section != "studies"] == [
        ("1.1", "background", "architecture", None, ("baseline",)),
        ("3.1", "lattice", "law", None, eight),
        ("3.2", "lattice", "counts", None, eight),
        ("3.3", "lattice", "epochs", None, eight),
        ("3.4", "lattice", "dots", None, eight),
        ("3.5", "lattice", "gallery", None, eight),
        ("4.1", "images", "spread", None, eight),
        ("4.2", "images", "digits", None, eight),
        ("4.3", "images", "extremes", None, eight),
        ("5.1", "compression", "compression", None, code),
    ]


def test_every_figure_is_declared_and_every_declaration_drawn(config):
    two = {**config["studies"]["ii"], "against": "train_seconds", "portraits": True}
    of_ii = {"ii": {}}
    facets = {"sweeps": of_ii, "transfers": of_ii, "searches": {"ii": {"s": {"sgd": {}}}}}
    found = drawn({**config, "studies": {**config["studies"], "ii": two}}, facets=facets)
    assert [f.study for f in found if f.name == "response"] == ["ii"]
    assert {f.name for f in found} == {figure.name for figure in FIGURES}
    assert len({f.number for f in found}) == len(found)


def test_only_what_has_runs_is_drawn_outside_the_studies(config):
    found = [f for f in drawn(config, ["sgd", "side-3"]) if f.section != "studies"]
    by_name = {f.name: f.experiments for f in found}
    assert by_name["architecture"] == ("sgd",)
    assert by_name["law"] == by_name["gallery"] == by_name["spread"] == ("sgd", "side-3")


@pytest.mark.parametrize("experiment", [{"method": "median-filter"}, {"method": "black"}])
def test_what_is_not_trained_has_no_architecture_no_lattice_and_no_code(config, experiment):
    limit = {"mine": {"experiments": ["a"], "error_limit": 0.5}}
    found = {f.name: f for f in drawn(own(config, {"a": experiment}, **limit))}
    assert set(found) == {"experiment", "spread", "digits", "extremes"}
    assert found["spread"].number == "4.1"


def test_past_a_skip_pixels_of_one_position_differ(config):
    limit = {"mine": {"experiments": ["a"], "error_limit": 0.5}}
    found = {f.name for f in drawn(own(config, {"a": {"architecture": "skip"}}, **limit))}
    assert found == {"architecture", "experiment", "spread", "digits", "extremes"}


def test_a_decoder_that_enlarges_nothing_has_no_lattice(config):
    flat = {
        "encoder": [{"layer": "Conv2D", "filters": 2, "kernel_size": 3, "padding": "same"}],
        "decoder": [
            {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 3, "padding": "same"},
            {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 3, "strides": [1, 1], "padding": "same"},
        ],
    }  # fmt: skip
    mine = own(config, {"a": {"architecture": "flat"}})
    mine["architectures"]["flat"] = flat
    assert not {f.name for f in drawn(mine)} & {"law", "counts", "epochs", "dots", "gallery"}
    flat["decoder"][1] = {"layer": "UpSampling2D"}  # by 2, where it says nothing else
    assert "law" in {f.name for f in drawn(mine)}


def test_without_reported_numbers_the_first_experiment_is_told(config):
    found = {
        f.name: f.experiments
        for f in drawn(own(config, {"f": {"method": "black"}, "a": {}, "b": {}}))
    }
    assert found["spread"] == ("f",)
    assert found["gallery"] == found["dots"] == ("a",)  # the first that has a lattice
    assert found["law"] == ("a", "b")


def test_codes_are_drawn_by_data_set(config):
    """Two studies with a limit share an experiment; one has two data sets."""
    data = {**config["datasets"], "other": config["datasets"]["mnist"]}
    mine = own(
        config,
        {"a": {}, "b": {"data": {"dataset": "other"}}, "c": {}, "f": {"method": "black"}},
        one={"experiments": ["a", "b", "f"], "error_limit": 0.5},
        two={"experiments": ["c", "a"], "error_limit": 0.4},
        three={"experiments": ["b"]},
    )
    found = [f for f in drawn({**mine, "datasets": data}) if f.name == "compression"]
    assert [(f.number, f.experiments) for f in found] == [("5.1", ("a", "c")), ("5.2", ("b",))]


def test_a_section_of_ones_own_numbers_its_figures_by_its_chapter(config):
    bars = Figure("bars", "mine:bars")
    made = {
        "studies": Section("studies", len, order=1, chapter=7),
        "mine": Section("mine", len, order=2, chapter=9, figures=(bars, Figure("lines", "mine:l"))),
        "lattice": Section("lattice", len, order=3, chapter=3, figures=(bars,)),
    }
    found = drawn(config, found=made)
    assert {f.number for f in found if f.section == "studies"} >= {"7.1.1", "7.4.4"}
    assert [(f.number, f.name) for f in found if f.section == "mine"] == [
        ("9.1", "bars"),
        ("9.2", "lines"),
    ]
    assert [f.number for f in found if f.section == "lattice" and f.name == "bars"] == ["3.6"]
    assert {f.section for f in found} == set(made)  # no section, no figures
    assert next(f for f in found if f.name == "lines").experiments == tuple(
        enabled_experiments(config)
    )


def test_a_study_with_a_facet_has_its_figure(config):
    found = drawn(config, facets={"sweeps": {"ii": {}}, "transfers": {"ii": {}, "iv": {}}})
    more = [(f.study, f.name) for f in found if f.name in ("budgets", "transfer")]
    assert more == [("ii", "budgets"), ("ii", "transfer"), ("iv", "transfer")]


def test_a_sweep_of_several_keys_is_drawn_by_itself(config):
    two = {"s": {"a": {}, "b": {}}, "t": {"c": {}}}
    found = [f for f in drawn(config, facets={"searches": {"ii": two}}) if f.name == "search"]
    assert [(f.study, f.experiments) for f in found] == [("ii", ("a", "b")), ("ii", ("c",))]


def test_the_error_against_something_over_several_conditions_is_drawn_once(config):
    """A comparison for each of them would hide the drawing that answers."""
    levels = {f"{name}-{n}": {"noise": {"level": n / 10}} for n in range(4) for name in ("a", "b")}
    experiments = {**config["experiments"], **levels}
    study = {"title": "L", "experiments": list(levels), "panels": "none"}

    def kinds(**more):
        own = {"ii": {**study, **more}}
        found = drawn({**config, "experiments": experiments, "studies": own})
        return [f.name for f in found if f.study == "ii"]

    assert kinds() == ["study"] * 4
    assert kinds(against="noise.level") == ["response"]


def test_a_study_shows_what_its_networks_learned(config):
    experiments = {**config["experiments"], "median": {"method": "median-filter"}}
    study = {**config["studies"]["ii"], "experiments": ["sgd", "median"], "portraits": True}
    found = drawn({**config, "experiments": experiments, "studies": {"ii": study}})
    learned = [(f.name, f.experiments) for f in found if f.name in ("layers", "codes")]
    assert learned == [("layers", ("sgd",)), ("codes", ("sgd",))]


def test_a_study_is_compared_by_what_it_is_tested_on(config):
    """Other noise or other test images are another figure; one alone has none to stand beside."""
    experiments = {
        "a": {}, "b": {"noise": {"level": 1}}, "c": {"data": {"test": 50}},
        "d": {"data": {"train": 50}}, "e": {"noise": {"level": 1}, "method": "median-filter"},
    }  # fmt: skip
    found = [one for one in of_studies(own(config, experiments)) if one.name == "study"]
    assert [one.experiments for one in found] == [("a", "d"), ("b", "e")]
    assert [one.number for one in found] == ["2.1.6", "2.1.7"]
