"""Other explanations of the reported numbers, each held against all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.files import read_csv
from denoising.measures.status import DEAD

CHECKPOINT_EVERY = 5  # epochs: the appendix's callback


def best_checkpoint(val_loss: Sequence[float]) -> int:
    """Epoch (from 1) of the lowest validation loss among every fifth, of five at least."""
    looked_at = np.asarray(val_loss, dtype=float)[CHECKPOINT_EVERY - 1 :: CHECKPOINT_EVERY]
    return CHECKPOINT_EVERY * (int(np.argmin(looked_at)) + 1)


def fit(
    values: Mapping[str, Sequence[float]],
    reported: Mapping[str, float],
    black: Mapping[str, int] | None = None,
) -> dict[str, float]:
    """Hold an explanation's values against the reported numbers.

    Parameters
    ----------
    values : mapping
        Experiment → its runs' average relative errors under the explanation.
    reported : mapping
        Experiment → the reported number.
    black : mapping, optional
        Experiment → how many more of its runs ended black: these have an error of 1, are counted
        in the distance, and do not widen the range.

    Returns
    -------
    dict
        ``numbers``, how many reported numbers have runs here; ``within``, how many of them lie in
        the range of these; ``expected``, how many would on average if the numbers came from the
        same distribution: one more draw lies within the range of n with probability
        (n − 1) / (n + 1); ``distance``, the mean distance of a number from their mean.
    """
    black = black or {}
    every = {
        name: np.append(values.get(name, ()), np.ones(black.get(name, 0))) for name in reported
    }
    every = {name: errors for name, errors in every.items() if len(errors)}
    alive = {name: np.asarray(values[name]) for name in every if len(values.get(name, ()))}
    within = [alive[n].min() <= reported[n] <= alive[n].max() for n in alive]
    distances = [abs(every[n].mean() - reported[n]) for n in every]
    return {
        "numbers": len(every),
        "within": int(sum(within)),
        "expected": sum((len(alive[n]) - 1) / (len(alive[n]) + 1) for n in alive),
        "distance": float(np.mean(distances)) if every else np.nan,
    }


def rivals_table(
    curves: Mapping[str, Sequence[np.ndarray]],
    others: Mapping[str, Mapping[str, Sequence[float]]],
    reported: Mapping[str, float],
    variants: Mapping[str, Mapping[str, Sequence[float]]],
    unchanged: Mapping[str, Mapping[str, Sequence[float]]],
    failed: Mapping[str, int],
    black: Mapping[str, Mapping[str, int]] | None = None,
) -> pd.DataFrame:
    """Hold each explanation against the reported numbers.

    Parameters
    ----------
    curves : mapping
        Experiment → average relative error of the first ten images after each epoch, a curve a run.
    others : mapping
        Explanation → experiment → the runs' errors under it: at their best checkpoint, with
        outputs one image off, and so on.
    reported : mapping
        Experiment → the reported number.
    variants : mapping
        Variant → experiment → the errors of its changed runs; only those that it changes.
    unchanged : mapping
        Variant → experiment → the errors as stated, of the same experiments and seeds.
    failed : mapping
        Variant, or ``stated`` → how many of its runs diverged or died.
    black : mapping, optional
        Variant, or ``stated`` → experiment → how many of its runs ended black: in the distance
        alone.

    Returns
    -------
    DataFrame
        ``rival`` (``stated``, ``epochs``, the others, ``variant``), ``variant`` (its name),
        ``epoch`` (of ``epochs``: the one common, smaller number of epochs with the smallest
        distance), what `fit` returns, of a variant ``stated_within`` and ``stated_distance``:
        the same of `unchanged`, and ``failed``.
    """

    def after(epoch: int) -> dict[str, list[float]]:
        return {
            name: [curve[epoch - 1] for curve in runs if len(curve) >= epoch]
            for name, runs in curves.items()
        }

    longest = max((len(curve) for runs in curves.values() for curve in runs), default=0)
    columns = [
        "rival", "variant", "epoch", "numbers", "within", "expected", "distance", "stated_within",
        "stated_distance", "failed",
    ]  # fmt: skip
    if not longest:
        return pd.DataFrame(columns=columns)
    black = black or {}
    died = black.get("stated", {})
    fits = {epoch: fit(after(epoch), reported, died) for epoch in range(1, longest + 1)}
    most = max(found["numbers"] for found in fits.values())
    complete = [epoch for epoch, found in fits.items() if found["numbers"] == most]
    best = min(
        [e for e in complete if e < longest] or complete, key=lambda epoch: fits[epoch]["distance"]
    )
    rows = [
        {"rival": "stated", "epoch": longest, **fits[longest]},
        {"rival": "epochs", "epoch": best, **fits[best]},
        *(
            {"rival": name, **fit(errors, reported, died)}
            for name, errors in others.items()
            if errors
        ),
    ]
    for name, changed in variants.items():
        if not changed:  # none of its runs is finished
            continue
        stated = {f"stated_{key}": one for key, one in fit(unchanged[name], reported).items()}
        own = fit(changed, reported, black.get(name))
        rows.append({"rival": "variant", "variant": name, **own, **stated})
    for row in rows:
        row["failed"] = failed[row.get("variant", "stated")]
    return pd.DataFrame(rows, columns=columns)


def epochs_met(
    curves: Mapping[str, Sequence[np.ndarray]], reported: Mapping[str, float]
) -> pd.DataFrame:
    """Tell after which epoch each reported number is met for the first time.

    Parameters
    ----------
    curves : mapping
        Experiment → average relative error of the first ten images after each epoch, a curve a run.
    reported : mapping
        Experiment → the reported number.

    Returns
    -------
    DataFrame
        ``experiment``, ``reported``, ``runs``, ``met`` (runs whose error comes down to the number),
        and of these the ``first``, ``median`` and ``last`` epoch at which it does.
    """
    rows = []
    for name, number in reported.items():
        epochs = [
            int(np.argmax(curve <= number)) + 1
            for curve in curves.get(name, ())
            if (curve <= number).any()
        ]
        rows.append(
            {
                "experiment": name,
                "reported": number,
                "runs": len(curves.get(name, ())),
                "met": len(epochs),
                "first": min(epochs, default=np.nan),
                "median": np.median(epochs) if epochs else np.nan,
                "last": max(epochs, default=np.nan),
            }
        )
    columns = ["experiment", "reported", "runs", "met", "first", "median", "last"]
    return pd.DataFrame(rows, columns=columns)


# The explanations that evaluate the same runs otherwise: their names in the page's texts, and how
# a run's error is read.
SAME_RUNS = ("checkpoint", "other_noise", "slip")
ERROR = "relative_error_first10"
Errors = dict[str, list[float]]


def _curve(inputs: Inputs, experiment: str, seed: int) -> np.ndarray:
    return read_csv(inputs.folder(experiment, seed) / "epochs.csv")[ERROR].to_numpy()


def _told(inputs: Inputs, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs of the write-up's experiments that completed and have epochs."""
    own = completed(runs).dropna(subset=["epochs"])
    return own[own["experiment"].isin(inputs.facets["writeup"])]


