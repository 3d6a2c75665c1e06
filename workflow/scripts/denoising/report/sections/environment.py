"""What the numbers were computed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Facts, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


SAME = ("cores", "system", "python", "threads")


def content(results: Results) -> list[Any]:
    """Return processor, packages, settings, durations, and where the data come from."""
    from denoising.files import read_json
    from denoising.report.facts import environment_facts
    from denoising.report.tables import code
    from denoising.report.texts import joined
    from denoising.training.provenance import commit

    t = results.texts
    found = environment_facts(results.folders)
    unknown = t("environment.unknown")
    seconds = results.runs["train_seconds"].dropna()
    processors = [
        t("environment.runs_on", name=name, runs=runs) for name, runs in found["processors"].items()
    ]
    packages = ", ".join(f"{name} {version}" for name, version in found["packages"].items())
    settings = joined(" ", (code(f"{name}={one}") for name, one in found["settings"].items()))
    pairs = [
        (t("environment.cpu"), processors),
        *((t(f"environment.{key}"), [found[key]]) for key in SAME),
        (t("environment.packages"), [packages]),
        (t("environment.settings"), [settings]),
    ]
    if len(seconds):
        median = t.duration(seconds.median())
        each = t("environment.per_run_value", median=median, runs=len(seconds))
        pairs += [
            (t("environment.duration"), [t.duration(seconds.sum())]),
            (t("environment.per_run"), [each]),
        ]
    pairs += [
        (t("environment.trained_at"), [found["commit"] if found["commit"] != "None" else unknown]),
        (t("environment.rendered_at"), [commit() or unknown]),
    ]
    for path in results.documents.get("sources", []):
        source = read_json(path)
        sums = [joined(" ", (file, code(one))) for file, one in source["sha256"].items()]
        pairs += [
            (t("environment.data"), [f"{source['dataset']}: {source['source']}"]),
            (t("environment.checksums"), sums),
        ]
    intro = [t("environment.intro")]
    if len(found["processors"]) > 1:
        intro.append(t("environment.several"))
    return [Text(joined(" ", intro)), Facts(pairs)]


SECTION = Section("environment", content, order=140)
