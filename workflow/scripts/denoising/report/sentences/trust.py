"""What can be trusted, and what not: computed, or said only where it holds."""

from collections.abc import Iterator
from typing import Any

from denoising.measures.status import LEFT_OUT, STATUSES
from denoising.report.procedure import grouped
from denoising.report.results import Results
from denoising.report.texts import Sentence, joined, localised
from denoising.report.writeup import MNIST

KNOWN_DATA = {MNIST: "mnist"}  # data sets that the page says more of


def items(results: Results, part: str) -> list[Sentence]:
    """Return the points of one part of `trust`."""
    return [Sentence(f"trust.{part}.{key}", values) for key, values in PARTS[part](results)]


Items = Iterator[tuple[str, dict[str, Any]]]


def _checklist(results: Results) -> Items:
    yield ("procedure" if results.trained else "procedure_untrained"), {}
    yield "measures", {}
    yield "runs", {}
    if results.writeup and not results.preview:
        yield "criteria", {}
    statuses = (localised(STATUSES[name].word, results.texts.languages) for name in LEFT_OUT)
    yield "failures", {"statuses": joined(", ", statuses)}
    yield "software", {}
    yield "command", {}


def _leakage(results: Results) -> Items:
    trained = results.trained
    by = grouped(trained, lambda n: results.settings[n]["data"].get("validation", "test"))
    for held_out, names in by.items():
        who = {"who": results.listed(names)}
        if held_out != "test":
            yield "held_out", {"count": held_out, **who}
        elif len(by) == 1:
            yield "test_is_validation", {}
        else:
            yield "test_is_validation_of", who
    stopped = [n for n in trained if results.settings[n]["training"].get("early_stopping")]
    if trained and not stopped:
        yield "nothing_selected", {}
    if results.writeup and results.has("rivals") and not results.read("rivals").empty:
        yield "rivals", {}
    if results.has("compression") and not results.read("compression").empty:
        yield "codes", {}


def _limitations(results: Results) -> Items:
    names = list(results.settings)
    kinds = {results.settings[name]["noise"]["kind"] for name in names}
    sets = {results.settings[name]["data"]["dataset"] for name in names}
    yield "few", {"sets": len(sets), "kinds": len(kinds)}
    if results.writeup:
        yield "unknown", {}
        yield "one_run", {}
    if results.runs["positions"].notna().any():
        yield "law", {}
    seeds = int(results.table["seeds"].max())
    yield ("seeds" if seeds > 1 else "seeds_one"), {"seeds": seeds}
    if results.runs["dead_positions"].gt(0).any():
        yield "groups", {}
    if results.writeup and not results.preview:
        yield "words", {}


def _model_card(results: Results) -> Items:
    names = [name for name in results.trained if name in results.first]
    if names:
        parameters = results.table.loc[names, "parameters"]
        least, most = int(parameters.min()), int(parameters.max())
        key = "what" if least < most else "what_alike"
        yield key, {"least": least, "most": most, "sizes": results.sizes(names)}
    others = sorted({results.method(name) for name in results.first} - {"autoencoder"})
    if others:
        yield "other_methods", {"methods": ", ".join(others)}
    yield "purpose", {}
    for (name, count, noise), own in grouped(names, lambda n: _training_images(results, n)).items():
        values = {"dataset": name, "count": count, "noise": noise}
        yield ("trained_on", values) if len(own) == len(names) else (
            "trained_on_of", {**values, "who": results.listed(own)})  # fmt: skip
    yield "how_well", {}
    if results.runs["dead_positions"].gt(0).any():
        yield "fails", {}


def _training_images(results: Results, name: str) -> tuple[str, int, Any]:
    data = results.settings[name]["data"]
    return data["dataset"], data["train"], results.noise_title(results.settings[name]["noise"])


def _used(results: Results, train: int, test: int, skip: int) -> Any:
    key = "trust.used_after" if skip else "trust.used"
    return results.texts(key, train=train, test=test, skip=skip)


def _data_sheet(results: Results) -> Items:
    sets = grouped(list(results.settings), lambda name: results.settings[name]["data"]["dataset"])
    issues = False
    for name, names in sets.items():
        about = results.plan["datasets"][name]
        files = results.settings[names[0]]["data"].get("files", {})
        known = KNOWN_DATA.get(files.get("train-images", ""))
        if known:
            yield known, {}
        else:
            shape = "×".join(map(str, about["shape"]))
            yield (
                "own",
                {"name": name, "shape": shape, "train": about["train"], "test": about["test"]},
            )
        slices = sorted(
            {
                (d["train"], d["test"], d.get("skip", 0))
                for d in (results.settings[n]["data"] for n in names)
            }
        )
        used = joined("; ", (_used(results, *own) for own in slices))
        yield "used", {"name": name, "used": used}
        issues |= known == "mnist"
    yield "noise", {}
    if issues:
        yield "issues", {}


PARTS = {
    "checklist": _checklist,
    "leakage": _leakage,
    "limitations": _limitations,
    "model_card": _model_card,
    "data_sheet": _data_sheet,
}
