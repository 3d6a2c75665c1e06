"""Everything that can be wrong with a configuration, found at once and said in plain lines."""

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, reduce
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, TypeChecker, ValidationError, validators
from ruamel.yaml import YAML

from denoising import keras_names
from denoising.config import Config, merge, resolved_layers, with_variants
from denoising.shapes import ShapeError, format_shape, stack_shapes

SCHEMA = Path(__file__).parents[2] / "schemas" / "config.schema.yaml"
KeyPath = tuple[str | int, ...]
Problem = tuple[KeyPath, str]

# Keras losses that compare labels of classes, not images. They are not left out of
# `keras_names` since training imports that: an edit there retrains every run.
NOT_OF_IMAGES = {
    "categorical_generalized_cross_entropy", "circle", "sparse_categorical_crossentropy",
}  # fmt: skip
TYPE_NAMES = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


@cache
def schema() -> dict[str, Any]:
    """Return the JSON schema of the configuration."""
    return YAML(typ="safe", pure=True).load(SCHEMA)


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
    problems = list(_schema_problems(config, schema()))
    bad = [path for path, _ in problems]

    def sound(*path: str) -> bool:
        return not any(other[: len(path)] == path or path[: len(other)] == other for other in bad)

    def entries(key: str) -> dict[str, Any]:
        content = config.get(key)
        return content if isinstance(content, dict) else {}

    for name, architecture in entries("architectures").items():
        if sound("architectures", name):
            problems += _layer_problems(("architectures", name), architecture)
    for path, settings, below in _holders(config, entries("experiments"), entries("variants")):
        for section in settings if isinstance(settings, dict) else ():
            lower = [content[section] for content in below if section in content]
            if section in SECTIONS and sound(*path, section) and sound("defaults", section):
                merged = reduce(merge, [*lower, settings[section]])
                problems += SECTIONS[section]((*path, section), settings[section], merged, config)
    for kind in ("experiments", "variants"):
        for name, content in entries(kind).items():
            if sound(kind, name) and "output" in content:
                problems += _function_problems((kind, name, "output"), content["output"])
    for name, experiment in entries("experiments").items():
        if sound("experiments", name) and "alternative_to" in experiment:
            at = ("experiments", name, "alternative_to")
            everyone = entries("experiments").items()
            reported = [n for n, e in everyone if isinstance(e, dict) and "reported" in e]
            what = "experiment with a reported number"
            problems += _reference(at, experiment["alternative_to"], reported, what)
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
                for image in _image_shapes(name, list(experiments.values()), config):
                    at = ("architectures", name)
                    problems += _stack_problems(at, architecture, image)
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


# --- the schema ---


