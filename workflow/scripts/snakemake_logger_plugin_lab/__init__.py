"""Snakemake logger plugin ``lab``: shows a rebuild as `denoising.progress` draws it.

Snakemake finds it by its module name where the project is installed (``logger: lab`` in the
profile): then it is the first of the project that is asked, before the presets are read. Elsewhere
the Snakefile attaches it. Before and beside the execution (dry runs, errors, warnings) it prints
what Snakemake itself would print.
"""

import re
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from logging import WARNING, LogRecord
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import Queue

from rich.console import Console
from rich.live import Live
from snakemake.logging import (
    ColorizingTextHandler,
    DefaultFilter,
    DefaultFormatter,
    LoggerManager,
)
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from denoising.config.read import ConfigError, printable, read_config
from denoising.rebuild.progress import Rebuild, clock, plain, render
from denoising.rebuild.slurm import why_ended

REFRESHES_PER_SECOND = 1
PLAIN_SECONDS = 30  # between two lines where there is no terminal
TEMPLATE = "__use_yte__"
KEY_AND_VALUE = re.compile(r"[A-Za-z_]\w*=.")
REPORT_RULE = "render_report"
TENSORFLOW_CHATTER = re.compile(r"[IWE]0000 |WARNING: All log messages before absl")
# Locks of a dead Snakemake are cleared at the start: what is locked is at work.
AT_WORK = (
    "error: another rebuild is at work in this folder; wait until it ends, or look at what is"
    " finished: make so-far"
)
NO_WORD = "it left no word: killed by a signal, perhaps for want of memory"
CHATTER = {LogEvent.WORKFLOW_STARTED, LogEvent.RESOURCES_INFO}  # shown with --verbose


def refuse_presets(arguments: Sequence[str]) -> None:
    """End with a line a mistake if a preset or `--config` cannot be read.

    Snakemake's own reader, which is next, takes seconds or dies of some, and runs the expressions
    of templates.
    """
    parser = ArgumentParser(add_help=False)  # Snakemake's own takes a second
    many = {"action": "extend", "default": []}
    parser.add_argument("--configfile", "--configfiles", nargs="+", type=Path, **many)
    parser.add_argument("--config", nargs="*", **many)
    asked, _ = parser.parse_known_args(arguments)
    lines = [
        f"--config: '{printable(entry)}': must be key=value"
        for entry in asked.config
        if not KEY_AND_VALUE.match(entry)
    ]
    for path in asked.configfile:
        try:
            if TEMPLATE in read_config(path):
                lines.append(f"{path}: {TEMPLATE}: a preset is no template; leave it out")
        except ConfigError as error:
            lines += error.lines
    if lines:
        sys.exit("\n".join(["error: the configuration cannot be read:", *lines]))


def attach(manager: LoggerManager) -> None:
    """Show the rebuild from here on, unless another view (``--logger``) is wanted.

    The Snakefile calls it: the option finds only what is installed, and this project need not be.
    """
    if manager.plugin_handlers or manager.settings.skip_plugin_handlers:
        return
    for handler in list(manager.logger.handlers):
        if isinstance(handler, ColorizingTextHandler):
            manager.logger.removeHandler(handler)
    events: Queue[LogRecord] = Queue()
    view = LogHandler(manager.settings, None)
    manager.plugin_handlers = [view]
    manager.queue_listener = QueueListener(events, view)
    manager.queue_listener.start()
    manager.logger.addHandler(QueueHandler(events))


def written(log: Path) -> int:
    """Return when a file was last written, in nanoseconds; 0 if it is not there."""
    return log.stat().st_mtime_ns if log.exists() else 0