def _curves(inputs: Inputs, runs: pd.DataFrame) -> dict[str, list[np.ndarray]]:
    curves = defaultdict(list)
    for run in runs.itertuples():
        curves[run.experiment].append(_curve(inputs, run.experiment, run.seed))
    return curves


def _same_runs(inputs: Inputs, runs: pd.DataFrame) -> dict[str, Errors]:
    """Evaluate each run in the other ways of `SAME_RUNS`."""
    others = {name: defaultdict(list) for name in SAME_RUNS}
    for run in runs.itertuples():
        where = (run.experiment, run.seed)
        metrics = inputs.json(*where, "metrics.json")
        val_loss = read_csv(inputs.folder(*where) / "history.csv")["val_loss"]
        found = {
            "other_noise": metrics["relative_error_other_noise"],
            "slip": metrics["slip"],
        }
        if len(val_loss) >= CHECKPOINT_EVERY:
            found["checkpoint"] = _curve(inputs, *where)[best_checkpoint(val_loss) - 1]
        for name, error in found.items():
            others[name][run.experiment].append(error)
    return others


def rivals(inputs: Inputs) -> pd.DataFrame:
    """Make ``rivals.csv``."""
    every, reported = inputs.runs, inputs.facets["writeup"]
    changes = {name: variant["pairs"] for name, variant in inputs.facets["variants"].items()}
    errors = completed(every).set_index(["experiment", "seed"])[ERROR]
    ended = every[every["status"] == DEAD].groupby("experiment")["seed"].apply(list).to_dict()
    black = {"stated": {name: len(ended.get(name, ())) for name in reported}}
    variants, unchanged = defaultdict(dict), defaultdict(dict)
    for name, pairs in changes.items():
        for changed, base in pairs.items():
            alive = errors[changed] if changed in errors else errors[:0].droplevel(0)
            seeds = [*alive.index, *ended.get(changed, ())]
            if seeds and base in errors and base in reported:
                variants[name][base] = alive.tolist()
                black.setdefault(name, {})[base] = len(seeds) - len(alive)
                unchanged[name][base] = errors[base].reindex(seeds).dropna()
    lost = every.drop(completed(every).index).groupby("experiment").size()
    failed = {
        name: lost.reindex(list(own)).sum() for name, own in {"stated": reported, **changes}.items()
    }
    told = _told(inputs, every)
    curves, others = _curves(inputs, told), _same_runs(inputs, told)
    return rivals_table(curves, others, reported, variants, unchanged, failed, black)


def met(inputs: Inputs) -> pd.DataFrame:
    """Make ``epochs_met.csv``."""
    told = _told(inputs, inputs.runs)
    return epochs_met(_curves(inputs, told), inputs.facets["writeup"])
