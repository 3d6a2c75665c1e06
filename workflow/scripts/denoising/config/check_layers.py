"""What can be wrong with architectures: layers, their arguments, how they are joined, shapes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from denoising.config.keras_names import names
from denoising.config.read import Config, merge
from denoising.config.resolve import resolved_layers
from denoising.config.schema import (
    KeyPath,
    Problem,
    Validator,
    nearest,
    reference,
    schema,
    schema_problems,
    show,
)
from denoising.data.noises import NOISES
from denoising.model.shapes import (
    CODE,
    IMAGE,
    STACKS,
    Shape,
    ShapeError,
    default_name,
    format_shape,
    graph_shapes,
    nodes,
    used_nodes,
)

# Keys of a layer that say where it stands; all others are arguments of Keras' layer.
PLACE = ("layer", "name", "inputs")
Shapes = tuple[Shape, Shape]  # of noisy and clean images


def layer_problems(path: KeyPath, architecture: Config) -> Iterator[Problem]:
    """Find wrong layers and arguments, and then wrong joints; shapes are checked with an image."""
    found = list(_layer_problems(path, architecture))
    yield from found or _joint_problems(path, architecture)


def _layer_problems(path: KeyPath, architecture: Config) -> Iterator[Problem]:
    kinds = schema()["$defs"]["layers"]
    defaults = architecture.get("layer_defaults", {})
    for kind, arguments in defaults.items():
        at = (*path, "layer_defaults", kind)
        if kind not in kinds:
            yield at, f"there is no layer '{kind}'{nearest(kind, list(kinds))}"
        else:
            yield from _argument_problems(at, kind, arguments)
    for stack in STACKS:
        for n, layer in enumerate(architecture[stack]):
            at, kind = (*path, stack, n), layer["layer"]
            if kind not in kinds:
                yield (*at, "layer"), f"there is no layer '{kind}'{nearest(kind, list(kinds))}"
                continue
            yield from _argument_problems(
                at, kind, {k: v for k, v in layer.items() if k not in PLACE}
            )
            given = {**(defaults.get(kind) or {}), **layer}
            yield from _scattering_problems(at, kind, given)
            for key in kinds[kind].get("required", []):
                if key not in given:
                    yield (*at, key), f"is missing ({kind} needs it)"


def _scattering_problems(path: KeyPath, kind: str, given: Config) -> Iterator[Problem]:
    """Refuse what oneDNN computes past the end of its memory: it kills or falsifies a training.

    A strided convolution of one pixel is another matter: `denoising.model.fast` goes round it.
    """
    size, strides = (_pair(given.get(key, 1)) for key in ("kernel_size", "strides"))
    if kind == "Conv2DTranspose" and size == (1, 1) and strides != (1, 1):
        yield (
            (*path, "kernel_size"),
            "is 1 with larger strides, which leaves holes; take a larger one",
        )


def _pair(value: Any) -> tuple[Any, Any]:
    return tuple(value) if isinstance(value, list) else (value, value)


def _joint_problems(path: KeyPath, architecture: Config) -> Iterator[Problem]:
    """Find names given twice, inputs that are not there yet, and layers that lead nowhere."""
    graph = nodes(architecture)
    reserved = {IMAGE, CODE, *(default_name(node.key) for node in graph)}
    known, found = [IMAGE], []
    for node in graph:
        at, own = (*path, *node.key), node.layer.get("name")
        if node.key == ("encoder", len(architecture["encoder"]) - 1):
            if own not in (None, CODE):
                text = "the encoder's last layer is called 'code'; leave it out"
                found.append(((*at, "name"), text))
        elif own in reserved - {default_name(node.key)}:
            found.append(((*at, "name"), f"{show(own)}, which is the name of another layer"))
        elif own in known:
            found.append(((*at, "name"), f"{show(own)}, which an earlier layer has too"))
        for n, name in enumerate(node.layer.get("inputs", ())):
            found += reference((*at, "inputs", n), name, known, "earlier layer")
        known.append(node.name)
    used = used_nodes(architecture)
    yield from found or (
        ((*path, *node.key), f"leads nowhere: the output does not depend on '{node.name}'")
        for node in graph
        if node.name not in used
    )


def _argument_problems(path: KeyPath, kind: str, arguments: Any) -> Iterator[Problem]:
    rules = {k: v for k, v in schema()["$defs"]["layers"][kind].items() if k != "required"}
    found = list(schema_problems(arguments, rules, path))
    yield from found
    if not found:
        yield from function_problems(path, arguments)


def function_problems(path: KeyPath, arguments: Config) -> Iterator[Problem]:
    """Find activations, initializers and regularizers that Keras does not have."""
    for key, value in arguments.items():
        if value is None:
            continue
        if key == "activation":
            known = names()["activations"]
            yield from reference((*path, key), value, known, "Keras activation")
        elif key.endswith("_initializer"):
            known = names()["initializers"]
            if key == "bias_initializer":  # which has one axis
                known = {name: own for name, own in known.items() if name != "orthogonal"}
            if isinstance(value, str):
                yield from reference((*path, key), value, list(known), KERAS["initializers"])
            else:
                yield from named_problems((*path, key), value, value, "initializers", known)
        elif key.endswith("_regularizer"):
            known = names()["regularizers"]
            yield from named_problems((*path, key), value, value, "regularizers", known)


KERAS = {  # section of `keras_names.json` and of the schema's `arguments` → what a line calls it
    "optimizers": "Keras optimizer",
    "losses": "loss",
    "schedules": "Keras learning-rate schedule",
    "regularizers": "Keras regularizer",
    "initializers": "Keras initializer",
}


def named_problems(
    path: KeyPath, own: Config, merged: Config, section: str, known: Mapping[str, Config]
) -> Iterator[Problem]:
    """Find what is wrong with something of Keras that is chosen by name.

    Parameters
    ----------
    own, merged : dict
        ``name`` and arguments as they stand there, and laid over what is below.
    section : str
        What it is: a key of `KERAS`.
    known : mapping
        Name → argument → default.
    """
    if merged["name"] not in known:
        yield from reference((*path, "name"), merged["name"], list(known), KERAS[section])
        return
    arguments, ranges = known[merged["name"]], schema()["$defs"]["arguments"][section]
    for key, value in own.items():
        if key == "name":
            continue
        if key not in arguments:
            text = f"unknown argument of '{merged['name']}'{nearest(key, list(arguments))}"
            yield (*path, key), text
        elif value is None and arguments[key] is None:
            continue
        elif key in ranges:
            yield from schema_problems(value, _or_null(ranges[key], arguments[key]), (*path, key))
        elif not _like(value, arguments[key]):
            expected = {bool: "true or false", str: "a text"}.get(type(arguments[key]), "a number")
            yield (*path, key), f"{show(value)}, must be {expected} (default {arguments[key]})"


def _or_null(rule: Config, default: Any) -> Config:
    """Let a line about an argument say that null is allowed, too, where that is the default."""
    optional = default is None and isinstance(rule.get("type"), str)
    return {**rule, "type": [rule["type"], "null"]} if optional else rule


def _like(value: Any, default: Any) -> bool:
    if default is None:
        return not isinstance(value, dict)
    if isinstance(default, bool | str):
        return isinstance(value, type(default))
    return Validator({"type": "number"}).is_valid(value)


def image_shapes(experiments: Sequence[Config], config: Config) -> dict[str, list[Shapes]]:
    """List the shapes of noisy and clean images that each architecture is used with, if any."""
    used: dict[str, set[Shapes]] = {}
    for experiment in experiments:
        settings = merge(config["defaults"], experiment)
        dataset = config["datasets"].get(settings["data"]["dataset"])
        noise = NOISES.entries.get(settings["noise"].get("kind"))
        if dataset and noise:
            *sides, channels = dataset["shape"]
            shapes = (*sides, channels + noise.channels), (*sides, channels)
            used.setdefault(settings["architecture"], set()).add(shapes)
    return {name: sorted(shapes) for name, shapes in used.items()}


def shape_problems(path: KeyPath, architecture: Config, shapes: Shapes) -> Iterator[Problem]:
    """Find layers that cannot take what reaches them, and an output unlike the clean image."""
    noisy, clean = shapes
    resolved = {stack: resolved_layers(architecture, stack) for stack in STACKS}
    try:
        found = graph_shapes(resolved, noisy)
    except ShapeError as error:
        yield (*path, *(error.key or ())), str(error)
        return
    *_, (_, last) = found.items()
    if last != clean:
        decoder = list(found)[-len(resolved["decoder"]) - 1 :]
        way = " → ".join(format_shape(found[name]) for name in decoder)
        yield (
            (*path, "decoder"),
            f"ends at {format_shape(last)}, must be {format_shape(clean)} (input {way})",
        )
