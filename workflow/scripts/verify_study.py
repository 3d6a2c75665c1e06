"""Compare a rebuild with the published study; the exit status is 1 if they differ."""

import argparse
import sys
from pathlib import Path

from denoising.config.read import read_yaml
from denoising.errors import run_program
from denoising.rebuild.published import ledger, run_folders
from denoising.rebuild.verify import (
    BYTES,
    Outcome,
    archived,
    kinds,
    published_kinds,
    verify,
    way,
)

PROJECT = Path(__file__).resolve().parents[2]
WORDS = {True: "agrees", False: "DIFFERS", None: "not judged"}
SAYS = {
    BYTES: "byte for byte",
    "tolerance": "each mean by the published spread between seeds; bytes differ between processors",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument("--published", type=Path, default=PROJECT / "docs", help="default: docs")
    parser.add_argument("--archive", type=Path, help="of the published study, if you have it")
    arguments = parser.parse_args()

    ours = kinds(run_folders(arguments.results))
    mode, why = way(ours, published_kinds(arguments.published))
    print(f"{arguments.results} against {arguments.published}, {SAYS[mode]}: {why}")
    found = verify(arguments.results / "tables", arguments.published / "tables", mode)
    if arguments.archive:
        own = archived(arguments.archive, arguments.results)
        found.append(own if mode == BYTES or own.same is None else own._replace(same=None))
    found += [_ledger(name, content) for name, content in _ledgers(arguments.published)]
    for one in found:
        print(f"  {WORDS[one.same]:<10} {one.name}: {one.says}")
    differ = [one.name for one in found if one.same is False]
    agree = sum(one.same is True for one in found)
    print(f"{agree} agree, {len(differ)} differ, {len(found) - agree - len(differ)} not judged")
    sys.exit(1 if differ else 0)


def _ledgers(published: Path) -> list[tuple[Path, bytes]]:
    """Return what the published study's ledgers have to say, if it has any beside it."""
    written = ledger(published, read_yaml(PROJECT / "CITATION.cff"))
    files = [(published.parent / name, content) for name, content in written.items()]
    return [(path, content) for path, content in files if path.exists()]


def _ledger(path: Path, content: bytes) -> Outcome:
    if path.read_bytes() == content:
        return Outcome(path.name, True, "says what the published tables say")
    return Outcome(path.name, False, "does not say what the published tables say; make ledger")


if __name__ == "__main__":
    run_program(main)
