"""The sections of the page, a file each."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from denoising.report.section import Section


@cache
def sections() -> dict[str, Section]:
    """Find the sections: name → declaration, in the order of the page."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = sorted((module.SECTION for module in modules), key=lambda one: (one.order, one.name))
    return {section.name: section for section in found}
