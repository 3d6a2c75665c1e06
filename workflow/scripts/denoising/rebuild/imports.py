"""Which local files a program imports: what it must be rerun for."""

import ast
from functools import cache
from pathlib import Path


@cache
def imported_modules(program: Path, root: Path | None = None) -> tuple[Path, ...]:
    """List every local module that a program imports, however deep.

    Data files of the same stem beside a module (``keras_names.json``) are not listed.

    Parameters
    ----------
    program : Path
        A Python file.
    root : Path, optional
        The folder that modules are looked for in; by default the program's own, as Python does.

    Returns
    -------
    tuple of Path
        In alphabetical order, without the program itself.
    """
    root = root or program.parent
    found, waiting = set(), [program]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported_files(path, root)
    return tuple(sorted(found - {program}))


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file; each is parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def _imported_files(path: Path, root: Path) -> tuple[Path, ...]:
    names = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(file for name in dict.fromkeys(names) for file in _files(root, name))


@cache
def _files(root: Path, module: str) -> tuple[Path, ...]:
    """Files that importing ``package.module`` runs."""
    parts = module.split(".")
    if not root.joinpath(parts[0]).is_dir() and len(parts) > 1:
        return ()  # of another package
    packages = [root.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1)]
    return tuple(p for p in (*packages, root.joinpath(*parts).with_suffix(".py")) if p.is_file())
