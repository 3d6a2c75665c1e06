"""What can be wrong with architectures: layers, their arguments, the shapes between them."""

from collections.abc import Iterator
from typing import Any

from denoising.config.keras_names import names
from denoising.config.read import Config, merge
from denoising.config.resolve import resolved_layers
from denoising.config.schema import KeyPath, Problem, nearest, reference, schema, schema_problems
from denoising.model.shapes import ShapeError, format_shape, stack_shapes


def layer_problems(path: KeyPath, architecture: Config) -> Iterator[Problem]:
    kinds = schema()["$defs"]["layers"]
    defaults = architecture.get("layer_defaults", {})
    for kind, arguments in defaults.items():
        at = (*path, "layer_defaults", kind)
        if kind not in kinds:
            yield at, f"there is no layer '{kind}'{nearest(kind, list(kinds))}"
        else:
            yield from _argument_problems(at, kind, arguments)
    for stack in ("encoder", "decoder"):
        for n, layer in enumerate(architecture[stack]):
            at, kind = (*path, stack, n), layer["layer"]
            if kind not in kinds:
                yield (*at, "layer"), f"there is no layer '{kind}'{nearest(kind, list(kinds))}"
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
    found = list(schema_problems(arguments, rules, path))
    yield from found
    if not found:
        yield from function_problems(path, arguments)


def function_problems(path: KeyPath, arguments: Config) -> Iterator[Problem]:
    for key, value in arguments.items():
        if key == "activation" and value is not None:
            known = names()["activations"]
            yield from reference((*path, key), value, known, "Keras activation")
        elif key.endswith("_initializer"):
            known = names()["initializers"]
            yield from reference((*path, key), value, known, "Keras initializer")


def image_shapes(
    architecture: str, experiments: list[Config], config: Config
) -> list[tuple[int, ...]]:
    """Shapes of the images that an architecture is used with; without use, the default's."""
    settings = [merge(config["defaults"], experiment) for experiment in experiments]
    used = {s["data"]["dataset"] for s in settings if s["architecture"] == architecture}
    names = used or {config["defaults"]["data"]["dataset"]}
    return sorted({tuple(config["datasets"][name]["shape"]) for name in names})


def stack_problems(
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
