"""The tables of config/keys.md, written from the schema.

Run it with ``python -m denoising.config.schema_docs``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from denoising.config.schema import REGISTRIES, TYPE_NAMES, schema

KEYS = Path(__file__).parents[4] / "config" / "keys.md"
BEGIN, END = "<!-- from the schema: make docs -->\n", "<!-- end -->\n"
RANGES = (
    "Of an argument that is not here only the type is checked, against that of its default; null is"
    " allowed where it is the default.\n\n| of | argument | value |\n| --- | --- | --- |\n"
)
HEADER = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
SHARED = "Beside these, all settings of an experiment (above).\n\n"
Schema = Mapping[str, Any]


def resolve(part: Schema) -> dict[str, Any]:
    """Follow a reference; what stands beside it wins."""
    if "$ref" not in part:
        return dict(part)
    target: Any = schema()
    for key in part["$ref"].removeprefix("#/").split("/"):
        target = target[key]
    return {**resolve(target), **part}


def values(part: Schema) -> str:
    """Say what a key may hold."""
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if part.get("$comment"):
        return str(part["$comment"])
    types = part.get("type", "string")
    text = " or ".join(TYPE_NAMES[t] for t in ([types] if isinstance(types, str) else types))
    limits = {
        "minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"
    }  # fmt: skip
    bounds = [f"{sign} {part[key]}" for key, sign in limits.items() if key in part]
    return " ".join([text, ", ".join(bounds)]).strip()


def rows(part: Schema, prefix: str = "") -> Iterator[str]:
    """One row a key, those of nested mappings below it."""
    for key, content in part["properties"].items():
        about = resolve(content)
        default = f"`{about['default']}`".lower() if "default" in about else ""
        if about.get("default", "") is None:
            default = "`null`"
        cells = [f"`{prefix}{key}`", values(about), default, about.get("description", "")]
        yield f"| {' | '.join(cells)} |\n"
        if "properties" in about:
            yield from rows(about, f"{prefix}{key}.")


def tables() -> str:
    """Write all tables."""
    definitions = schema()["$defs"]
    shared = definitions["settings"]["properties"]

    def own(name: str) -> dict[str, Any]:
        properties = definitions[name]["properties"]
        rest = {k: v for k, v in properties.items() if k not in shared}
        return {"properties": rest, "own": True}

    top = {key: dict(part) for key, part in schema()["properties"].items()}
    top["defaults"] = {"type": "object", "description": top["defaults"]["description"]}
    sections = {
        "Top level": {"properties": top},
        definitions["settings"]["title"]: definitions["settings"],
        definitions["experiment"]["title"]: own("experiment"),
        definitions["variant"]["title"]: own("variant"),
        definitions["sweep"]["title"]: definitions["sweep"],
        definitions["rung"]["title"]: own("rung"),
        definitions["study"]["title"]: definitions["study"],
        definitions["architecture"]["title"]: definitions["architecture"],
        definitions["dataset"]["title"]: definitions["dataset"],
    }
    text = "".join(
        f"## {title}\n\n{SHARED if 'own' in part else ''}{HEADER}{''.join(rows(part))}\n"
        for title, part in sections.items()
    )
    for section, registry in REGISTRIES.items():
        text += f"## Every {section} (`{section}.{registry.key}`)\n\n{HEADER}"
        for name, entry in registry.entries.items():
            text += f"| `{name}` |  |  | {entry.description['en']} |\n"
            text += "".join(rows(entry.rules, f"{name}: "))
        text += "\n"
    layers = "".join(
        f"| `{kind}` | {', '.join(_argument(kind, key) for key in part['properties']) or '–'} |\n"
        for kind, part in definitions["layers"].items()
    )
    text += f"## Layers\n\n| layer | arguments (bold: needed) |\n| --- | --- |\n{layers}\n"
    text += f"## What Keras' arguments may be\n\n{RANGES}"
    for section, arguments in definitions["arguments"].items():
        text += "".join(f"| {section} | `{key}` | {values(v)} |\n" for key, v in arguments.items())
    return f"{text}\n"


def _argument(kind: str, key: str) -> str:
    needed = schema()["$defs"]["layers"][kind].get("required", [])
    return f"**`{key}`**" if key in needed else f"`{key}`"


def written(page: str) -> str:
    """Put the tables into the text of the page."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{tables()}{END}{after}"


if __name__ == "__main__":
    KEYS.write_text(written(KEYS.read_text(encoding="utf-8")), encoding="utf-8")
