"""Dead positions, as sentences."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from denoising.evidence import replicates
from denoising.evidence.law import ALL, LEARNED, STATED
from denoising.evidence.statistics import share_interval
from denoising.files import read_json
from denoising.measures.status import DIVERGED
from denoising.report.numbers import format_interval, format_number
from denoising.report.procedure import flat
from denoising.report.results import Results
from denoising.report.texts import Localised, Sentence, Titles, filled, joined


def lattice_texts(results: Results) -> list[Localised]:
    """Explain positions, and why they die, as far as the runs' own decoders have them."""
    names = [n for n in results.first if (results.first[n] / "lattice.json").exists()]
    found = [read_json(results.first[name] / "lattice.json") for name in names]
    sizes = sorted({(one["rows"], one["columns"]) for one in found if one["rows"]})
    t = results.texts
    texts = [
        t("lattice.text", sizes=joined(", ", (f"{rows}×{columns}" for rows, columns in sizes)))
    ]
    last = {n: results.settings[n]["architecture"]["decoder"][-1] for n in names}
    dying = [
        name
        for name, layer in last.items()
        if layer.get("activation") == "relu" and not layer.get("use_bias", True)
    ]
    if dying:
        everyone = [name for name in results.trained if name in results.first]
        who = None if len(dying) == len(everyone) else results.listed(dying)
        texts.append(t("lattice.dying_relu_of", who=who) if who else t("lattice.dying_relu"))
    return texts


def law_sentences(law: pd.DataFrame, implied: pd.DataFrame) -> list[Sentence]:
    """Say how well the number of dead positions predicts the runs' errors.

    Parameters
    ----------
    law, implied : DataFrame
        ``law.csv`` and ``implied.csv``.
    """
    by_name = law.set_index("experiment")
    whole = by_name.loc[ALL]
    stated = by_name.loc[STATED] if STATED in by_name.index else whole.mul(float("nan"))
    if pd.isna(stated["r2"]):
        if pd.isna(whole["r2"]):
            return []
        values = {key: whole[key] for key in ("runs", "r2")}
        return [Sentence("lattice.law_alone", {**values, "residual": whole["largest_residual"]})]
    values = {
        "runs": stated["runs"], "r2": stated["r2"], "residual": stated["largest_residual"],
        "all_runs": whole["runs"], "all_r2": whole["r2"], "all_residual": whole["largest_residual"],
    }  # fmt: skip
    sentences = []
    learned = by_name.loc[LEARNED]
    if pd.notna(stated["r2_by_count"]) and learned["runs"]:
        values_by_count = {
            "r2": stated["r2_by_count"],
            "all_r2": whole["r2_by_count"], "all_runs": whole["runs"],
            "learned_r2": format_number(learned["r2_by_count"]), "learned": learned["runs"],
        }  # fmt: skip
        sentences.append(Sentence("lattice.by_count", values_by_count))
    sentences.append(Sentence("lattice.law", values))
    if not implied.empty:
        reached = implied["nearest"].between(implied["dead_min"], implied["dead_max"])
        values = {
            "all": len(implied),
            "reached": reached.sum(),
            "dying": (implied["nearest"] > 0).sum(),
        }
        sentences.append(Sentence("lattice.implied", values))
    return sentences


def half_learned_sentences(
    runs: pd.DataFrame, writeup: Sequence[str], titles: Titles
) -> list[Sentence]:
    """Say whether positions end between learned and dead.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    writeup : sequence of str
        The write-up's experiments.
    titles : mapping
        Experiment → its title.
    """
    own = replicates.completed(runs).dropna(subset=["half_learned"])
    stated = own["experiment"].isin(writeup)
    if not stated.any():
        return []
    sentences = []
    for some, none, part in (
        ("lattice.half_learned", "lattice.half_learned_none", own[stated]),
        ("lattice.half_learned_others", "lattice.half_learned_others_none", own[~stated]),
    ):
        if part.empty:
            continue
        values = {
            "runs": len(part),
            "half": part["half_learned"].sum(),
            "live": (part["positions"] - part["dead_positions"]).sum(),
            "most": _most_half_learned(part, titles),
        }
        sentences.append(Sentence(some if values["half"] else none, values))
    return sentences


def _most_half_learned(runs: pd.DataFrame, titles: Titles) -> Any:
    """Name the three experiments with most half-learned positions, and how many of the live."""
    live = runs["positions"] - runs["dead_positions"]
    counts = (
        runs.assign(live=live).groupby("experiment", sort=False)[["half_learned", "live"]].sum()
    )
    most = counts.sort_values("half_learned", ascending=False, kind="stable").iloc[:3]
    each = (
        filled("{title} ({half:.0f}/{live:.0f})", title=titles[name], half=half, live=live)
        for name, half, live in most.itertuples()
        if half
    )
    return joined(", ", each)


def half_learned_in_study(
    runs: pd.DataFrame, experiments: Sequence[str], titles: Titles
) -> list[Sentence]:
    """Warn where half-learned positions, which k does not count, raise a study's errors.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    experiments : sequence of str
        Of the study.
    titles : mapping
        Experiment → its title.
    """
    own = replicates.completed(runs)
    own = own[own["experiment"].isin(experiments) & (own["half_learned"] > 0)]
    if own["half_learned"].sum() < 2:
        return []
    values = {"runs": len(own), "most": _most_half_learned(own, titles)}
    return [Sentence("lattice.half_learned_study", values)]


