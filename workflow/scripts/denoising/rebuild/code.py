"""Digests of code: a job is run again when the code that it depends on says something else.

What a file says is its syntax tree without docstrings: comments, docstrings, line breaks and
quotes change nothing, and neither does the version of Python that reads it.
"""

import ast
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from denoising.data.noises import NOISES
from denoising.errors import LabError
from denoising.losses import LOSSES
from denoising.losses import own as own_loss
from denoising.methods import METHODS
from denoising.rebuild.imports import imported_modules, parsed
from denoising.registry import Entry
from denoising.training.bits import DECIDES_BITS

NO_TRAINING = "none"
# What only reads, writes, describes, or says what is wrong: no measure comes from it, no edit of
# it measures again.
CARRY = (
    "errors.py",
    "files.py",
    "rebuild/code.py",
    "rebuild/finished.py",
    "rebuild/imports.py",
    "registry.py",
    "training/bits.py",
    "training/checkpoints.py",
    "training/ownership.py",
    "training/provenance.py",
    "training/record.py",
    "training/state.py",
)
LENGTH = 16  # hexadecimal digits of a digest that are kept
WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_digest(files: Iterable[Path]) -> str:
    """Digest what Python files say.

    Parameters
    ----------
    files : iterable of Path
        Their order and their folders are of no account, their names are.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    said = sorted((path.name, _file_digest(path)) for path in set(files))
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:LENGTH]


def program_digest(program: Path, *modules: Path, but: Iterable[Path] = ()) -> str:
    """Digest a program, other modules that it loads by name, and all that these import.

    Files of `but` are left out.
    """
    root = program.parent
    files = {program, *modules}
    for path in (program, *modules):
        files.update(imported_modules(path, root))
    return code_digest(files.difference(but))


class CodeDigests:
    """The digests that the rules compare.

    Parameters
    ----------
    scripts : Path
        Folder of the programs and of the library.
    """

    def __init__(self, scripts: Path) -> None:
        self.scripts = scripts
        self.library = scripts / "denoising"
        self.program = cache(self._program)
        self._measuring = cache(self._measured_by)

    def _measured_by(self, *modules: str) -> str:
        files = [path for module in modules for path in self._module(module)]
        carry = [self.library / file for file in CARRY]
        return program_digest(self.scripts / "evaluate.py", *files, but=carry)

    def _program(self, name: str, *functions: str) -> str:
        """Digest a program, and the modules of functions that it loads (``module:function``)."""
        modules = [path for function in functions for path in self._module(function)]
        return program_digest(self.scripts / name, *modules)

    def _module(self, function: str) -> list[Path]:
        parts = function.partition(":")[0].split(".")
        path = self.scripts.joinpath(*parts)
        return [path.with_suffix(".py")]

    def _loading(self, program: str, *entries: Entry) -> str:
        return self.program(program, *_modules(entries))

    def training(self, settings: Mapping[str, Any]) -> str:
        """Digest what decides the bits of a training; ``none`` for a method without one.

        Of a method that takes another experiment's model, that experiment's.
        """
        settings = settings.get("model", settings)
        if "training" not in settings:
            return NO_TRAINING
        files = [self.library / file for file in DECIDES_BITS]
        entries = [own_loss(settings["loss"])]
        if settings["training"].get("fresh_noise"):
            entries.append(NOISES.entry(settings["noise"]))
        for entry in filter(None, entries):
            files += self._module(entry.make.__module__)
        return code_digest(files)

    def rehearsal(self) -> str:
        """Digest what a rehearsal of trainings runs through."""
        decides = [self.library / file for file in DECIDES_BITS]
        for entry in LOSSES.entries.values():
            decides += self._module(entry.make.__module__)
        return code_digest([*decides, self.library / "training" / "rehearsal.py"])

    def evaluation(self, settings: Mapping[str, Any]) -> str:
        """Digest what measures a run."""
        entries = (METHODS.entry(settings["method"]), NOISES.entry(settings["noise"]))
        return self._measuring(*_modules(entries))

    def noise(self, noise: Mapping[str, Any]) -> str:
        """Digest what draws a noise."""
        return self._loading("add_noise.py", NOISES.entry(noise))

    def page(self, folder: Path, sections: Mapping[str, Any]) -> str:
        """Digest what renders the page: code, sections, templates, texts, style and script."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        content = [(str(path.relative_to(folder)), path.read_bytes()) for path in files]
        modules = [section.content.__module__ for section in sections.values()]
        whole = hashlib.sha256(self.program("render_report.py", *modules).encode())
        for name, own in content:
            whole.update(name.encode() + b"\0" + hashlib.sha256(own).digest())
        return whole.hexdigest()[:LENGTH]


def _modules(entries: Iterable[Entry]) -> list[str]:
    """Modules that make what is registered."""
    return [entry.make.__module__ for entry in entries]


def refuse_edited(planned: str, now: Callable[[], str]) -> None:
    """Refuse to make results of other code than their record will say.

    Parameters
    ----------
    planned : str
        Digest of the code when the rebuild was planned.
    now : callable
        Digests what it is now.

    Raises
    ------
    LabError
        If they differ in a job of the workflow. (Whoever calls a program by hand names the code.)
    """
    if "LAB" in os.environ and planned != now():
        raise LabError(
            "the code was edited since this rebuild began; the same command goes on with what it"
            " says now"
        )


@cache
def _file_digest(path: Path) -> str:
    return hashlib.sha256(json.dumps(_said(parsed(path))).encode()).hexdigest()


def _said(node: Any) -> Any:
    """Return a syntax tree as nested lists: kinds, and fields that hold something."""
    if isinstance(node, ast.AST):
        fields = dict(ast.iter_fields(node))
        if isinstance(node, WITH_DOCSTRING) and ast.get_docstring(node, clean=False) is not None:
            fields["body"] = fields["body"][1:]
        held = [[name, _said(value)] for name, value in fields.items() if value not in (None, [])]
        return [type(node).__name__, held]
    if isinstance(node, list):
        return [_said(part) for part in node]
    return repr(node)
