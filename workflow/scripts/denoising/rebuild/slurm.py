"""What a Slurm cluster says of jobs: those that nobody waits for, and why one has ended."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

USED = Path(".snakemake/slurm_logs")  # is there where jobs were ever sent from
COMMENT = "rule_"  # how the plugin's comment of a job begins
LIST = ("squeue", "--me", "--noheader", "--format=%i|%k|%Z")
ANSWERS = 60  # seconds
ENDS = 120  # seconds that a job may take to end when it is cancelled
ENDED = re.compile(  # by a person or over its time; over its memory as polled, and for the kernel
    r"^slurmstepd[\w.-]*: error: (?:\*\*\* (?P<job>JOB .*?) \*\*\*"
    r"|(?P<memory>\S+ exceeded memory limit .*?),|(?P<kernel>Detected \d+ oom.kill event.*?)\.)",
    re.MULTILINE,
)


def why_ended(logs: Iterable[Path]) -> str:
    """Tell why Slurm ended a job, in its own words; empty if the job ended by itself.

    Parameters
    ----------
    logs : iterable of Path
        What Slurm wrote of the job.
    """
    texts = [path.read_text(errors="replace") for path in logs if path.is_file()]
    words = (found[found.lastgroup] for text in texts for found in ENDED.finditer(text))
    return next(words, "")


def left_behind(folder: Path) -> list[str]:
    """List the queued and running jobs that were sent from a folder.

    Parameters
    ----------
    folder : Path
        Where Snakemake ran. The answer is empty without ``squeue``, or where it gives none.

    Returns
    -------
    list of str
        Their numbers, without that of the job that this process itself is in.
    """
    if not (folder / USED).exists() or not shutil.which(LIST[0]):
        return []
    try:
        done = subprocess.run(LIST, capture_output=True, text=True, check=True, timeout=ANSWERS)
    except (subprocess.SubprocessError, OSError):
        return []
    jobs = [line.split("|", 2) for line in done.stdout.splitlines() if line.count("|") > 1]
    return [
        number
        for number, comment, sent_from in jobs
        if comment.startswith(COMMENT)
        and os.path.realpath(sent_from) == os.path.realpath(folder)
        and number != os.environ.get("SLURM_JOB_ID")
    ]


def cancel_left_behind(folder: Path) -> str:
    """Cancel them, and wait for their end.

    They would train again what the next Snakemake trains, or has finished.

    Returns
    -------
    str
        What was done, in one line; empty if there was none.
    """
    if not (jobs := left_behind(folder)):
        return ""
    subprocess.run(["scancel", *jobs], check=False, timeout=ANSWERS, capture_output=True)
    end = time.monotonic() + ENDS
    while (still := left_behind(folder)) and time.monotonic() < end:
        time.sleep(1)
    many = f"{len(jobs)} job{'s' if len(jobs) > 1 else ''}"
    if still:
        return f"note: {many} of an earlier Snakemake do not end: scancel {' '.join(still)}"
    return f"note: {many} of an earlier Snakemake cancelled; trainings go on from their last epoch"