class LogHandler(LogHandlerBase):
    """Turns Snakemake's events into the view."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        refuse_presets(sys.argv[1:])
        settings = self.common_settings
        stream = sys.stdout if settings.stdout else sys.stderr
        self.default = ColorizingTextHandler(nocolor=settings.nocolor, stream=stream)
        self.default.addFilter(
            DefaultFilter(
                settings.quiet,
                settings.debug_dag,
                settings.verbose,
                settings.dryrun,
                settings.printshellcmds,
            )
        )
        self.default.setFormatter(DefaultFormatter(settings.quiet, settings.show_failed_logs))
        self.console = Console(file=stream, highlight=False)
        self.rebuild: Rebuild | None = None
        self.live: Live | None = None
        self.ended = threading.Event()
        self.expected: dict[str, float] = {}
        self.report: str | None = None
        self.report_jobs: dict[int, str] = {}
        self.earlier: dict[str, int] = {}  # logs that stood there before a job → their times
        self.interrupted = False
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, *_: object) -> None:
        """Remember Ctrl-C: what it ends is no error to report."""
        self.interrupted = True
        raise KeyboardInterrupt

    def emit(self, record: LogRecord) -> None:
        """Show one event."""
        event = getattr(record, "event", None)
        self.expected = getattr(record, "expected", self.expected)
        if event in CHATTER and not self.common_settings.verbose:
            return
        if event == LogEvent.RUN_INFO and not self.common_settings.dryrun and not self.rebuild:
            self._start(record.stats)
        elif event == LogEvent.ERROR and record.exception == "LockException":
            self.console.print(AT_WORK, style="bold red", soft_wrap=True)
        elif not self.rebuild:
            self.default.handle(record)
        elif event == LogEvent.JOB_INFO:
            self.earlier |= {str(log): written(Path(log)) for log in record.log or ()}
            wildcards = {k: str(v) for k, v in (record.wildcards or {}).items()}
            if record.rule_name != "all":
                self.rebuild.job_started(record.jobid, record.rule_name, wildcards, record.output)
            if record.rule_name == REPORT_RULE:
                self.report_jobs[record.jobid] = record.output[0]
        elif event == LogEvent.JOB_FINISHED:
            self.rebuild.job_ended(record.job_id)
            self.report = self.report_jobs.get(record.job_id, self.report)
        elif event == LogEvent.PROGRESS:
            self.rebuild.jobs_done, self.rebuild.jobs = record.done, record.total
        elif self.interrupted:
            pass
        elif event == LogEvent.GROUP_ERROR:  # Snakemake names its jobs next
            self._print_end(map(Path, record.aux_logs))
        elif event == LogEvent.JOB_ERROR:
            self.rebuild.job_failed(record.jobid)
            self._print_error(record)
        elif event == LogEvent.ERROR and record.exception == "RuleException":
            pass  # the JOB_ERROR that comes with it says more in fewer words
        elif record.levelno >= WARNING and record.getMessage() not in ("", "None"):
            self.console.print(record.getMessage(), markup=False, soft_wrap=True)

    def _start(self, stats: dict[str, int]) -> None:
        self.rebuild = Rebuild(
            runs=stats.get("train", 0), jobs=stats["total"], expected=self.expected
        )
        if self.console.is_terminal:
            self.live = Live(
                console=self.console,
                get_renderable=lambda: render(self.rebuild),
                refresh_per_second=REFRESHES_PER_SECOND,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self.live.start()
        else:
            self.console.print(plain(self.rebuild), markup=False, soft_wrap=True)
            threading.Thread(target=self._print_lines, daemon=True).start()

    def _print_lines(self) -> None:
        while not self.ended.wait(PLAIN_SECONDS):
            self.console.print(plain(self.rebuild), markup=False, soft_wrap=True)

    def _print_end(self, logs: Iterable[Path]) -> None:
        """Print why a cluster ended a job, if it did and these logs of it say so."""
        if why := why_ended(logs):
            self.console.print(f"the cluster: {why}", markup=False, style="bold", soft_wrap=True)

    def _print_error(self, record: LogRecord) -> None:
        named = [Path(log) for log in record.log]
        logs = [log for log in named if not log.is_absolute()]  # the others are a cluster's
        if record.indent and all(written(log) == self.earlier.get(str(log), 0) for log in logs):
            return  # one of a group, that was not its turn yet
        lines = [
            line
            for log in logs
            if log.exists()
            for line in log.read_text(errors="replace").splitlines()
            if not TENSORFLOW_CHATTER.match(line)
        ]
        text = "\n".join(lines).strip()
        where = ", ".join(map(str, logs)) or "no log"
        title = f"{record.rule_name} failed: {', '.join(record.output)} (log: {where})"
        self.console.print(title, markup=False, style="bold red", soft_wrap=True)
        self._print_end(log for log in named if log.is_absolute())
        self.console.print(text or NO_WORD, markup=False, soft_wrap=True)

    def close(self) -> None:
        """End the view with one line."""
        if self.rebuild and not self.ended.is_set():
            self.ended.set()
            if self.live:
                self.live.stop()
            done, jobs = self.rebuild.jobs_done, self.rebuild.jobs
            spent = clock(time.monotonic() - self.rebuild.started)
            end = f"{done} of {jobs} jobs done in {spent}"
            if done < jobs:
                end += "; the same command goes on from here, trainings from their last epoch"
            self.console.print(end, style="bold", soft_wrap=True)
            if self.report:
                self.console.print(f"report: {self.report}", markup=False, soft_wrap=True)
        super().close()
