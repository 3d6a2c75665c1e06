"""Where the time of a rebuild goes, from the files of Snakemake's ``benchmark:``."""

from pathlib import Path

import pandas as pd

EPOCHS = "epochs"


def latest(results: Path) -> Path:
    """Return the folder of results, this one or one in it, in which a job ended last."""
    ended = (
        (path.stat().st_mtime, folder)
        for folder in (results, *results.glob("*/"))
        for path in (folder / "benchmarks").rglob("*.tsv")
    )
    return max(ended, default=(0, results))[1]


def job_seconds(results: Path) -> pd.DataFrame:
    """List a rebuild's jobs.

    Every job keeps one core busy, so that its seconds are core-seconds. Those of a training are
    split into its epochs (from its history, which a restart keeps) and all around them.

    Parameters
    ----------
    results : Path
        A folder of results.

    Returns
    -------
    DataFrame
        A row a job: ``stage``, ``seconds``, ``memory`` (peak, MB). A training has two rows.
    """
    root = results / "benchmarks"
    rows = []
    for path in sorted(root.rglob("*.tsv")):
        stage = path.relative_to(root).parts[0].removesuffix(".tsv")
        job = pd.read_csv(path, sep="\t").iloc[0]
        seconds, memory = float(job["s"]), float(job["max_rss"])
        if stage == "train":
            history = results / "runs" / path.parent.name / path.stem / "history.csv"
            epochs = float(pd.read_csv(history)["seconds"].sum()) if history.exists() else 0.0
            rows.append((EPOCHS, epochs, memory))
            stage, seconds = "train: all around the epochs", max(seconds - epochs, 0.0)
        rows.append((stage, seconds, memory))
    return pd.DataFrame(rows, columns=["stage", "seconds", "memory"])


def time_budget(jobs: pd.DataFrame) -> pd.DataFrame:
    """Sum the jobs up by stage, the longest first.

    Returns
    -------
    DataFrame
        Index ``stage``; ``jobs``, ``seconds``, ``share`` of all seconds, ``memory`` (the largest
        job's, MB).
    """
    table = jobs.groupby("stage").agg(
        jobs=("seconds", "size"), seconds=("seconds", "sum"), memory=("memory", "max")
    )
    table.insert(2, "share", table["seconds"] / table["seconds"].sum())
    return table.sort_values("seconds", ascending=False)
