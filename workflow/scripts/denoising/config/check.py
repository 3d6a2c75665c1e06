"""Everything that can be wrong with a configuration, found at once and said in plain lines."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from denoising import methods
from denoising.config.check_layers import (
    function_problems,
    image_shapes,
    layer_problems,
    stack_problems,
)
from denoising.config.keras_names import names
from denoising.config.read import Config, merge
from denoising.config.resolve import TRAINED, with_variants
from denoising.config.schema import (
    REGISTRIES,
    KeyPath,
    Problem,
    Validator,
    nearest,
    reference,
    schema,
    schema_problems,
    show,
)


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
    bad = [path for path, _ in problems]

    def sound(*path: str) -> bool:
        return not any(other[: len(path)] == path or path[: len(other)] == other for other in bad)

    def entries(key: str) -> dict[str, Any]:
        content = config.get(key)
        return content if isinstance(content, dict) else {}

    for name, architecture in entries("architectures").items():
        if sound("architectures", name):
            problems += layer_problems(("architectures", name), architecture)
    for path, settings, below in _holders(config, entries("experiments"), entries("variants")):
        if below and isinstance(settings, dict):
            problems += _untrained_problems(path, settings, below)
        for section in settings if isinstance(settings, dict) else ():
            lower = [content[section] for content in below if section in content]
            if section in SECTIONS and sound(*path, section) and sound("defaults", section):
                merged = reduce(merge, [*lower, settings[section]])
                problems += SECTIONS[section]((*path, section), settings[section], merged, config)
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
    for name, variant in entries("variants").items():
        if sound("variants", name):
            problems += _variant_problems(("variants", name), variant, list(entries("experiments")))
    bad += [path for path, _ in problems]
    experiments = {n: e for n, e in entries("experiments").items() if sound("experiments", n)}
    if sound("variants") and sound("experiments"):
        experiments = with_variants(config)["experiments"]
    if sound("datasets") and sound("defaults", "data") and sound("defaults", "architecture"):
        for name, architecture in entries("architectures").items():
            if sound("architectures", name):
                trained = [e for e in experiments.values() if _trained([config["defaults"], e])]
                for image in image_shapes(name, trained, config):
                    at = ("architectures", name)
                    problems += stack_problems(at, architecture, image)
    for name, study in entries("studies").items():
        if sound("studies", name) and sound("variants") and entries("experiments"):
            known = list({**entries("experiments"), **experiments})
            problems += _study_problems(("studies", name), study, known)
    if sound("studies") and not any(s.get("enabled", True) for s in config["studies"].values()):
        problems.append((("studies",), "none is enabled; set `enabled: true` in one of them"))
    return [_line(path, text, sources) for path, text in dict.fromkeys(problems)]


def _holders(
    config: Config, experiments: Config, variants: Config
) -> Iterator[tuple[KeyPath, Any, list[Config]]]:
    """All that holds settings: where it stands, what it says, and what it is laid over."""
    defaults = config.get("defaults")
    yield ("defaults",), defaults, []
    base = [defaults] if isinstance(defaults, dict) else []
    for name, experiment in experiments.items():
        yield ("experiments", name), experiment, base
    for name, variant in variants.items():
        of = variant.get("of") if isinstance(variant, dict) else None
        for experiment in of if isinstance(of, list) else ():
            own = experiments.get(experiment) if isinstance(experiment, str) else None
            if isinstance(own, dict):
                yield ("variants", name), variant, [*base, own]


def _line(path: KeyPath, text: str, sources: Sequence[tuple[str, Config]]) -> str:
    key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    holders = [name for name, content in sources if _holds(content, path)]
    origin = holders[-1:] or [name for name, _ in sources[:1]]
    return ": ".join([*origin, *([key] if key else []), text])


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


def _data_problems(path: KeyPath, own: Config, data: Config, config: Config) -> Iterator[Problem]:
    datasets = config.get("datasets")
    if not isinstance(datasets, dict):
        return
    unknown = list(reference((*path, "dataset"), data["dataset"], list(datasets), "data set"))
    yield from unknown
    for part in () if unknown else ("train", "test"):
        dataset = datasets[data["dataset"]]
        most = dataset.get(part) if isinstance(dataset, dict) else None
        if isinstance(most, int) and data[part] > most:
            yield (*path, part), f"is {data[part]}, must be at most {most} ('{data['dataset']}')"


def _architecture_problems(path: KeyPath, own: str, _: str, config: Config) -> Iterator[Problem]:
    if isinstance(config.get("architectures"), dict):
        yield from reference(path, own, list(config["architectures"]), "architecture")


def _keras_problems(path: KeyPath, own: Config, merged: Config, _: Config) -> Iterator[Problem]:
    kind = path[-1]
    known = names()["losses" if kind == "loss" else "optimizers"]
    if merged["name"] not in known:
        yield from reference((*path, "name"), merged["name"], list(known), f"Keras {kind}")
        return
    arguments = known[merged["name"]]
    for key, value in own.items():
        if key == "name":
            continue
        if key not in arguments:
            text = f"unknown argument of '{merged['name']}'{nearest(key, list(arguments))}"
            yield (*path, key), text
        elif key == "reduction" and value == "none":
            yield (*path, key), "'none' leaves no single number to train on; leave it out"
        elif not _like(value, arguments[key]):
            expected = {bool: "true or false", str: "a text"}.get(type(arguments[key]), "a number")
            yield (*path, key), f"{show(value)}, must be {expected} (default {arguments[key]})"


def _registered_problems(
    path: KeyPath, own: str | Config, merged: str | Config, _: Config
) -> Iterator[Problem]:
    """What is wrong with a `noise` or a `method`, whose parameters are registered."""
    section = str(path[-1])
    key, kinds = REGISTRIES[section].key, schema()["$defs"][f"{section}s"]
    if isinstance(own, str):  # of a mapping the schema has looked at the name
        yield from reference(path, own, list(kinds), section)
    own, merged = ({key: part} if isinstance(part, str) else part for part in (own, merged))
    if merged[key] not in kinds:
        return
    rules = {k: v for k, v in kinds[merged[key]].items() if k != "required"}
    yield from schema_problems({k: v for k, v in own.items() if k != key}, rules, path)
    for parameter in kinds[merged[key]]["required"]:
        if parameter not in merged:
            yield (*path, parameter), "is missing"


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


# What is checked in each section of the settings, beyond the schema.
SECTIONS = {
    "data": _data_problems,
    "architecture": _architecture_problems,
    "optimizer": _keras_problems,
    "loss": _keras_problems,
    "noise": _registered_problems,
    "method": _registered_problems,
}


def _like(value: Any, default: Any) -> bool:
    if default is None:
        return not isinstance(value, dict)
    if isinstance(default, bool | str):
        return isinstance(value, type(default))
    return Validator({"type": "number"}).is_valid(value)


def _study_problems(path: KeyPath, study: Config, known: list[str]) -> Iterator[Problem]:
    for n, experiment in enumerate(study["experiments"]):
        yield from reference((*path, "experiments", n), experiment, known, "experiment")


def _variant_problems(path: KeyPath, variant: Config, known: list[str]) -> Iterator[Problem]:
    for n, experiment in enumerate(variant["of"]):
        yield from reference((*path, "of", n), experiment, known, "experiment")
        if experiment in known and (name := f"{experiment}-{path[-1]}") in known:
            yield (*path, "of", n), f"makes the experiment '{name}', which `experiments` has too"
