"""The view of a running rebuild: which runs train, at which epoch, with which loss, until when."""

import csv
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

TRAIN_RULE = "train"
MOST_LINES = 20  # of trainings: a cluster has hundreds at once


@dataclass(frozen=True)
class Training:
    """A training run as its files show it."""

    name: str
    epoch: int
    epochs: int
    loss: float | None
    val_loss: float | None
    epoch_seconds: float | None

    @property
    def seconds_left(self) -> float | None:
        """Time until its last epoch; None before the first is done."""
        if self.epoch_seconds is None:
            return None
        return (self.epochs - self.epoch) * self.epoch_seconds


def stamp(folder: Path) -> int | None:
    """Tell one training's ``config.json`` from another's; None where there is none."""
    try:
        return (folder / "config.json").stat().st_mtime_ns
    except OSError:
        return None


def read_training(name: str, folder: Path, before: int | None = None) -> Training:
    """Read where a run stands from its ``config.json`` and its growing ``history.csv``.

    Those that bear the `stamp` from before it began are of a training that it replaces.
    """
    if before is not None and stamp(folder) == before:
        return Training(name, 0, 0, None, None, None)
    try:
        epochs = json.loads((folder / "config.json").read_text())["training"]["epochs"]
        with (folder / "history.csv").open() as file:
            rows = [row for row in csv.DictReader(file) if row["seconds"]]
    except (OSError, ValueError, KeyError):  # not there yet, or being written
        return Training(name, 0, 0, None, None, None)
    if not rows:
        return Training(name, 0, epochs, None, None, None)
    last = rows[-1]
    mean = sum(float(row["seconds"]) for row in rows) / len(rows)
    return Training(name, len(rows), epochs, float(last["loss"]), float(last["val_loss"]), mean)


@dataclass
class Rebuild:
    """What Snakemake has said of a rebuild so far."""

    runs: int  # trainings that it holds
    started: float = field(default_factory=time.monotonic)
    done: int = 0  # trainings
    jobs_done: int = 0
    jobs: int = 0
    # by job id: name, folder, and the stamp of what stands there before
    training: dict[int, tuple[str, Path, int | None]] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)
    parallel: int = 1
    # run → core seconds that were estimated before, of all that may be trained
    expected: dict[str, float] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _failed: set[str] = field(default_factory=set)
    _pace: float | None = None  # seconds that a training takes for each that was expected

    def job_started(
        self, job: int, rule: str, wildcards: dict[str, str], output: list[str]
    ) -> None:
        """Take note of a job."""
        name = " ".join([rule, *wildcards.values()])
        if rule == TRAIN_RULE:
            name = f"{wildcards['experiment']} seed {wildcards['seed']}"
            folder = Path(output[0]).parent
            self.training[job] = (name, folder, stamp(folder))
            self._begun.add(name)
            self._failed.discard(name)  # where a cluster's jobs are sent again
            self.parallel = max(self.parallel, len(self.training))
        else:
            self.others[job] = name

    def job_ended(self, job: int) -> None:
        """Take note of a job's good end."""
        if self.training.pop(job, None):
            self.done += 1
        self.others.pop(job, None)

    def job_failed(self, job: int) -> None:
        """Take note of a job that failed."""
        if training := self.training.pop(job, None):
            self._failed.add(training[0])
        self.others.pop(job, None)

    @property
    def failed(self) -> int:
        """Trainings that failed and were not begun again."""
        return len(self._failed)

    def trainings(self) -> list[Training]:
        """Read where each training run stands."""
        found = [read_training(*one) for one in self.training.values()]
        for one in found:
            if one.epoch_seconds is not None:
                self._pace = one.epochs * one.epoch_seconds / self._expected(one.name)
        return found

    def _expected(self, name: str) -> float:
        """Return the estimate of a run; of an unknown one that of the others, or one."""
        known = self.expected.values()
        return self.expected.get(name) or (sum(known) / len(known) if known else 1.0)

    def waiting(self, trainings: list[Training]) -> int:
        """Count the runs whose training has not begun."""
        return max(self.runs - self.done - self.failed - len(trainings), 0)

    def seconds_left(self, trainings: list[Training]) -> float | None:
        """Time until the last training ends; None before the first epoch of all."""
        if self._pace is None:
            return None
        left = [
            self._pace * self._expected(one.name) if one.seconds_left is None else one.seconds_left
            for one in trainings
        ]
        others = [own for name, own in self.expected.items() if name not in self._begun]
        mean = sum(others) / len(others) if others else self._expected("")
        waiting = self._pace * mean * self.waiting(trainings)
        # At best the cores share what is left evenly; at least the longest run must end.
        return max([*left, (sum(left) + waiting) / self.parallel])


