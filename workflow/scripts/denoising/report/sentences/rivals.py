"""Other explanations of the reported numbers, as sentences."""

from typing import Any

import pandas as pd

from denoising.report.texts import Sentence, Titles, filled, joined


def rival_sentences(
    rivals: pd.DataFrame, met: pd.DataFrame, others: Titles, variants: Titles
) -> list[Sentence]:
    """Say which explanation fits most of the reported numbers, and whether one epoch does.

    Parameters
    ----------
    rivals, met : DataFrame
        ``rivals.csv`` and ``epochs_met.csv``.
    others : mapping
        The explanations that evaluate the same runs otherwise → their titles.
    variants : mapping
        Variant → its title.
    """
    if rivals.empty:
        return []
    stated, epochs = (rivals[rivals["rival"] == name].iloc[0] for name in ("stated", "epochs"))
    values = {
        "within": stated["within"], "numbers": stated["numbers"], "distance": stated["distance"],
        "expected": stated["expected"],
        "epoch": epochs["epoch"], "epoch_within": epochs["within"],
        "epoch_distance": epochs["distance"],
    }  # fmt: skip
    return [
        Sentence("rivals.stated", values),
        *_same_run_sentences(rivals[rivals["rival"].isin(list(others))], others),
        *_changed_sentences(rivals[rivals["rival"] == "variant"], variants),
        *_met_sentences(met),
    ]


def _listed(template: str, rows: pd.DataFrame, titles: Titles, by: str) -> Any:
    """Fill the template with the columns of each row, ``title`` being that of column `by`."""
    records = rows.to_dict("records")
    return joined("; ", (filled(template, title=titles[row[by]], **row) for row in records))


def _same_run_sentences(same: pd.DataFrame, others: Titles) -> list[Sentence]:
    if same.empty:
        return []
    template = "{title} ({within}/{numbers}, {distance:.3f})"
    return [Sentence("rivals.same_runs", {"found": _listed(template, same, others, "rival")})]


def _changed_sentences(changed: pd.DataFrame, variants: Titles) -> list[Sentence]:
    if changed.empty:
        return []
    values: dict[str, Any] = {"all": len(changed)}
    nearer = changed[changed["distance"] < changed["stated_distance"]]
    if nearer.empty:
        sentences = [Sentence("rivals.none_nearer", values)]
    else:
        template = "{title} ({distance:.3f} : {stated_distance:.3f})"
        found = _listed(template, nearer, variants, "variant")
        values |= {"count": len(nearer), "found": found}
        sentences = [Sentence("rivals.nearer", values)]
    more = changed[changed["within"] > changed["stated_within"]]
    if not more.empty:
        template = "{title} ({within:.0f} : {stated_within:.0f})"
        found = _listed(template, more, variants, "variant")
        sentences.append(Sentence("rivals.more_within", {"found": found}))
    return sentences


def _met_sentences(met: pd.DataFrame) -> list[Sentence]:
    reached = met.dropna(subset=["median"])
    if reached.empty:
        return []
    values = {"met": (met["met"] > 0).sum(), "all": len(met)}
    first, last = reached["first"].max(), reached["last"].min()
    if len(reached) == len(met) and first <= last:
        return [Sentence("rivals.met_common", {**values, "first": first, "last": last})]
    medians = {"first": reached["median"].min(), "last": reached["median"].max()}
    return [Sentence("rivals.met", {**values, **medians})]
