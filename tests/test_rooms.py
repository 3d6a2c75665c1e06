"""The library's folders: imports go downwards only, as CONTRIBUTING says, and in no circle."""

import ast
from graphlib import TopologicalSorter

from conftest import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
LIBRARY = SCRIPTS / "denoising"
FLOORS = (
    {"arguments", "errors", "files", "registry", "seeds"},
    {"data", "losses", "model"},
    {"cleaning", "measures", "methods", "training"},
    {"config", "declare", "declared"},
    {"rebuild"},
    {"evidence"},
    {"figures"},
    {"report"},
)


def modules():
    return {
        ".".join(path.relative_to(SCRIPTS).with_suffix("").parts).removesuffix(".__init__"): path
        for path in LIBRARY.rglob("*.py")
    }


def nodes(tree):
    """All of a syntax tree but what is imported for annotations alone."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from nodes(child)


def imported(path, known):
    for node in nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                if deeper in known:
                    yield deeper
                elif node.module in known:
                    yield node.module


def floor(module):
    room = module.split(".")[1]
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def test_every_arrow_goes_downwards():
    known = modules()
    known.pop("denoising")
    upwards = [
        f"{name} → {other}"
        for name, path in known.items()
        for other in imported(path, known)
        if floor(other) > floor(name)
    ]
    assert upwards == []


def test_there_is_no_circle():
    known = modules()
    graph = {
        name: {other for other in imported(path, known) if other != name}
        for name, path in known.items()
    }
    # a package that finds its files by itself is imported by them, and names none of them
    assert list(TopologicalSorter(graph).static_order())