def revival_sentences(runs: pd.DataFrame) -> list[Sentence]:
    """Say whether dead positions come to life again, and how late.

    Parameters
    ----------
    runs : DataFrame
        Rows of ``runs.csv``.
    """
    own = replicates.completed(runs).dropna(subset=["dead_after_first_epoch"])
    first = own["dead_after_first_epoch"].sum()
    if not first:
        return []
    values = {
        "runs": len(own),
        "reviving": own["last_revival"].notna().sum(),
        "first": first,
        "revived": own["revived"].sum(),
        "share": own["revived"].sum() / first,
        "median": own["last_revival"].median(),
        "last": own["last_revival"].max(),
        "died": own["died_later"].sum(),
    }
    key = "lattice.revival" if own["last_revival"].notna().any() else "lattice.no_revival"
    return [Sentence(key, values)]


def sigmoid_twins(variants: Mapping[str, Any], settings: Mapping[str, Any]) -> list[str]:
    """Find the changed experiments that have a sigmoid output in place of a ReLU, and no more.

    Parameters
    ----------
    variants : mapping
        Of the plan: variant → ``pairs``, the changed experiment → the one it is made from.
    settings : mapping
        Experiment → its resolved settings.
    """
    found = []
    for variant in variants.values():
        for changed, base in variant["pairs"].items():
            if changed in settings and base in settings:
                one, other = flat(settings[changed]), flat(settings[base])
                differs = {
                    k: one.get(k) for k in one.keys() | other.keys() if one.get(k) != other.get(k)
                }
                if (differs, other.get("output.activation")) == (
                    {"output.activation": "sigmoid"},
                    "relu",
                ):
                    found.append(changed)
    return found


def repaired_sentences(
    runs: pd.DataFrame, twins: Collection[str], titles: Titles
) -> list[Sentence]:
    """Say which runs of twins with a sigmoid output have dead positions all the same.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    twins : collection of str
        From `sigmoid_twins`.
    titles : mapping
        Experiment → its title.
    """
    own = runs[runs["experiment"].isin(twins) & (runs["status"] != DIVERGED)]
    if own.empty:
        return []
    dying = own[own["dead_positions"] > 0].groupby("experiment", sort=False).size()
    values: dict[str, Any] = {"runs": len(own), "alive": len(own) - dying.sum()}
    if dying.empty:
        return [Sentence("lattice.repaired_all", values)]
    counts = own.groupby("experiment").size()
    others = (
        filled("{title} ({dying}/{all})", title=titles[name], dying=number, all=counts[name])
        for name, number in dying.items()
    )
    return [Sentence("lattice.repaired", {**values, "others": joined(", ", others)})]


def dying_sentences(
    runs: pd.DataFrame, experiments: Sequence[str], titles: Titles
) -> list[Sentence]:
    """Say of each experiment how many of its runs end with dead positions.

    The interval is the exact one of Clopper and Pearson (1934) for their share.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    experiments : sequence of str
        Of a study.
    titles : mapping
        Experiment → its title.
    """
    own = runs[runs["experiment"].isin(experiments) & (runs["status"] != DIVERGED)]
    own = own.dropna(subset=["dead_positions"])
    dying = (own["dead_positions"] > 0).groupby(own["experiment"]).agg(["sum", "size"])
    if len(dying) < 2 or dying["size"].max() < 2:
        return []
    each = (
        filled(
            "{title} ({dying}/{all}, {interval})",
            title=titles[name],
            dying=row["sum"],
            all=row["size"],
            interval=format_interval(*share_interval(row["sum"], row["size"]), 2),
        )
        for name, row in dying.reindex([e for e in experiments if e in dying.index]).iterrows()
    )
    return [Sentence("lattice.dying", {"found": joined(", ", each)})]


def initial_sentences(initial: pd.DataFrame) -> list[Sentence]:
    """Say how far the initial weights alone decide which positions die.

    Parameters
    ----------
    initial : DataFrame
        ``initial.csv``.
    """
    whole = initial.set_index("experiment").loc[ALL]
    sentences = []
    if pd.notna(whole["auc_on"]):
        values = {"runs": whole["told"], "on": whole["auc_on"], "output": whole["auc_output"]}
        sentences.append(Sentence("initial.positions", values))
    if pd.notna(whole["agree_same"]) and pd.notna(whole["agree_other"]):
        values = {"same": whole["agree_same"], "other": whole["agree_other"]}
        sentences.append(Sentence("initial.agreement", values))
    return sentences


def variance_sentences(variance: pd.DataFrame) -> list[Sentence]:
    """Say how much of each study's spread its experiments make, and how much luck.

    Parameters
    ----------
    variance : DataFrame
        Rows of ``variance.csv``.
    """
    table = variance.pivot(index="study", columns="measure", values="between")
    return [
        Sentence(
            "variance.study",
            {"study": study, "error": row["relative_error"], "live": row["live_error"]},
        )
        for study, row in table.iterrows()
    ]
