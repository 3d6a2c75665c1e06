"""Digests of code: a job is run again when the code that it depends on says something else.

What a file says is its syntax tree without docstrings: comments, docstrings, line breaks and
quotes change nothing, and neither does the version of Python that reads it.
"""

import ast
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from denoising.rebuild.imports import imported_modules

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


def program_digest(program: Path, *modules: Path) -> str:
    """Digest a program, other modules that it loads by name, and all that these import."""
    root = program.parent
    files = {program, *modules}
    for path in (program, *modules):
        files.update(imported_modules(path, root))
    return code_digest(files)


@cache
def _file_digest(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return hashlib.sha256(json.dumps(_said(tree)).encode()).hexdigest()


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