def _strict_types() -> TypeChecker:
    def number(_: TypeChecker, value: Any) -> bool:
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )

    def integer(_: TypeChecker, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    return Draft202012Validator.TYPE_CHECKER.redefine_many({"number": number, "integer": integer})


Validator = validators.extend(Draft202012Validator, type_checker=_strict_types())


def _schema_problems(value: Any, rules: dict[str, Any], at: KeyPath = ()) -> Iterator[Problem]:
    # References inside `rules` are resolved against the whole schema.
    validator = Validator({**rules, "$defs": schema()["$defs"]})
    for error in sorted(validator.iter_errors(value), key=lambda e: list(map(str, e.path))):
        yield from _explain(error, (*at, *error.absolute_path))


def _explain(error: ValidationError, path: KeyPath) -> Iterator[Problem]:
    value, rule, limit = error.instance, error.validator, error.validator_value
    shown = _show(value)
    if rule == "additionalProperties":
        allowed = list(error.schema["properties"])
        for key in value:
            if key not in allowed:
                yield (*path, key), f"unknown key{_nearest(key, allowed)}"
        return
    if rule == "required":
        for key in limit:
            if key not in value:
                yield (*path, key), "is missing"
        return
    hint = error.schema.get("$comment") if isinstance(error.schema, dict) else None
    texts = {
        "type": lambda: f"{shown}, must be {_type_names(limit)}",
        "enum": lambda: f"{shown}{_nearest(value, limit)}",
        "minimum": lambda: f"{shown}, must be at least {limit}",
        "maximum": lambda: f"{shown}, must be at most {limit}",
        "exclusiveMinimum": lambda: f"{shown}, must be greater than {limit}",
        "minItems": lambda: f"has {len(value)} entries, needs at least {limit}",
        "maxItems": lambda: f"has {len(value)} entries, must have at most {limit}",
        "minProperties": lambda: f"is empty, needs at least {limit} entry",
        "minLength": lambda: "is empty",
        "uniqueItems": lambda: f"{shown} holds an entry twice",
    }
    yield path, texts[rule]() if rule in texts else f"{shown}, must be {hint or error.message}"


def _type_names(types: str | list[str]) -> str:
    return " or ".join(TYPE_NAMES[t] for t in ([types] if isinstance(types, str) else types))


def _show(value: Any) -> str:
    if value is None:
        return "is empty (null)"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return f"is {text if len(text) <= 60 else text[:57] + '…'}"


def _nearest(value: Any, allowed: Sequence[Any]) -> str:
    names = [str(a) for a in allowed]
    near = difflib.get_close_matches(str(value), names, n=1)
    if not near:  # the same in another case
        near = [n for n in names if str(value).lower() == n.lower()][:1]
    question = f", did you mean '{near[0]}'?" if near else ","
    return f"{question} allowed: {', '.join(names) or 'nothing'}"


# --- names that must exist ---


def _reference(path: KeyPath, value: Any, allowed: Sequence[str], what: str) -> Iterator[Problem]:
    if value not in allowed:
        yield path, f"there is no {what} '{value}'{_nearest(value, allowed)}"


def _data_problems(path: KeyPath, own: Config, data: Config, config: Config) -> Iterator[Problem]:
    datasets = config.get("datasets")
    if not isinstance(datasets, dict):
        return
    unknown = list(_reference((*path, "dataset"), data["dataset"], list(datasets), "data set"))
    yield from unknown
    for part in () if unknown else ("train", "test"):
        dataset = datasets[data["dataset"]]
        most = dataset.get(part) if isinstance(dataset, dict) else None
        if isinstance(most, int) and data[part] > most:
            yield (*path, part), f"is {data[part]}, must be at most {most} ('{data['dataset']}')"


def _architecture_problems(path: KeyPath, own: str, _: str, config: Config) -> Iterator[Problem]:
    if isinstance(config.get("architectures"), dict):
        yield from _reference(path, own, list(config["architectures"]), "architecture")


def _keras_problems(path: KeyPath, own: Config, merged: Config, _: Config) -> Iterator[Problem]:
    kind = path[-1]
    known = keras_names.names()["losses" if kind == "loss" else "optimizers"]
    known = {name: own for name, own in known.items() if name not in NOT_OF_IMAGES}
    if merged["name"] not in known:
        yield from _reference((*path, "name"), merged["name"], list(known), f"Keras {kind}")
        return
    arguments = known[merged["name"]]
    for key, value in own.items():
        if key == "name":
            continue
        if key not in arguments:
            text = f"unknown argument of '{merged['name']}'{_nearest(key, list(arguments))}"
            yield (*path, key), text
        elif key == "reduction" and value == "none":
            yield (*path, key), "'none' leaves no single number to train on; leave it out"
        elif not _like(value, arguments[key]):
            expected = {bool: "true or false", str: "a text"}.get(type(arguments[key]), "a number")
            yield (*path, key), f"{_show(value)}, must be {expected} (default {arguments[key]})"


# What is checked in each section of the settings, beyond the schema.
SECTIONS = {
    "data": _data_problems,
    "architecture": _architecture_problems,
    "optimizer": _keras_problems,
    "loss": _keras_problems,
}


def _like(value: Any, default: Any) -> bool:
    if default is None:
        return not isinstance(value, dict)
    if isinstance(default, bool | str):
        return isinstance(value, type(default))
    return Validator({"type": "number"}).is_valid(value)


def _study_problems(path: KeyPath, study: Config, known: list[str]) -> Iterator[Problem]:
    for n, experiment in enumerate(study["experiments"]):
        yield from _reference((*path, "experiments", n), experiment, known, "experiment")


def _variant_problems(path: KeyPath, variant: Config, known: list[str]) -> Iterator[Problem]:
    for n, experiment in enumerate(variant["of"]):
        yield from _reference((*path, "of", n), experiment, known, "experiment")
        if experiment in known and (name := f"{experiment}-{path[-1]}") in known:
            yield (*path, "of", n), f"makes the experiment '{name}', which `experiments` has too"


# --- architectures ---


def _layer_problems(path: KeyPath, architecture: Config) -> Iterator[Problem]:
    kinds = schema()["$defs"]["layers"]
    defaults = architecture.get("layer_defaults", {})
    for kind, arguments in defaults.items():
        at = (*path, "layer_defaults", kind)
        if kind not in kinds:
            yield at, f"there is no layer '{kind}'{_nearest(kind, list(kinds))}"
        else:
            yield from _argument_problems(at, kind, arguments)
    for stack in ("encoder", "decoder"):
        for n, layer in enumerate(architecture[stack]):
            at, kind = (*path, stack, n), layer["layer"]
            if kind not in kinds:
                yield (*at, "layer"), f"there is no layer '{kind}'{_nearest(kind, list(kinds))}"
                continue
            yield from _argument_problems(
                at, kind, {k: v for k, v in layer.items() if k != "layer"}
            )
            given = {**(defaults.get(kind) or {}), **layer}
            for key in kinds[kind].get("required", []):
                if key not in given:
                    yield (*at, key), f"is missing ({kind} needs it)"


def _argument_problems(path: KeyPath, kind: str, arguments: Any) -> Iterator[Problem]:
    rules = {k: v for k, v in schema()["$defs"]["layers"][kind].items() if k != "required"}
    found = list(_schema_problems(arguments, rules, path))
    yield from found
    if not found:
        yield from _function_problems(path, arguments)


def _function_problems(path: KeyPath, arguments: Config) -> Iterator[Problem]:
    for key, value in arguments.items():
        if key == "activation" and value is not None:
            known = keras_names.names()["activations"]
            yield from _reference((*path, key), value, known, "Keras activation")
        elif key.endswith("_initializer"):
            known = keras_names.names()["initializers"]
            yield from _reference((*path, key), value, known, "Keras initializer")


def _image_shapes(
    architecture: str, experiments: list[Config], config: Config
) -> list[tuple[int, ...]]:
    """Shapes of the images that an architecture is used with; without use, the default's."""
    settings = [merge(config["defaults"], experiment) for experiment in experiments]
    used = {s["data"]["dataset"] for s in settings if s["architecture"] == architecture}
    names = used or {config["defaults"]["data"]["dataset"]}
    return sorted({tuple(config["datasets"][name]["shape"]) for name in names})


def _stack_problems(
    path: KeyPath, architecture: Config, image: tuple[int, ...]
) -> Iterator[Problem]:
    shape = image
    for stack in ("encoder", "decoder"):
        layers = resolved_layers(architecture, stack)
        try:
            shapes = stack_shapes(layers, shape)
        except ShapeError as error:
            yield (*path, stack), str(error)
            return
        shape = shapes[-1]
    if shape != image:
        way = " → ".join(map(format_shape, shapes))
        yield (
            (*path, "decoder"),
            f"ends at {format_shape(shape)}, must be {format_shape(image)} (input {way})",
        )
