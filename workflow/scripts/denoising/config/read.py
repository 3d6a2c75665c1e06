"""Configuration files: read, and laid over each other."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode
from ruamel.yaml.scanner import Scanner

from denoising.errors import LabError

Config = dict[str, Any]
Text = str | dict[str, str]  # one text, or one a language
LARGEST_FILE = 300_000  # bytes; read in about two seconds, a thousand experiments have a third
MOST_VALUES = 100_000  # of a file, each counted as often as it is referred to
DEEPEST = 40  # levels of mappings and lists; the shipped configuration has 6
TOO_DEEP = f"is nested more than {DEEPEST} levels deep"
LARGEST_NUMBER = 2**63
SHOWN = 60  # characters of a value
PLAINER = {  # of what ruamel.yaml says
    "with value": "given twice: value",
    "but found another document": "begins a second document; a file holds one",
    "found character '\\t' that cannot start any token": "found a tab; indent with spaces",
}
# Control characters but tab and line feed, halves of surrogate pairs, what turns the direction of
# the text around it, and what is no character in Unicode.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufdd0-\ufdef\ufffe\uffff]"
)


class ConfigError(LabError):
    """Everything that is wrong with a configuration, a line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Scanner(Scanner):
    """Gives up on brackets that nothing needs; thousands would take it seconds."""

    def fetch_flow_collection_start(self, *arguments: Any, **more: Any) -> None:
        if len(self.flow_context) > DEEPEST:
            raise MarkedYAMLError(problem=TOO_DEEP, problem_mark=self.reader.get_mark())
        super().fetch_flow_collection_start(*arguments, **more)


class _Constructor(SafeConstructor):
    """Makes values only of what stays small when references are followed."""

    def construct_document(self, node: Node) -> Any:
        sizes: dict[int, int] = {}
        if _size(node, sizes, 0) > MOST_VALUES:
            text = f"stands for more than {MOST_VALUES} values once references (*) are followed"
            raise MarkedYAMLError(problem=text)
        return super().construct_document(node)

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, KeyError, AttributeError):  # numbers and dates that are none
            shown = f"'{printable(str(node.value))}' cannot be read as the value that it looks like"
            problem = f"{shown}; put it in quotes if it is a text"
            raise MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None


def _size(node: Node, sizes: dict[int, int], depth: int) -> int:
    """Count the values that a node stands for; `sizes` holds those known, 0 those being counted."""
    if isinstance(node, ScalarNode):
        return 1
    if id(node) not in sizes:
        if depth > DEEPEST:
            raise MarkedYAMLError(problem=TOO_DEEP, problem_mark=node.start_mark)
        sizes[id(node)] = 0
        pairs = (part if isinstance(part, tuple) else (part,) for part in node.value)
        sizes[id(node)] = 1 + sum(_size(one, sizes, depth + 1) for pair in pairs for one in pair)
    elif not sizes[id(node)]:
        raise MarkedYAMLError(problem="refers to itself", problem_mark=node.start_mark)
    return sizes[id(node)]


def parse_yaml(text: str) -> Any:
    """Read YAML 1.2: plain data, of bounded size.

    Raises
    ------
    YAMLError
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner, yaml.Constructor = _Scanner, _Constructor
    try:
        return yaml.load(text)
    except RecursionError:
        raise MarkedYAMLError(problem=TOO_DEEP) from None


def read_yaml(path: Path) -> Config:
    """Read one YAML 1.2 file that holds a mapping.

    Raises
    ------
    ConfigError
        If it cannot be read, is too large, is no YAML, is empty, repeats a key, holds no mapping.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ConfigError([f"{path}: is no file"])  # a pipe or device might never end
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise ConfigError([f"{path}: is too large, must have at most {LARGEST_FILE} bytes"])
        content = parse_yaml(raw.decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            line = raw[: error.start].count(b"\n") + 1
            text = f"{path}:{line}: is not UTF-8 text; save the file as UTF-8"
            raise ConfigError([text]) from None
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError([f"{path}: cannot be read ({reason})"]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (error.problem or "").splitlines()[0]
        for words, plainer in PLAINER.items():
            problem = problem.replace(words, plainer)
        raise ConfigError([f"{where}: {problem}"]) from None
    except YAMLError as error:
        raise ConfigError([f"{path}: is no YAML ({str(error).splitlines()[0]})"]) from None
    if content is None:
        raise ConfigError([f"{path}: is empty"])
    if not isinstance(content, dict):
        raise ConfigError(
            [f"{path}: must hold keys at top level, holds a {type(content).__name__}"]
        )
    return content


def read_config(path: Path) -> Config:
    """Read a file of the configuration.

    Raises
    ------
    ConfigError
        As `read_yaml`; and if it holds what no configuration holds (`unfit`).
    """
    content = read_yaml(path)
    if lines := [f"{path}: {line}" for line in unfit(content)]:
        raise ConfigError(lines)
    return content


def key_path(path: tuple[str | int, ...]) -> str:
    """Write where a value stands: ``studies.ii.experiments[1]``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{printable(part)}" for part in path)
    return "".join(parts).lstrip(".")


def escaped(text: str) -> str:
    """Write what cannot be printed as its number, in one line."""
    return UNPRINTABLE.sub(lambda found: rf"\u{ord(found[0]):04x}", text).replace("\n", r"\n")


def printable(text: str) -> str:
    """Write a value for a person: in one line and not too long."""
    text = escaped(text)
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "…"


def unfit(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Find what no configuration holds, whatever the key: a line each."""
    where = f"{key_path(at)}: " if at else ""
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                yield f"{where}the key {printable(str(key))} is no text; put it in quotes"
            elif UNPRINTABLE.search(key) or "\n" in key:
                yield f"{where}the key '{printable(key)}' holds a character that cannot be printed"
            else:
                yield from unfit(part, (*at, key))
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from unfit(part, (*at, n))
    elif isinstance(value, str):
        if found := UNPRINTABLE.search(value):
            character = printable(found[0])
            yield f"{where}holds a character that cannot be printed ({character}); leave it out"
    elif isinstance(value, int):
        if not -LARGEST_NUMBER <= value < LARGEST_NUMBER:
            yield f"{where}is a whole number of more than 18 digits, which nothing here can be"
    elif not isinstance(value, float) and value is not None:
        kind = type(value).__name__
        yield f"{where}is neither text nor number ({kind}); put it in quotes if it is a text"


def merge(base: Any, overlay: Any) -> Any:
    """Lay one value over another.

    Mappings are merged key by key, unless both say a different ``name`` or ``kind``: another
    optimizer does not inherit arguments. Everything else is replaced. Neither input is changed.
    """
    if not (isinstance(base, Mapping) and isinstance(overlay, Mapping)):
        return overlay
    for key in ("name", "kind"):
        if key in base and key in overlay and base[key] != overlay[key]:
            return overlay
    merged = {key: merge(value, overlay[key]) for key, value in base.items() if key in overlay}
    return {**base, **overlay, **merged}


def typed(value: Any) -> Any:
    """Read the texts of a command line as YAML reads them: 3, true, 1e-4."""
    if isinstance(value, Mapping):
        return {key: typed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [typed(part) for part in value]
    if not isinstance(value, str):
        return value
    try:
        return parse_yaml(value)
    except YAMLError:
        return value
