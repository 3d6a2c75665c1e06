"""What was predicted of runs before they were made, held against them.

``python -m denoising.evidence.confirm docs/tables/runs.csv baseline …`` prints what stands in
``config/criteria.yaml``: all that is predicted, from old runs alone. It is committed before the
first of the new ones; the tables here read it and nothing else of the old.
"""

import argparse
import datetime
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML
from scipy import stats

from denoising.declare import Inputs
from denoising.errors import run_program
from denoising.evidence.forms import Corrected, corrected, known
from denoising.evidence.statistics import CONFIDENCE, share_interval, sign_p
from denoising.files import read_csv
from denoising.measures.status import DIVERGED

CONFIRMED = "confirm-"  # and the experiment whose old runs predict it
RUN_COLUMNS = [
    "experiment", "seed", "positions", "dead_positions", "predicted", "low", "high",
    "relative_error", "inside", "residual", "predicted_dead", "brier", "brier_base", "log_score",
    "log_score_base",
]  # fmt: skip
COLUMNS = [
    "experiment", "runs", "inside", "share", "low", "high", "nominal", "residual", "largest",
    "brier", "brier_base", "log_score", "log_score_base", "nearer", "nearer_low", "nearer_high",
    "p", "dead_mean", "dead_predicted", "confirmed",
]  # fmt: skip
ALL = "all"
Scores = dict[str, float]
HEAD = """\
# What is predicted of the runs of `{confirmed}…`, fixed on {date}, before the first was made,
# from the old runs alone: {source}, SHA-256 {digest}.
# Written by: python -m denoising.evidence.confirm {source} {experiments}
# How it is judged: docs/criteria-2026-11.md. Do not edit.
"""


def criterion(runs: pd.DataFrame, residual: float) -> dict[str, Any]:
    """Predict runs of an experiment from old ones.

    Parameters
    ----------
    runs : DataFrame
        From `known`, of one experiment.
    residual : float
        Standard deviation of what is left when each run's own e₀ is known.

    Returns
    -------
    dict
        ``runs`` and ``positions``; the law, corrected, for one e₀ (``live_error``, ``weighting``,
        ``own``, ``shared``), the standard deviation of e₀ (``spread``) and ``residual``, and
        ``reach``, Student's quantile for one more run. Of positions: the share that ends dead
        (``base``), of those dead after the first epoch (``stays``), and of the others (``dies``).
    """
    law, live, count = corrected(runs), runs["live_error"], len(runs)
    first, positions = runs["dead_after_first_epoch"].sum(), runs["positions"].sum()
    dead, died = runs["dead_positions"].sum(), runs["died_later"].sum()
    return {
        "runs": count,
        "positions": int(runs["positions"].iloc[0]),
        "live_error": float(live.median()),
        "weighting": law.mean_square / float(live.median()) ** 2,
        "own": law.own,
        "shared": law.shared,
        "spread": float(live.std()),
        "residual": residual,
        "reach": float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1) * np.sqrt(1 + 1 / count)),
        "base": _share(dead, positions),
        "stays": _share(first - runs["revived"].sum(), first),
        "dies": _share(died, positions - first),
    }


def _share(count: float, total: float) -> float:
    """Estimate a probability as Krichevsky and Trofimov do: never 0 or 1."""
    return float((count + 0.5) / (total + 1))


