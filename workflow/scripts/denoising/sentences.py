"""What the numbers say, as sentences: which text of `report/texts/`, and the values in it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from denoising import claims, replicates
from denoising.statistics import ENOUGH, enough
from denoising.texts import (
    Localised,
    Sentence,
    Titles,
    filled,
    format_interval,
    format_number,
    format_p,
    joined,
    localised,
)


def study_sentences(
    table: pd.DataFrame, runs: pd.DataFrame, study: Mapping[str, Any]
) -> list[Sentence]:
    """Say what the averages of a study say.

    Parameters
    ----------
    table : DataFrame
        From `denoising.report.experiment_table`.
    runs : DataFrame
        ``runs.csv``.
    study : mapping
        ``experiments``, and ``error_limit`` where the study has one.
    """
    rows = table.loc[list(study["experiments"])]
    known = rows.dropna(subset=["ours"])
    if known.empty:
        return [Sentence("results.none_completed")]
    alone = len(known) == 1
    sentences = _error_sentences(known) if alone else _order_sentences(known)
    if study.get("error_limit"):
        sentences += _limit_sentences(known, runs, study["error_limit"])
    sentences += [
        Sentence("results.failed", {"title": row.title, "failed": row.failed, "seeds": row.seeds})
        for row in rows.itertuples()
        if row.failed
    ]
    missing = rows.loc[rows["seeds"] == 0, "title"]
    if len(missing):
        sentences.append(Sentence("results.missing", {"titles": joined(", ", missing)}))
    if known["seeds"].min() == 1:
        sentences.append(Sentence("results.one_seed"))
    return sentences


def _error_sentences(rows: pd.DataFrame) -> list[Sentence]:
    row = rows.iloc[0]
    values = {"title": row["title"], "ours": row["ours"], "all_images": row["all_images"]}
    sentences = [Sentence("results.error", values)]
    if pd.notna(row["low"]):
        interval = format_interval(row["low"], row["high"])
        values = {"interval": interval, "seeds": row["seeds"], "sd": row["sd"]}
        sentences.append(Sentence("results.interval", values))
    if pd.notna(row["reported"]):
        difference = format_number(row["difference"], sign=True)
        values = {"reported": row["reported"], "difference": difference}
        sentences.append(Sentence("results.reported", values))
    return sentences


def _order_sentences(rows: pd.DataFrame) -> list[Sentence]:
    def order(by: str) -> Any:
        ordered = rows.sort_values(by)
        each = zip(ordered["title"], ordered[by], strict=True)
        return joined(" < ", (filled("{t} ({e:.3f})", t=title, e=error) for title, error in each))

    sentences = [Sentence("results.order", {"order": order("ours")})]
    if rows["reported"].notna().all() and rows["reported"].nunique() == len(rows):
        ranks = rows["ours"].rank().equals(rows["reported"].rank())
        key = "results.same_order" if ranks else "results.other_order"
        sentences.append(Sentence(key, {"order": order("reported")}))
    best = rows["all_images"].idxmin()
    values = {"title": rows.loc[best, "title"], "error": rows.loc[best, "all_images"]}
    return [*sentences, Sentence("results.best_of_all", values)]


def _limit_sentences(rows: pd.DataFrame, runs: pd.DataFrame, limit: float) -> list[Sentence]:
    under = rows[rows["ours"] < limit]
    own = replicates.completed(runs).groupby("experiment")["relative_error_first10"]
    each = (
        filled("{title} ({n}/{all})", title=row.title, n=(errors < limit).sum(), all=len(errors))
        for row in rows.itertuples()
        for errors in [own.get_group(row.Index)]
    )
    values = {
        "limit": limit, "under": len(under), "all": len(rows), "runs": joined(", ", each),
    }  # fmt: skip
    sentences = [Sentence("results.under_limit", values)]
    if not under.empty:
        smallest = under.loc[under["code_elements"].idxmin()]
        values = {"title": smallest["title"], "shape": smallest["code_shape"], "limit": limit}
        sentences.append(Sentence("results.smallest_code", values))
    return sentences


def comparison_sentences(comparisons: pd.DataFrame, titles: Titles) -> list[Sentence]:
    """Say which differences of a study are shown, and which of them when k is taken out.

    Parameters
    ----------
    comparisons : DataFrame
        The study's rows of ``comparisons.csv``.
    titles : mapping
        Experiment → its title.
    """
    if comparisons.empty:
        return []
    judged = comparisons[comparisons["verdict"] != replicates.NOT_ENOUGH]
    sentences = []
    for measure, key in (("relative_error", "stated"), ("live_error", "live")):
        own = judged[judged["measure"] == measure]
        if own.empty:
            continue
        shown = own[own["verdict"].isin((replicates.LOWER, replicates.HIGHER))]
        values: dict[str, Any] = {"shown": len(shown), "all": len(own)}
        if shown.empty:
            sentences.append(Sentence(f"comparisons.{key}_none", values))
            continue
        found = joined("; ", (_difference(row, titles) for row in shown.itertuples()))
        sentences.append(Sentence(f"comparisons.{key}", {**values, "found": found}))
    if len(judged) < len(comparisons):
        few = comparisons.loc[comparisons["verdict"] == replicates.NOT_ENOUGH, "count"]
        values = {"few": len(few), "all": len(comparisons), "count": few.min(), "enough": ENOUGH}
        sentences.append(Sentence("comparisons.not_enough", values))
    return sentences


def _difference(row: Any, titles: Titles) -> Any:
    lower, higher = (row.a, row.b) if row.difference < 0 else (row.b, row.a)
    ends = (row.low, row.high) if row.difference > 0 else (-row.high, -row.low)
    return filled(
        "{lower} < {higher} ({by:.4f}, {interval})",
        lower=titles[lower],
        higher=titles[higher],
        by=abs(row.difference),
        interval=format_interval(*ends, digits=4),
    )


def alternatives_sentences(
    alternatives: pd.DataFrame, reported: Mapping[str, float], titles: Titles
) -> list[Sentence]:
    """Say which of the experiments that stand for one of the write-up comes nearest at equal k."""
    sentences = []
    for base, own in alternatives.groupby("of", sort=False):
        live = own[own["dead"] == 0]
        if not live["count"].map(enough).all():
            continue
        nearest = live.loc[live["distance"].abs().idxmin()]
        values = {
            "title": titles[nearest["experiment"]],
            "reported": reported[base],
            "error": nearest["error"],
            "interval": format_interval(nearest["low"], nearest["high"]),
        }
        sentences.append(Sentence("readings.nearest", values))
    return sentences


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


def image_sentences(
    spread: pd.DataFrame, experiment: str, title: str | Localised
) -> list[Sentence]:
    """Say how far an average over ten images can mislead, beside the spread between seeds.

    Parameters
    ----------
    spread : DataFrame
        ``image_spread.csv``.
    experiment, title : str
        The one that is told.
    """
    own = spread[spread["experiment"] == experiment]
    if own.empty:
        return []
    values = {
        "title": title,
        "sd": own["sd"].mean(),
        "group_sd": own["group_sd"].mean(),
        "low": own["group_low"].mean(),
        "high": own["group_high"].mean(),
        "first": own["first"].mean(),
        "mean": own["mean"].mean(),
        "rank": own["rank"].mean(),
    }
    sentences = [Sentence("images.ten", values)]
    if len(own) > 1:
        sentences.append(Sentence("images.seeds", {"sd": own["mean"].std(), "seeds": len(own)}))
    return sentences


def compression_sentences(
    compression: pd.DataFrame, formats: pd.DataFrame, titles: Titles
) -> list[Sentence]:
    """Say which codes compress at all, and what common formats need.

    Parameters
    ----------
    compression, formats : DataFrame
        ``compression.csv`` and ``formats.csv``.
    titles : mapping
        Experiment → its title.
    """
    trained = compression[compression["bits"] == 32]
    if trained.empty:
        return []
    smaller = trained.loc[trained["bits_ratio"] < 1, "experiment"]
    values = {
        "all": len(trained),
        "count": len(smaller),
        "titles": joined(", ", (titles[name] for name in smaller)),
    }
    sentences = [Sentence("compression.compress" if len(smaller) else "compression.none", values)]
    bytes_ = compression[compression["bits"] == 8]
    small = bytes_[bytes_["bits_ratio"] < 1]
    if not small.empty:
        before = trained.set_index("experiment")["all"]
        lost = (small.set_index("experiment")["all"] - before).dropna().max()
        values = {
            "all": len(bytes_),
            "count": len(small),
            "titles": joined(", ", (titles[name] for name in small["experiment"])),
            "lost": max(lost, 0.001),  # an upper bound that can be read
        }
        sentences.append(Sentence("compression.bytes", values))
    png = formats[(formats["format"] == "PNG") & (formats["files"] == "each")].iloc[0]
    lossy = formats[(formats["format"] != "PNG") & (formats["files"] == "each")]
    least = lossy.loc[lossy["bits_ratio"].idxmin()]
    values = {
        "png": png["bits_ratio"], "format": least["format"], "quality": least["quality"],
        "ratio": least["bits_ratio"], "error": least["all"],
    }  # fmt: skip
    return [*sentences, Sentence("compression.formats", values)]


def verdict_sentences(ledger: pd.DataFrame) -> list[Sentence]:
    """Count the verdicts of both procedures.

    Parameters
    ----------
    ledger : DataFrame
        ``claims.csv``.
    """
    sentences = []
    for procedure, own in ledger.groupby("procedure", sort=False):
        if procedure == claims.REPAIRED and not own["count"].any():  # no twin was trained
            continue
        counts = own["verdict"].value_counts()
        values = {
            "all": len(own),
            "reproduced": counts.get(claims.REPRODUCED, 0),
            "direction": counts.get(claims.DIRECTION, 0),
            "not_reproduced": counts.get(claims.NOT_REPRODUCED, 0),
            "contradicted": own["contradicted"].eq(True).sum(),  # elsewhere it is missing
            "not_judged": counts.get(claims.NOT_JUDGED, 0),
        }
        sentences.append(Sentence(f"claims.counts.{procedure.replace(' ', '_')}", values))
    return sentences


def _pair(first: str | Localised, pair: Mapping[str, Any], titles: Titles) -> Any:
    return filled(
        "{first} − {other}: {difference}, p = {p} [{interval}]",
        first=first,
        other=titles.get(pair["other"], pair["other"]),
        difference=format_number(pair["difference"], 4, sign=True),
        p=format_p(pair["p"]),
        interval=format_interval(pair["low"], pair["high"], 4, sign=True),
    )


def claim_rows(
    ledger: pd.DataFrame,
    titles: Titles,
    criteria: Mapping[str, Mapping[str, Any]],
    languages: Sequence[str],
) -> list[dict[str, Any]]:
    """Put the two judgements of each claim side by side.

    Parameters
    ----------
    ledger : DataFrame
        ``claims.csv``.
    titles : mapping
        Experiment → its title.
    criteria : mapping
        Claim → its ``quote`` and, of some, ``note``, one text or one a language; the numbers are
        not among them.
    languages : sequence of str
        Of the page.

    Returns
    -------
    list of dict
        ``claim``, ``part``, ``quote``, ``note``, ``reported``, and of each procedure (``stated``,
        ``repaired``) ``verdict``, ``contradicted``, ``ours``, ``low``, ``high``, the ``sentence``
        that says why, and whether that tells each pair with its interval (``paired``).
    """
    rows = []
    for claim, both in ledger.groupby("claim", sort=False):
        row = {"claim": claim, **both.iloc[0][["part", "reported", "measure"]]}
        texts = criteria.get(claim, {})
        for key in ("quote", "note"):
            row[key] = localised(texts[key], languages) if key in texts else None
        for name, (_, one) in zip(("stated", "repaired"), both.iterrows(), strict=True):
            values = json.loads(one["values"])
            for key in ("experiment", "first", "other"):
                if key in values:
                    values[key] = titles.get(values[key], values[key])
            if "reason" in values:
                values["reason"] = localised(values["reason"], languages)
            if "difference" in values:
                values["difference"] = format_number(values["difference"], 4, sign=True)
            if "pairs" in values:
                values["pairs"] = joined(
                    "; ", (_pair(values["first"], pair, titles) for pair in values["pairs"])
                )
            sentence = Sentence(f"claims.reasons.{one['reason']}", values)
            own = one[["verdict", "contradicted", "ours", "low", "high"]]
            row[name] = {**own, "sentence": sentence, "paired": "pairs" in values}
        rows.append(row)
    return rows