def announced(expected: Mapping[str, float], cores: int) -> str:
    """Say beforehand what is to be trained, and about how long that takes."""
    longest = max([max(expected.values()), sum(expected.values()) / cores])
    runs = "1 run is" if len(expected) == 1 else f"{len(expected)} runs are"
    on = "1 core" if cores == 1 else f"{cores} cores"
    return f"{runs} not trained yet: all of that takes about {clock(longest)} on {on}"


def clock(seconds: float | None) -> str:
    """Write a time left: 12 s, 4 min, 1 h 05 min."""
    if seconds is None:
        return "…"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def headline(rebuild: Rebuild, trainings: list[Training]) -> str:
    """One line for the whole rebuild."""
    waiting = rebuild.waiting(trainings)
    parts = [f"{rebuild.jobs_done}/{rebuild.jobs} jobs"]
    if rebuild.runs:
        failed = f", {rebuild.failed} failed" if rebuild.failed else ""
        parts.append(
            f"runs: {rebuild.done} done, {len(trainings)} training, {waiting} waiting{failed}"
        )
    if trainings or waiting:
        parts.append(f"{clock(rebuild.seconds_left(trainings))} left")
    return " · ".join(parts)


def training_line(training: Training) -> str:
    """One line for a training run."""
    if training.epoch == 0:
        return f"{training.name}: starting"
    return (
        f"{training.name}: epoch {training.epoch}/{training.epochs}, loss {training.loss:.4f}, "
        f"val_loss {training.val_loss:.4f}, {clock(training.seconds_left)} left"
    )


def first_of(trainings: list[Training]) -> tuple[list[Training], str]:
    """Choose what is shown: those that train before those that wait; and say how many are not."""
    shown = sorted(trainings, key=lambda one: one.epoch == 0)[:MOST_LINES]
    more = len(trainings) - len(shown)
    return shown, f"and {more} more, training or queued" if more else ""


def plain(rebuild: Rebuild) -> str:
    """Write the rebuild on one line."""
    trainings = rebuild.trainings()
    shown, more = first_of(trainings)
    parts = [headline(rebuild, trainings), *map(training_line, shown), more]
    return " | ".join(filter(None, parts))


def render(rebuild: Rebuild) -> RenderableType:
    """Draw the rebuild for a terminal, 80 columns or wider."""
    trainings = rebuild.trainings()
    elapsed = clock(time.monotonic() - rebuild.started)
    parts: list[RenderableType] = [
        Text(f"{headline(rebuild, trainings)} ({elapsed} so far)", style="bold cyan", no_wrap=True)
    ]
    shown, more = first_of(trainings)
    if shown:
        parts.append(_table(shown))
    if more:
        parts.append(Text(more, style="dim"))
    if rebuild.others:
        parts.append(Text(f"now: {', '.join(rebuild.others.values())}", style="dim", no_wrap=True))
    return Group(*parts)


def _table(trainings: list[Training]) -> Table:
    def number(value: float | None) -> str:
        return "…" if value is None else f"{value:.4f}"

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("training", style="bold", no_wrap=True)
    table.add_column("epoch", no_wrap=True, justify="right")
    table.add_column("", width=10)
    for name in ("loss", "val_loss", "left"):
        table.add_column(name, no_wrap=True, justify="right")
    for one in trainings:
        table.add_row(
            one.name,
            f"{one.epoch}/{one.epochs or '…'}",
            ProgressBar(one.epochs or 1, one.epoch),
            number(one.loss),
            number(one.val_loss),
            clock(one.seconds_left),
        )
    return table
