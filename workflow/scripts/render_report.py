"""Render the report: the page that is read, the one with all details, and both in short as text."""

import argparse
from pathlib import Path

from denoising.errors import run_program
from denoising.files import put, read_plan
from denoising.report.markdown import markdown
from denoising.report.page import built, render
from denoising.report.results import Results
from denoising.report.section import DETAILS, MAIN
from denoising.report.sections import sections
from denoising.report.texts import Texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", required=True, type=Path, help="studies, figures …, JSON")
    parser.add_argument("--results", required=True, type=Path, help="folder of the results")
    parser.add_argument("--sources", required=True, nargs="+", type=Path, help="source.json files")
    parser.add_argument("--citation", required=True, type=Path, help="CITATION.cff")
    parser.add_argument("--report", required=True, type=Path, help="folder of templates and texts")
    parser.add_argument("--output", required=True, nargs=3, type=Path, help="page, details, text")
    arguments = parser.parse_args()

    plan, found = read_plan(arguments.plan), sections()
    words = {name: section.words for name, section in found.items()}
    texts = Texts(arguments.report / "texts", plan["languages"], words, own=not plan["writeup"])
    documents = {key: vars(arguments)[key] for key in ("citation", "sources")}
    results = Results(arguments.results, plan, texts, found, documents)
    *pages, text = arguments.output
    for kind, path in zip((MAIN, DETAILS), pages, strict=True):
        html = render(built(results, found.values(), kind), arguments.report, plan["tables"])
        put(path, html.encode())
    put(text, markdown(results, arguments.report).encode())


if __name__ == "__main__":
    run_program(main)
