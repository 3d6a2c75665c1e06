"""Everything that can be wrong with a configuration, found at once and said in plain lines."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain
from typing import Any

from denoising import methods
from denoising.config.check_layers import (
    function_problems,
    image_shapes,
    layer_problems,
    named_problems,
    shape_problems,
)
from denoising.config.check_model import model_problems
from denoising.config.keras_names import names
from denoising.config.read import Config, escaped, key_path, merge
from denoising.config.resolve import TRAINED, expanded, resolved_experiment
from denoising.config.schema import (
    REGISTRIES,
    KeyPath,
    Problem,
    nearest,
    reference,
    schema,
    schema_problems,
    show,
)
from denoising.config.studies import made_by
from denoising.config.sweeps import groups, members, nested, points
from denoising.data.noises import NOISES
from denoising.losses import LOSSES
from denoising.model.shapes import format_shape


def check(config: Config, sources: Sequence[tuple[str, Config]] = ()) -> list[str]:
    """Find all that is wrong.

    Parameters
    ----------
    config : dict
        The merged configuration.
    sources : sequence of (name, content)
        The files that it was merged from, for saying where a value stands.

    Returns
    -------
    list of str
        One line each, ``file: key.path: what is wrong and what is allowed``; empty if all is well.
    """
    problems = list(schema_problems(config, schema()))
    problems += _dataset_problems(config.get("datasets"))
    bad = [path for path, _ in problems]

    def sound(*path: str) -> bool:
        return not any(other[: len(path)] == path or path[: len(other)] == other for other in bad)

    def entries(key: str) -> dict[str, Any]:
        content = config.get(key)
        return content if isinstance(content, dict) else {}

    for name, architecture in entries("architectures").items():
        if sound("architectures", name):
            problems += layer_problems(("architectures", name), architecture)
    holders = _holders(config, entries("experiments"), entries("variants"))
    problems += _settings_problems(holders, sound, config)
    for kind in ("experiments", "variants"):
        for name, content in entries(kind).items():
            if sound(kind, name) and "output" in content:
                problems += function_problems((kind, name, "output"), content["output"])
    for name, experiment in entries("experiments").items():
        if sound("experiments", name) and "alternative_to" in experiment:
            at = ("experiments", name, "alternative_to")
            everyone = entries("experiments").items()
            reported = [n for n, e in everyone if isinstance(e, dict) and "reported" in e]
            what = "experiment with a reported number"
            problems += reference(at, experiment["alternative_to"], reported, what)
    if sound("variants"):
        problems += _variant_problems(entries("variants"), list(entries("experiments")))
    bad += [path for path, _ in problems]
    if all(sound(part) for part in ("variants", "sweeps", "experiments", "defaults")):
        swept = list(_sweep_problems(entries("sweeps"), config))
        problems += swept
        bad += [path for path, _ in swept]
    experiments = {n: e for n, e in entries("experiments").items() if sound("experiments", n)}
    whole = sound("variants") and sound("sweeps") and sound("experiments")
    if whole:
        experiments = expanded({**config, "studies": {}})["experiments"]
    if sound("datasets") and all(sound("defaults", part) for part in SHAPING):
        trained = [e for e in experiments.values() if _trained([config["defaults"], e])]
        for name, shapes in image_shapes(trained, config).items():
            if name in entries("architectures") and sound("architectures", name):
                for image in shapes:
                    at = ("architectures", name)
                    problems += shape_problems(at, config["architectures"][name], image)
    if sound("defaults"):
        makers = made_by(config) if whole else {}
        for name, experiment in experiments.items():
            at = makers.get(name, ("experiments", name))
            problems += _selection_problems(at, experiment, config)
            problems += _shift_problems(at, experiment, config)
            problems += _output_problems(at, experiment, config)
            problems += _model_problems(at, experiment, experiments, config)
    for name, study in entries("studies").items():
        if sound("studies", name) and sound("variants") and entries("experiments"):
            sweeps = {n: one for n, one in entries("sweeps").items() if sound("sweeps", n)}
            made = made_by({**config, "sweeps": sweeps})  # also where others are not sound
            stood = chain.from_iterable(groups(name, one) for name, one in sweeps.items())
            known = list(
                {**entries("experiments"), **made, **entries("sweeps")} | dict.fromkeys(stood)
            )
            problems += _study_problems(("studies", name), study, known)
    if sound("only_studies") and sound("studies"):
        for n, name in enumerate(config.get("only_studies", [])):
            problems += reference(("only_studies", n), name, list(entries("studies")), "study")
    if sound("studies") and not any(s.get("enabled", True) for s in config["studies"].values()):
        problems.append((("studies",), "none is enabled; set `enabled: true` in one of them"))
    if not problems:  # the parts are sound: so is the whole?
        problems += _whole_problems(config)
    return [_line(path, text, sources) for path, text in dict.fromkeys(problems)]


def _whole_problems(config: Config) -> Iterator[Problem]:
    whole, makers = expanded(config), made_by(config)
    yield from _case_problems(("datasets",), whole["datasets"], {})
    yield from _case_problems(("experiments",), whole["experiments"], makers)
    for name, own in whole["experiments"].items():
        settings = resolved_experiment(whole, name)
        yield from _image_problems(makers.get(name, ("experiments", name)), settings, whole)
        stated = {*own, *(("architecture",) if "output" in own else ())}
        for path, text in model_problems(settings) if "training" in settings else ():
            at = makers.get(name, ("experiments", name)) if path[0] in stated else ("defaults",)
            yield (*at, *path), text


def _case_problems(
    at: KeyPath, found: Collection[str], makers: Mapping[str, KeyPath]
) -> Iterator[Problem]:
    """Names become folders, which some file systems do not tell apart by case."""
    folded: dict[str, str] = {}
    for name in found:
        other = folded.setdefault(name.lower(), name)
        if other != name:
            yield makers.get(name, (*at, name)), f"'{name}' and '{other}' differ in case alone"


def _holders(
    config: Config, experiments: Config, variants: Config
) -> Iterator[tuple[KeyPath, Any, list[tuple[KeyPath, Config]]]]:
    """All that holds settings: where it stands, what it says, and what it is laid over."""
    defaults = config.get("defaults")
    yield ("defaults",), defaults, []
    base = [(("defaults",), defaults)] if isinstance(defaults, dict) else []
    for name, experiment in experiments.items():
        yield ("experiments", name), experiment, base
    for name, variant in variants.items():
        of = variant.get("of") if isinstance(variant, dict) else None
        for experiment in of if isinstance(of, list) else ():
            own = experiments.get(experiment) if isinstance(experiment, str) else None
            if isinstance(own, dict):
                yield ("variants", name), variant, [*base, (("experiments", experiment), own)]


def _settings_problems(
    holders: Iterable[tuple[KeyPath, Any, list[tuple[KeyPath, Config]]]],
    sound: Callable[..., bool],
    config: Config,
) -> Iterator[Problem]:
    """What is wrong with each section of settings, given what they are laid over."""
    for path, settings, below in holders:
        if not isinstance(settings, dict):
            continue
        if below:
            yield from _untrained_problems(path, settings, below)
        for section in SECTIONS:
            lower = {at: content[section] for at, content in below if section in content}
            if section in settings and all(
                sound(*at, section) for at in (path, ("defaults",), *lower)
            ):
                merged = reduce(merge, [*lower.values(), settings[section]])
                yield from SECTIONS[section]((*path, section), settings[section], merged, config)


def _line(path: KeyPath, text: str, sources: Sequence[tuple[str, Config]]) -> str:
    key = key_path(path)
    above = [path[:length] for length in range(len(path), 0, -1)]  # what is missing is held nowhere
    holders = ([name for name, content in sources if _holds(content, part)] for part in above)
    origin = next((names[-1:] for names in holders if names), [name for name, _ in sources[:1]])
    return ": ".join([*origin, *([key] if key else []), escaped(text)])


def _holds(content: Any, path: KeyPath) -> bool:
    for part in path:
        if not isinstance(content, Mapping | list) or not _has(content, part):
            return False
        content = content[part]
    return True


def _has(content: Mapping[str, Any] | list[Any], part: str | int) -> bool:
    if isinstance(content, list):
        return isinstance(part, int) and part < len(content)
    return part in content


def _dataset_problems(datasets: Any) -> Iterator[Problem]:
    """A data set is made of files or of pictures, and these of a folder or of a package."""
    for name, dataset in datasets.items() if isinstance(datasets, dict) else ():
        path: KeyPath = ("datasets", name)
        if not isinstance(dataset, dict):
            continue
        images = dataset.get("images")
        if (images is None) == (dataset.get("files") is None):
            yield (*path, "files"), "is missing: a data set has `files` or `images`, and not both"
        if not isinstance(images, dict):
            continue
        if sum(key in images for key in ("folder", "package", "npm")) != 1:
            yield (*path, "images"), "needs a `folder`, a `package` or `npm`, and one alone"
        shape = dataset.get("shape")
        if isinstance(shape, list) and shape[2:] not in ([1], [3]):
            text = f"{show(shape)}: pictures have 1 channel (grey) or 3 (colour)"
            yield (*path, "shape"), text
        if "stride" in images and images.get("cut") != "patches":
            yield (*path, "images", "stride"), "goes with `cut: patches` alone"


def _data_problems(path: KeyPath, own: Config, data: Config, config: Config) -> Iterator[Problem]:
    datasets = config.get("datasets")
    if not isinstance(datasets, dict):
        return
    unknown = list(reference((*path, "dataset"), data["dataset"], list(datasets), "data set"))
    yield from unknown
    dataset = datasets.get(data["dataset"])
    if unknown or not isinstance(dataset, dict):
        return
    held_out = 0 if data.get("validation", "test") == "test" else data["validation"]
    for part, held in (("train", held_out), ("test", 0)):
        most = dataset.get(part)
        skipped = data.get("skip", 0) if part == "train" else 0
        if not isinstance(most, int) or skipped + data[part] + held <= most:
            continue
        if skipped and skipped + data[part] > most:
            yield (
                (*path, "skip"),
                f"is {skipped}, and {data[part]} are trained on: '{data['dataset']}' has only"
                f" {most} training images",
            )
        elif data[part] > most:
            yield (*path, part), f"is {data[part]}, must be at most {most} ('{data['dataset']}')"
        else:
            yield (
                (*path, "validation"),
                f"is {held}, and {data[part]} are trained on: '{data['dataset']}' has only {most}"
                f" training images, which leaves {most - skipped - data[part]}",
            )


def _architecture_problems(path: KeyPath, own: str, _: str, config: Config) -> Iterator[Problem]:
    if isinstance(config.get("architectures"), dict):
        yield from reference(path, own, list(config["architectures"]), "architecture")


def _loss_problems(path: KeyPath, own: Config, merged: Config, config: Config) -> Iterator[Problem]:
    if merged["name"] in LOSSES.names():
        yield from _registered_problems(path, own, merged, config)
    else:
        known = {**names()["losses"], **{name: {} for name in LOSSES.names()}}
        yield from named_problems(path, own, merged, "losses", known)


CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")


def _optimizer_problems(path: KeyPath, own: Config, merged: Config, _: Config) -> Iterator[Problem]:
    rate = own.get("learning_rate")
    scheduled = isinstance(rate, Mapping)
    plain = {k: v for k, v in own.items() if k != "learning_rate"} if scheduled else own
    yield from named_problems(path, plain, merged, "optimizers", names()["optimizers"])
    clipped = [key for key in CLIPPING if merged.get(key) is not None]
    if len(clipped) > 1:
        text = f"stands beside '{clipped[0]}': Keras clips in one way only"
        yield (*path, clipped[1]), text
    if scheduled:
        yield from _schedule_problems((*path, "learning_rate"), rate, merged["learning_rate"])


FILLED_IN = "decay_steps"  # all steps of the training


def _schedule_problems(path: KeyPath, own: Config, merged: Config) -> Iterator[Problem]:
    schedules = names()["schedules"]
    known = {
        name: {**dict.fromkeys(about["required"], 0), **about["optional"]}
        for name, about in schedules.items()
    }
    found = list(named_problems(path, own, merged, "schedules", known))
    yield from found
    if found:
        return
    for key in schedules[merged["name"]]["required"]:
        if key not in merged and key != FILLED_IN:
            yield (*path, key), f"is missing ({merged['name']} needs it)"
    boundaries, values = (merged.get(key) for key in ("boundaries", "values"))
    if boundaries and sorted(set(boundaries)) != boundaries:
        yield (*path, "boundaries"), f"{show(boundaries)}, must rise from one to the next"
    elif boundaries and values and len(values) != len(boundaries) + 1:
        wanted = f"must have {len(boundaries) + 1}: one more than `boundaries`"
        yield (*path, "values"), f"has {len(values)} entries, {wanted}"


def _registered_problems(
    path: KeyPath, own: str | Config, merged: str | Config, _: Config
) -> Iterator[Problem]:
    """What is wrong with a noise, a method or a loss of ours, whose parameters are registered."""
    section = str(path[-1])
    key, kinds = REGISTRIES[section].key, schema()["$defs"][f"every_{section}"]
    if isinstance(own, str):  # of a mapping the schema has looked at the name
        yield from reference(path, own, list(kinds), section)
    own, merged = ({key: part} if isinstance(part, str) else part for part in (own, merged))
    if key not in merged:
        yield (*path, key), "is missing"
    if merged.get(key) not in kinds:
        return
    rules = {k: v for k, v in kinds[merged[key]].items() if k != "required"}
    arguments = {k: v for k, v in own.items() if k != key}
    if section == "method" and not methods.is_trained(merged[key]):
        rules["properties"] = {**rules["properties"], methods.AFFINE: {"type": "boolean"}}
        for parameter, values in methods.choices(arguments).items():
            if parameter in rules["properties"]:
                yield from _choice_problems((*path, parameter), values, rules["properties"])
                del arguments[parameter]
    yield from schema_problems(arguments, rules, path)
    for parameter in kinds[merged[key]]["required"]:
        if parameter not in merged:
            yield (*path, parameter), "is missing"


def _choice_problems(path: KeyPath, values: list[Any], properties: Config) -> Iterator[Problem]:
    """Each value to choose from must be one; what is chosen is chosen among several."""
    several = {"type": "array", "minItems": 2, "maxItems": 100, "uniqueItems": True}
    yield from schema_problems(values, {**several, "items": properties[path[-1]]}, path)


def _trained(layers: Sequence[Config]) -> bool:
    """Tell whether the method of settings laid over each other is trained; unknown ones are."""
    name = next((own["method"] for own in reversed(layers) if "method" in own), methods.DEFAULT)
    if isinstance(name, dict):
        name = name.get("name")
    return name not in methods.names() or methods.is_trained(name)


def _untrained_problems(path: KeyPath, own: Config, below: Sequence[Config]) -> Iterator[Problem]:
    if not _trained([*below, own]):
        for key in (*TRAINED, "output"):
            if key in own:
                yield (*path, key), "belongs to methods that are trained, which this one is not"


LARGEST_SWEEP = 10_000  # experiments
NOT_HELD_OUT = (
    "would choose by the test images; hold out training images: `data: {validation: 1000}`"
)
SHAPING = ("data", "noise", "architecture")  # settings that decide the shape of what a model takes
# What is checked in each section of the settings, beyond the schema.
SECTIONS = {
    "data": _data_problems,
    "architecture": _architecture_problems,
    "optimizer": _optimizer_problems,
    "loss": _loss_problems,
    "noise": _registered_problems,
    "method": _registered_problems,
}


def _study_problems(path: KeyPath, study: Config, known: list[str]) -> Iterator[Problem]:
    for n, experiment in enumerate(study["experiments"]):
        yield from reference((*path, "experiments", n), experiment, known, "experiment")
    for name in study.get("names", {}):
        yield from reference((*path, "names", name), name, known, "experiment")


def _variant_problems(variants: Mapping[str, Config], known: list[str]) -> Iterator[Problem]:
    made: dict[str, tuple[str, str]] = {}
    for variant, about in variants.items():
        for n, experiment in enumerate(about["of"]):
            at, name = ("variants", variant, "of", n), f"{experiment}-{variant}"
            if experiment not in known:
                yield from reference(at, experiment, known, "experiment")
            elif name in known:
                yield at, f"makes the experiment '{name}', which `experiments` has too"
            elif name in made:
                other, base = made[name]
                yield at, f"makes the experiment '{name}', as variant '{other}' of '{base}' does"
            made[name] = variant, experiment


def _sweep_problems(sweeps: Mapping[str, Config], config: Config) -> Iterator[Problem]:
    """What is wrong with the values of sweeps, and with each experiment that they make."""
    known = expanded({**config, "sweeps": {}, "studies": {}})["experiments"]
    made = dict.fromkeys(known, "`experiments` or `variants`")
    for name, sweep in sweeps.items():
        path: KeyPath = ("sweeps", name)
        if name in known:
            yield path, "is the name of an experiment, too"
        values = list(_values_problems(path, sweep))
        yield from values
        yield from reference((*path, "of"), sweep["of"], list(known), "experiment")
        if values or sweep["of"] not in known:
            continue
        below = [
            (("defaults",), config["defaults"]),
            (("experiments", sweep["of"]), known[sweep["of"]]),
        ]
        yield from _best_problems(path, sweep)
        for group in list(groups(name, sweep))[1:]:
            if group in known or group in sweeps:
                yield (*path, "rungs"), f"makes the group '{group}', and something else is named so"
        for member, point in members(name, sweep).items():
            if member in made:
                yield path, f"makes the experiment '{member}', which {made[member]} has too"
            made[member] = f"the sweep '{name}'"
            at: KeyPath = (*path, "over")
            own = _laid_over(nested(point), below)
            wrong = list(schema_problems(own, _experiment_rules(), at))
            yield from wrong or _settings_problems([(at, own, below)], lambda *_: True, config)
            if not wrong and "rungs" in sweep:
                yield from _rung_problems(path, sweep["rungs"], [*below, (at, own)], config)
        if "rungs" in sweep:
            yield from _fairness_problems(path, sweep)


def _rung_problems(
    path: KeyPath,
    rungs: Sequence[Config],
    below: Sequence[tuple[KeyPath, Config]],
    config: Config,
) -> Iterator[Problem]:
    """What is wrong with the settings of rungs; whoever is chosen is chosen on training images."""
    for number, rung in enumerate(rungs):
        at: KeyPath = (*path, "rungs", number)
        if reduce(merge, (own for _, own in below))["data"].get("validation", "test") == "test":
            yield at, NOT_HELD_OUT
        own = {key: rung[key] for key in rung if key not in ("best", "title")}
        yield from _settings_problems([(at, own, list(below))], lambda *_: True, config)
        below = [*below, (at, own)]


JUDGED_ON = ("noise", "data.dataset", "data.validation")


def _fairness_problems(path: KeyPath, sweep: Config) -> Iterator[Problem]:
    """Only what is judged on the same images with the same noise can be compared."""
    for key in sweep["over"]:
        if any(f"{key}.".startswith(f"{part}.") for part in JUDGED_ON):
            text = (
                "with `rungs`: whoever is judged on other images or other noise is not comparable"
            )
            yield (*path, "over", key), text


def _best_problems(path: KeyPath, sweep: Config) -> Iterator[Problem]:
    """No more go on than there are."""
    known = len(points(path[-1], sweep))
    for number, rung in enumerate(sweep.get("rungs", ())):
        if rung["best"] > known:
            text = f"is {rung['best']}, and below it stand {known}"
            yield (*path, "rungs", number, "best"), text
        known = rung["best"]


def _laid_over(own: Config, below: Sequence[tuple[KeyPath, Config]]) -> Config:
    """Return the settings that a point changes whole: it may name a part of a schedule alone."""
    laid = reduce(merge, (*(content for _, content in below), own))
    return {key: laid[key] for key in own}


def _values_problems(path: KeyPath, sweep: Config) -> Iterator[Problem]:
    """A range rises, and it is known how often to draw from it."""
    together, size = "samples" in sweep, sweep.get("samples", 1)
    for key, values in sweep["over"].items():
        at = (*path, "over", key)
        if any(key != other and other.startswith(f"{key}.") for other in sweep["over"]):
            yield at, "stands beside keys below it"
        if isinstance(values, list):
            size *= 1 if together else len(values)
            continue
        kinds = [kind for kind in ("log", "uniform") if kind in values]
        if len(kinds) != 1:
            yield at, "needs `log` or `uniform`, and not both"
            continue
        low, high = values[kinds[0]]
        if low >= high:
            yield (*at, kinds[0]), f"{show(values[kinds[0]])}, must rise"
        elif kinds == ["log"] and low <= 0:
            yield (*at, "log"), f"{show(values['log'])}, must be above 0"
        if together == ("samples" in values):
            text = "stands beside the `samples` of the whole sweep" if together else "is missing"
            yield (*at, "samples"), text
        size *= values.get("samples", 1)
    size *= 1 + len(sweep.get("rungs", ()))
    if size > LARGEST_SWEEP:
        yield path, f"makes {size} experiments, and {LARGEST_SWEEP} are allowed"


def _experiment_rules() -> Config:
    return {"$ref": "#/$defs/experiment", "$defs": schema()["$defs"]}


def _selection_problems(path: KeyPath, experiment: Config, config: Config) -> Iterator[Problem]:
    """Whatever selects or stops by the validation images must not look at the test images."""
    settings = merge(config["defaults"], experiment)
    if settings["data"].get("validation", "test") != "test":
        return
    key: KeyPath
    if _trained([config["defaults"], experiment]):
        key, selects = ("training", "early_stopping"), settings["training"].get("early_stopping")
    else:
        key, selects = ("method",), methods.choices(methods.stated(settings["method"]))
    if selects:
        yield (
            (*(path if _holds(experiment, key) else ("defaults",)), *key),
            NOT_HELD_OUT,
        )


def _shift_problems(path: KeyPath, experiment: Config, config: Config) -> Iterator[Problem]:
    """Images that move need noise that does not move with them."""
    training = merge(config["defaults"], experiment)["training"]
    if training.get("shift", 0) and not training.get("fresh_noise", False):
        own = "shift" in (experiment.get("training") or {})
        at = (*(path if own else ("defaults",)), "training", "shift")
        yield at, "needs `fresh_noise: true` beside it"


def _model_problems(
    path: KeyPath, experiment: Config, experiments: Mapping[str, Config], config: Config
) -> Iterator[Problem]:
    """A model that is taken from another experiment must be trained there."""
    taken = methods.stated(merge(config["defaults"], experiment).get("method", methods.DEFAULT))
    if source := methods.source(taken):
        trained = [n for n, own in experiments.items() if _trained([config["defaults"], own])]
        at = (*path, "method", "experiment")
        yield from reference(at, source, trained, "experiment with a training of its own")


def _image_problems(path: KeyPath, settings: Config, config: Config) -> Iterator[Problem]:
    """A model takes images of its own shape; what takes none takes no more channels than these."""
    dataset, noise = settings["data"]["dataset"], settings["noise"]["kind"]
    *sides, channels = config["datasets"][dataset]["shape"]
    added = NOISES.entry(settings["noise"]).channels
    if model := settings.get("model"):
        takes, here = model["architecture"]["input_shape"], [*sides, channels + added]
        if takes != here:
            text = f"takes images of {format_shape(takes)}, and these are {format_shape(here)}"
            yield (*path, "method", "experiment"), f"'{model['experiment']}' {text}"
    elif added and "training" not in settings:
        text = f"of '{noise}' tell a model of the noise: '{settings['method']['name']}' takes none"
        yield (*path, "noise", "kind"), f"the channels {text}"


def _output_problems(path: KeyPath, experiment: Config, config: Config) -> Iterator[Problem]:
    """What `output` changes must be an argument of the decoder's last layer."""
    used = experiment.get("architecture", config["defaults"]["architecture"])
    kinds = schema()["$defs"]["layers"]
    try:
        kind = config["architectures"][used]["decoder"][-1]["layer"]
        allowed = list(kinds[kind]["properties"])
    except (KeyError, IndexError, TypeError):  # said elsewhere
        return
    for key in experiment.get("output", {}):
        if key not in allowed:
            text = f"{kind}, the last layer of '{used}', has no such argument"
            yield (*path, "output", key), f"{text}{nearest(key, allowed)}"