def criteria(runs: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Predict runs of each experiment of `known` runs: its name → `criterion`."""
    groups = dict(list(runs.groupby("experiment", sort=False)))
    left = np.concatenate([_own_residuals(own) for own in groups.values()])
    residual = float(np.sqrt(np.square(left).mean()))
    return {name: criterion(own, residual) for name, own in groups.items()}


def _own_residuals(runs: pd.DataFrame) -> np.ndarray:
    """Errors minus the corrected law's for each run's own e₀."""
    law = corrected(runs)
    weighting = law.mean_square / runs["live_error"].median() ** 2
    share = runs["share"].to_numpy()
    each = (
        Corrected(weighting * live**2, law.own, law.shared)(np.array([one]))[0]
        for live, one in zip(runs["live_error"], share, strict=True)
    )
    return runs["relative_error"].to_numpy() - np.fromiter(each, float, len(runs))


def interval(about: Mapping[str, Any], dead: float) -> tuple[float, float, float]:
    """Predict the error of a run with so many dead positions, and the ends of its 95 %.

    Parameters
    ----------
    about : mapping
        A `criterion`.
    dead : float
        k.
    """
    share, square = dead / about["positions"], about["weighting"] * about["live_error"] ** 2
    error = float(Corrected(square, about["own"], about["shared"])(np.array([share]))[0])
    # what e₀ varies by, as far as living positions make the error
    moved = (1 - share) * np.sqrt(square * about["weighting"]) / error * about["spread"]
    half = about["reach"] * np.hypot(moved, about["residual"])
    return error, error - half, error + half


def scores(first: int, revived: int, died: int, count: int, about: Mapping[str, Any]) -> Scores:
    """Score a run's positions: how well it was said of each whether it ends dead.

    Returns
    -------
    dict
        Means over the positions: ``brier`` (squared distance of the probability; 0 is best) and
        ``log_score`` (minus the logarithm of the probability of what came) when it is known which
        are dead after the first epoch, and with the base rate alone (``_base``); and
        ``predicted_dead``, the expected number.
    """
    groups = (  # positions that ended dead and alive, and what they were given
        (first - revived, revived, about["stays"]),
        (died, count - first - died, about["dies"]),
    )
    dead = first - revived + died
    base = ((dead, count - dead, about["base"]),)
    found = {
        f"{name}{end}": sum(a * score(p, 1) + b * score(p, 0) for a, b, p in parts) / count
        for name, score in (("brier", _brier), ("log_score", _log_score))
        for end, parts in (("", groups), ("_base", base))
    }
    expected = first * about["stays"] + (count - first) * about["dies"]
    return {**found, "predicted_dead": expected}


def _brier(probability: float, came: int) -> float:
    return (probability - came) ** 2


def _log_score(probability: float, came: int) -> float:
    return -float(np.log(probability if came else 1 - probability))


def runs_table(runs: pd.DataFrame, criteria: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Hold each new run against what was predicted of it; one that diverged has no k.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    criteria : mapping
        Experiment → its `criterion`.

    Returns
    -------
    DataFrame
        ``experiment``, ``seed``, ``positions``, ``dead_positions``; what the law gave for that k
        from the old runs (``predicted``, ``low``, ``high``), ``relative_error``, whether it is
        ``inside``, and ``residual``, measured − predicted; what `scores` returns.
    """
    rows = []
    told = runs[runs["experiment"].isin(criteria) & (runs["status"] != DIVERGED)]
    for run in told.dropna(subset=["dead_positions"]).itertuples():
        about = criteria[run.experiment]
        predicted, low, high = interval(about, run.dead_positions)
        rows.append(
            {
                "experiment": run.experiment,
                "seed": run.seed,
                "positions": run.positions,
                "dead_positions": run.dead_positions,
                "predicted": predicted,
                "low": low,
                "high": high,
                "relative_error": run.relative_error,
                "inside": low <= run.relative_error <= high,
                "residual": run.relative_error - predicted,
                **scores(
                    run.dead_after_first_epoch, run.revived, run.died_later, run.positions, about
                ),
            }
        )
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


def confirmed_table(table: pd.DataFrame) -> pd.DataFrame:
    """Say of each experiment, and of all, whether the predictions held.

    Parameters
    ----------
    table : DataFrame
        From `runs_table`.

    Returns
    -------
    DataFrame
        ``experiment``, ``runs``; how many lie ``inside`` their interval, their ``share`` with its
        exact 95 % interval (``low``, ``high``), and the ``nominal`` one; median ``residual`` and
        the ``largest``; mean scores; in which share of the runs the first epoch tells more than the
        base rate (``nearer``: the smaller Brier score) with its interval, and ``p`` of that (sign
        test); mean numbers of dead positions, found and predicted. ``confirmed``: whether the
        nominal share is not refuted (it lies below ``high``).
    """
    parts = [*table.groupby("experiment", sort=False), (ALL, table)] if len(table) else []
    rows = []
    for name, own in parts:
        share = share_interval(own["inside"].sum(), len(own))
        apart = own["brier"] - own["brier_base"]
        nearer = share_interval((apart < 0).sum(), len(own))
        rows.append(
            {
                "experiment": name,
                "runs": len(own),
                "inside": int(own["inside"].sum()),
                "share": own["inside"].mean(),
                "low": share.low,
                "high": share.high,
                "nominal": CONFIDENCE,
                "residual": own["residual"].median(),
                "largest": own["residual"].abs().max(),
                **own[["brier", "brier_base", "log_score", "log_score_base"]].mean(),
                "nearer": (apart < 0).mean(),
                "nearer_low": nearer.low,
                "nearer_high": nearer.high,
                "p": sign_p(apart),
                "dead_mean": own["dead_positions"].mean(),
                "dead_predicted": own["predicted_dead"].mean(),
                "confirmed": bool(share.high >= CONFIDENCE),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def confirmed_runs(inputs: Inputs) -> pd.DataFrame:
    """Make ``confirmed_runs.csv``."""
    return runs_table(inputs.runs, inputs.facets["criteria"])


def confirmed(inputs: Inputs) -> pd.DataFrame:
    """Make ``confirmed.csv``."""
    return confirmed_table(inputs.table("confirmed_runs"))


def _plain(value: Any) -> Any:
    """Write numbers with six digits."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


def written(source: Path, experiments: list[str], date: datetime.date) -> Iterator[str]:
    """Write ``config/criteria.yaml`` from the old runs of these experiments."""
    found = criteria(known(read_csv(source), experiments))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    yield HEAD.format(
        confirmed=CONFIRMED, date=date, source=source, digest=digest,
        experiments=" ".join(experiments),
    )  # fmt: skip
    content = {f"{CONFIRMED}{name}": {"of": name, **_plain(found[name])} for name in experiments}
    text = io.StringIO()
    YAML().dump({"date": str(date), "experiments": content}, text)
    yield text.getvalue()


def main() -> None:
    """Print the criteria."""
    parser = argparse.ArgumentParser(
        prog="python -m denoising.evidence.confirm", description=__doc__.splitlines()[0]
    )
    parser.add_argument("runs", type=Path, help="runs.csv of the old runs")
    parser.add_argument("experiments", nargs="+", help="whose new runs are predicted")
    arguments = parser.parse_args()
    today = datetime.date.today()
    print("".join(written(arguments.runs, arguments.experiments, today)), end="")


if __name__ == "__main__":
    run_program(main)
