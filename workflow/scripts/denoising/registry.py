"""Things that are added by one file each: found by themselves, described by their signature."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any, get_args, get_origin, get_type_hints

Text = Mapping[str, str]  # language → text

TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}

# Words apart by hyphens, each beginning with a letter: no name ends like a folder's number.
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*")


def about(description: str, **limits: Any) -> dict[str, Any]:
    """Describe a parameter: ``size: Annotated[int, about("Side of the window.", minimum=1)]``.

    Parameters
    ----------
    description : str
        One sentence for the documentation.
    **limits
        As JSON Schema names them: ``minimum``, ``exclusiveMinimum``, ``maximum``, ``enum``.
    """
    return {"description": description, **limits}


@dataclass(frozen=True)
class Entry:
    """One registered thing.

    Attributes
    ----------
    name : str
    make : callable
        A function or a class.
    title : mapping
        Language → what the page calls it.
    description : mapping
        Language → one line or a formula.
    given : int
        How many of the first parameters are no settings, but what the caller hands over.
    channels : int
        How many channels it adds behind those of an image.
    """

    name: str
    make: Callable[..., Any]
    title: Text
    description: Text
    given: int = 0
    channels: int = 0

    @cached_property
    def rules(self) -> dict[str, Any]:
        """JSON schema of its settings, read from the signature."""
        hints = get_type_hints(
            self.make.__init__ if inspect.isclass(self.make) else self.make, include_extras=True
        )
        parameters = list(inspect.signature(self.make).parameters.values())[self.given :]
        properties = {}
        for parameter in parameters:
            hint, notes = hints[parameter.name], {}
            if get_origin(hint) is Annotated:
                hint, notes = get_args(hint)
            properties[parameter.name] = {"type": TYPES[hint], **notes}
            if parameter.default is not parameter.empty:
                properties[parameter.name]["default"] = parameter.default
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": properties,
            "required": [key for key, part in properties.items() if "default" not in part],
        }

    def arguments(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return every parameter in the signature's order: what is stated, else its default."""
        found = {}
        for key, part in self.rules["properties"].items():
            value = settings[key] if key in settings else part["default"]
            found[key] = _floats(value) if part["type"] == "number" else value
        return found


def _floats(value: float | list[float]) -> float | list[float]:
    """Turn a number, or each of those to choose from, into a float."""
    return [float(one) for one in value] if isinstance(value, list) else float(value)


class Registry:
    """All entries of a package: whatever stands in one of its modules.

    Parameters
    ----------
    package : str
        Its name; the modules are imported when the entries are first asked for.
    key : str
        The setting that holds an entry's name.
    """

    def __init__(self, package: str, key: str) -> None:
        self.package, self.key = package, key
        self._found: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        """Register an entry.

        Raises
        ------
        ValueError
            If its name is taken or cannot be one.
        """
        if not NAME.fullmatch(entry.name):
            raise ValueError(f"'{entry.name}' is no name: words of a-z and 0-9 with '-' between")
        if entry.name in self._found:
            raise ValueError(f"'{entry.name}' is registered twice in {self.package}")
        self._found[entry.name] = entry

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Name → entry, in alphabetical order."""
        for module in iter_modules(import_module(self.package).__path__):
            import_module(f"{self.package}.{module.name}")
        return dict(sorted(self._found.items()))

    def names(self) -> list[str]:
        """List the names."""
        return list(self.entries)

    def entry(self, settings: Mapping[str, Any]) -> Entry:
        """Return the entry that settings name."""
        return self.entries[settings[self.key]]

    def resolve(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Fill in the defaults: the name, then every parameter in the signature's order."""
        entry = self.entry(settings)
        return {self.key: entry.name, **entry.arguments(settings)}

    def rules(self) -> dict[str, dict[str, Any]]:
        """Return each entry's JSON schema, by name."""
        return {name: entry.rules for name, entry in self.entries.items()}
