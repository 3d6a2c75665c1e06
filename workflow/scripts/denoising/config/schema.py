"""The schema of the configuration, and what breaks it said in plain lines."""

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, TypeChecker, ValidationError, validators
from ruamel.yaml import YAML

from denoising.config.read import printable
from denoising.data.noises import NOISES
from denoising.losses import LOSSES
from denoising.methods import METHODS

SCHEMAS = Path(__file__).parents[3] / "schemas"
# Sections whose entries are registered: `$defs` gets `<section>_names` and `every_<section>`.
REGISTRIES = {"noise": NOISES, "method": METHODS, "loss": LOSSES}
LONGEST = 200  # characters that are compared with names
FEW_NAMES = 20  # of what is allowed, that a line lists
KeyPath = tuple[str | int, ...]
Problem = tuple[KeyPath, str]
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
    """Return the JSON schema of the configuration; what is registered describes itself."""
    found = YAML(typ="safe", pure=True).load(SCHEMAS / "config.schema.yaml")
    for name, registry in REGISTRIES.items():
        found["$defs"][f"{name}_names"] = {"enum": registry.names()}
        found["$defs"][f"every_{name}"] = registry.rules()
    return found


def _strict_types() -> TypeChecker:
    def number(_: TypeChecker, value: Any) -> bool:
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )

    def integer(_: TypeChecker, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    return Draft202012Validator.TYPE_CHECKER.redefine_many({"number": number, "integer": integer})


def _pattern(
    validator: Any, pattern: str, value: Any, _: dict[str, Any]
) -> Iterator[ValidationError]:
    """As JSON Schema means it: `$` is the end, and not also what stands before a last line feed."""
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield ValidationError(f"of the form {pattern}")


Validator = validators.extend(
    Draft202012Validator, {"pattern": _pattern}, type_checker=_strict_types()
)


def schema_problems(value: Any, rules: dict[str, Any], at: KeyPath = ()) -> Iterator[Problem]:
    # References inside `rules` are resolved against the whole schema.
    validator = Validator({"$defs": schema()["$defs"], **rules})
    errors = sorted(validator.iter_errors(value), key=lambda e: list(map(str, e.path)))
    untyped = [error.absolute_path for error in errors if error.validator == "type"]
    for error in errors:
        if error.validator == "type" or error.absolute_path not in untyped:
            yield from _explain(error, (*at, *error.absolute_path))


def _explain(error: ValidationError, path: KeyPath) -> Iterator[Problem]:
    value, rule, limit = error.instance, error.validator, error.validator_value
    shown = show(value)
    if rule == "additionalProperties":
        allowed = list(error.schema["properties"])
        for key in value:
            if key not in allowed:
                yield (*path, key), f"unknown key{nearest(key, allowed)}"
        return
    if rule == "required":
        for key in limit:
            if key not in value:
                yield (*path, key), "is missing"
        return
    hint = error.schema.get("$comment") if isinstance(error.schema, dict) else None
    texts = {
        "type": lambda: f"{shown}, must be {_type_names(limit)}",
        "enum": lambda: f"{shown}{nearest(value, limit)}",
        "minimum": lambda: f"{shown}, must be at least {limit}",
        "maximum": lambda: f"{shown}, must be at most {limit}",
        "exclusiveMinimum": lambda: f"{shown}, must be greater than {limit}",
        "exclusiveMaximum": lambda: f"{shown}, must be less than {limit}",
        "minItems": lambda: f"has {len(value)} entries, needs at least {limit}",
        "maxItems": lambda: f"has {len(value)} entries, must have at most {limit}",
        "minProperties": lambda: f"is empty, needs at least {limit} entry",
        "minLength": lambda: "is empty",
        "maxLength": lambda: f"has {len(value)} characters, must have at most {limit}",
        "uniqueItems": lambda: f"{shown} holds an entry twice",
    }
    yield path, texts[rule]() if rule in texts else f"{shown}, must be {hint or error.message}"


def _type_names(types: str | list[str]) -> str:
    return " or ".join(TYPE_NAMES[t] for t in ([types] if isinstance(types, str) else types))


def show(value: Any) -> str:
    if value is None:
        return "is empty (null)"
    return "is " + printable(f"'{value}'" if isinstance(value, str) else str(value))


def nearest(value: Any, allowed: Sequence[Any]) -> str:
    names = [str(a) for a in allowed]
    near = difflib.get_close_matches(str(value)[:LONGEST], names, n=1)
    if not near:  # the same in another case
        near = [n for n in names if str(value).lower() == n.lower()][:1]
    question = f", did you mean '{near[0]}'?" if near else ","
    more = [f"… ({len(names)} in all)"] if len(names) > FEW_NAMES else []
    return f"{question} allowed: {', '.join([*names[:FEW_NAMES], *more]) or 'nothing'}"


def reference(path: KeyPath, value: Any, allowed: Sequence[str], what: str) -> Iterator[Problem]:
    if value not in allowed:
        yield path, f"there is no {what} '{printable(str(value))}'{nearest(value, allowed)}"
