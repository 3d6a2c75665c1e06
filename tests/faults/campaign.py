"""Let each change of files fail, one after the other, and see that nothing wrong passes for good.

    python tests/faults/campaign.py [--only train …] [--every 1] [--whole 12]

For every program and every kind of fault (no space, I/O error, quota, killed before, killed in the
middle), the n-th open, write, rename, fsync, unlink or mkdir under results/ fails, n = 1, 2, … until
the program ends without a fault. After each: an error is one line and the exit status not 0; what
passes for good is what an undisturbed rebuild leaves; the program run again leaves just that.
`--whole` whole rebuilds are then hit at a random change each, and run again.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"
sys.path.insert(0, str(SCRIPTS))  # this checkout's library, wherever the environment's is
RESULTS = Path("results/faults")
ALL = [str(RESULTS / "archive.tar.xz"), "all"]
PRESET = ["--configfile", "faults.yaml"]
SECONDS = {
    "history.csv": "seconds",
    "runs.csv": "train_seconds|fit_seconds|denoise_seconds|cost_seconds",
}
ABOUT_TIMES = ("cost.json", "environment.json")
PASSING = ("logs", "benchmarks", "checkpoints", ".restoring")


class Job(NamedTuple):
    """A program as the workflow calls it, and what is taken away before."""

    name: str
    arguments: list[str]
    without: list[Path]  # files and folders; of a run made by other code, see `outdated`
    outdated: Path | None = None


# --- an undisturbed rebuild ---


def made(folder: Path, targets: list[str]) -> Path:
    """Rebuild the smallest study in a copy of the checkout."""
    from conftest import copy_checkout

    project = copy_checkout(folder / "golden")
    shutil.copy(Path(__file__).with_name("faults.yaml"), project.folder / "faults.yaml")
    sums = {}
    (project.folder / "mini").mkdir()
    random_ = np.random.default_rng(0)
    y, x = np.mgrid[:28, :28]
    for part, count in (("train", 40), ("test", 30)):
        at = random_.uniform(8, 20, (2, count, 1, 1))
        spots = 255 * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / 30)
        for kind, array in (("images", spots), ("labels", np.arange(count) % 10)):
            array = array.astype(np.uint8)
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            content = header + array.tobytes()
            (project.folder / "mini" / f"{part}-{kind}").write_bytes(content)
            sums[f"{part}-{kind}"] = {
                "name": f"{part}-{kind}",
                "sha256": hashlib.sha256(content).hexdigest(),
            }
    path = project.folder / "faults.yaml"
    config = yaml.safe_load(path.read_text())
    config["datasets"]["mini"]["files"] = sums
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    project.snakemake(*targets, *PRESET)
    return project.folder


def jobs(golden: Path, targets: list[str]) -> list[Job]:
    """List the programs' calls, from Snakemake itself."""
    said = subprocess.run(
        [sys.executable, "-m", "snakemake", *targets, *PRESET, "-n", "-p", "--forceall"],
        cwd=golden, capture_output=True, text=True, check=True,
    )  # fmt: skip
    text = said.stdout + said.stderr
    found = []
    for rule, output, command in re.findall(
        r"^(?:local)?rule (\w+):.*?^    output: ([^\n]*).*?^Shell command: (.*?)$",
        text,
        re.S | re.M,
    ):
        words = shlex.split(command)
        words = words[1 : words.index(">")]
        program = words[0].replace("$LAB/", "").removesuffix(".py")
        outputs = [Path(one) for one in output.split(", ")]
        if program in ("prepare_dataset", "add_noise"):
            outputs = [
                path.relative_to(golden) for path in (golden / outputs[0].parent).glob("*.npy")
            ]
        without = [*outputs, *(one.parent / ".sha256" / one.name for one in outputs)]
        name = rule
        if program in ("train", "evaluate"):
            run = outputs[0].parent
            name = f"{rule} {run.parent.name}"
            code = words[words.index("--code") + 1]
            own = [path.relative_to(golden) for path in (golden / run).iterdir()]
            kept = [
                "config.json",
                "environment.json",
                "layers.json",
                "history.csv",
                "trajectory.npz",
                "model.keras",
                "training.json",
            ]
            if program == "evaluate" and code != "none":
                own = [path for path in own if path.name not in kept]
            found.append(Job(name, words, own))
            found.append(Job(f"{name} again", words, [run / outputs[0].name], run))
            continue
        found.append(Job(f"{name} {outputs[0].name}", words, without))
    runs = RESULTS / "runs"
    archive = str(RESULTS / "archive.tar.xz")
    restore = [
        "$LAB/restore_archive.py",
        archive,
        "--results",
        str(RESULTS),
        "--data",
        "results/data",
    ]
    found.append(
        Job("restore_archive", restore, [runs, RESULTS / "datasets", Path("results/data")])
    )
    return found


# --- what is the same ---


def normal(path: Path) -> object:
    """Return what a file says, but for times."""
    if path.parent.name == ".sha256":  # what it vouches for is compared itself
        return path.read_text().split()[1]
    if path.name == "model.keras":
        with zipfile.ZipFile(path) as archive:
            return archive.read(
                "model.weights.h5"
            )  # the rest holds a date, and addresses in memory
    if path.name in SECONDS:
        import pandas as pd

        table = pd.read_csv(path)
        return table.drop(
            columns=[one for one in table if re.fullmatch(SECONDS[path.name], one)]
        ).to_csv()
    if path.name in ("record.json", "training.json"):
        about = json.loads(path.read_text())
        return {"files": sorted(about.pop("files")), "sizes": sorted(about.pop("sizes")), **about}
    if path.name in ABOUT_TIMES:
        return sorted(json.loads(path.read_text()))
    if path.name == "report-details.html":  # where the program stood that wrote it
        return re.sub(r"(<dt>[^\n]*Commit \(report\).*?</dt>)<dd>.*?</dd>", r"\1", path.read_text())
    return path.read_bytes()


def files(folder: Path) -> Iterator[Path]:
    for path in sorted((folder / "results").rglob("*")):
        own = path.relative_to(folder)
        if path.is_file() and not set(PASSING) & set(own.parts):
            yield own


def wrong(work: Path, golden: Path, before: set[Path]) -> list[str]:
    """Name what passes for good and is not what an undisturbed rebuild leaves."""
    from denoising.files import Damaged, sha256
    from denoising.files import _vouched as vouched
    from denoising.rebuild.finished import SHOWN, TRAINED, Wanted, state

    found, passing = [], set()
    for run in (golden / RESULTS / "runs").glob("*/*"):
        own = run.relative_to(golden)
        record = json.loads((run / "record.json").read_text())
        wanted = Wanted((run / "config.json").read_text(), record["training"], record["evaluation"])
        stands = state(work / own, wanted)
        passing |= {own / name for name in SHOWN if stands.finished}
        passing |= {own / name for name in TRAINED if stands.trained}
    for own in files(work):
        path, expected = work / own, golden / own
        in_run = "runs" in own.parts
        if (
            path.suffix in (".part", ".damaged", ".other")
            or own in before
            or ".restoring" in own.parts
        ):
            continue
        if in_run and own not in passing:
            continue
        try:
            digest = vouched(path)
        except Damaged:
            continue
        if digest is not None and digest != sha256(path.read_bytes()):
            continue  # whoever reads it notices
        if own.suffix == ".idx":
            source = path.with_name("source.json")
            if not source.exists():
                continue
        if not expected.exists() or normal(path) != normal(expected):
            found.append(f"{own} passes for good")
    return found


def differences(work: Path, golden: Path) -> list[str]:
    """Compare all results with those of an undisturbed rebuild."""
    ours, theirs = set(files(work)), set(files(golden))
    ours = {own for own in ours if own.suffix != ".damaged"}
    found = [
        f"{own} is {'too much' if own in ours else 'missing'}" for own in sorted(ours ^ theirs)
    ]
    return found + [
        f"{own} differs"
        for own in sorted(ours & theirs)
        if normal(work / own) != normal(golden / own)
    ]


# --- one fault ---


def outdated(run: Path) -> None:
    """Let a run's records say that other code made it."""
    for name in ("record.json",):
        about = json.loads((run / name).read_text())
        (run / name).write_text(json.dumps({**about, "evaluation": "other"}))


def laid(golden: Path, work: Path, job: Job) -> set[Path]:
    """Lay what stands before a job; return the files."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(golden / "results", work / "results", ignore=shutil.ignore_patterns(*PASSING))
    for name in (".snakemake", "mini"):
        (work / name).symlink_to(golden / name)
    for own in job.without:
        with contextlib.suppress(FileNotFoundError):
            (shutil.rmtree if (work / own).is_dir() else os.unlink)(work / own)
    if job.outdated:
        outdated(work / job.outdated)
    if "$LAB/restore_archive.py" not in job.arguments:
        for own in job.without:
            (work / own).parent.mkdir(parents=True, exist_ok=True)
    return set(files(work)) if not job.outdated else set()


def run(job: Job, work: Path, said: Path) -> int:
    """Run a program in a fork of this process; return its status, negative if a signal ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        os.chdir(work)
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1), os.dup2(out, 2)
        sys.argv = [one.replace("$LAB", str(SCRIPTS)) for one in job.arguments]
        status = 0
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
        except SystemExit as end:
            status = end.code or 0
            if isinstance(status, str):
                print(status, file=sys.stderr)
                status = 1
        except BaseException:
            import traceback

            traceback.print_exc()
            status = 1
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)
    finally:
        os._exit(99)


def tree(work: Path) -> str:
    """Digest all results."""
    hashed = hashlib.sha256()
    for own in files(work):
        if own.name not in (
            *ABOUT_TIMES,
            "training.json",
            "record.json",
            "model.keras",
            "history.csv",
        ):
            hashed.update(f"{own}\0".encode() + (work / own).read_bytes())
        else:
            hashed.update(f"{own} {(work / own).stat().st_size > 0}\0".encode())
    return hashed.hexdigest()


class Campaign:
    """Counts what was tried and what was found."""

    def __init__(self, plan, scratch: Path, golden: Path) -> None:
        self.plan, self.scratch, self.golden = plan, scratch, golden
        self.count: Counter[tuple[str, str]] = Counter()
        self.found: list[str] = []

    def faults(self, job: Job, kind: str, every: int) -> None:
        """Let every n-th change of a program fail."""
        work, said, seen, number = self.scratch / "work", self.scratch / "said", set(), 1
        golden = self.scratch / "reference"
        laid(self.golden, golden, job)
        if run(job, golden, said):
            raise RuntimeError(f"{job.name}: {said.read_text()}")
        if changed := [one for one in differences(golden, self.golden) if "missing" not in one]:
            raise RuntimeError(f"{job.name}: {changed}")
        while True:
            before = laid(self.golden, work, job)
            self.plan.arm(work / "results", number, kind)
            status = run(job, work, said)
            _, fired = self.plan.disarm()
            text = said.read_text(errors="replace")
            where = f"{job.name}, {kind}, change {number}"
            if not fired:
                return
            self.count[job.name, kind] += 1
            if status > 0 and (not re.search(r"^error: .*$", text, re.M) or "Traceback" in text):
                self.found.append(f"{where}: said {text[-500:]}")
            if status < 0 and kind not in ("kill", "torn"):
                self.found.append(f"{where}: ended by signal {-status}")
            self.found += [f"{where}: {one}" for one in wrong(work, self.golden, before)]
            stands = tree(work)
            if stands not in seen or status == 0:
                seen.add(stands)
                if status and (again := run(job, work, said)):
                    self.found.append(
                        f"{where}: again ended with {again}: {said.read_text()[-500:]}"
                    )
                self.found += [f"{where}, again: {one}" for one in differences(work, golden)]
            number += every

    def whole(self, library: Path, count: int) -> None:
        """Hit whole rebuilds, each at a random change, and run them again."""
        draw, changes = random.Random(0), 0
        for number in range(count + 1):
            work = self.scratch / "whole"
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(
                self.golden, work, ignore=shutil.ignore_patterns(".snakemake", "results")
            )
            command = [sys.executable, "-m", "snakemake", *PRESET]
            environment = {**os.environ, **self.plan.environment(library)}
            kind = draw.choice(("no space", "I/O error", "quota", "kill", "torn"))
            target = draw.randint(1, changes) if number else 0
            self.plan.arm(work / "results", target, kind)
            done = subprocess.run(
                command, cwd=work, env=environment, capture_output=True, text=True, check=False
            )
            calls, fired = self.plan.disarm()
            changes = changes or calls
            where = f"rebuild, {kind}, change {target} of {changes}"
            if number:
                self.count["rebuild", kind] += fired
                if "Traceback" in done.stdout + done.stderr:
                    self.found.append(f"{where}: traceback: {(done.stdout + done.stderr)[-2000:]}")
                plain = {
                    key: value
                    for key, value in os.environ.items()
                    if key not in ("LD_PRELOAD", "FAULT_PLAN")
                }
                done = subprocess.run(
                    command, cwd=work, env=plain, capture_output=True, text=True, check=False
                )
            if done.returncode:
                self.found.append(
                    f"{where}: again ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}"
                )
            theirs = [own for own in files(self.golden) if own.name != "archive.tar.xz"]
            for own in theirs:
                if own.name.startswith("report") or own.suffix in (".png", ".svg"):
                    continue
                if not (work / own).exists() or normal(work / own) != normal(self.golden / own):
                    self.found.append(f"{where}: {own} differs in the end")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of the programs' names")
    parser.add_argument("--every", type=int, default=1, help="let only each so many'th change fail")
    parser.add_argument("--whole", type=int, default=0, help="so many whole rebuilds")
    parser.add_argument("--golden", type=Path, help="an undisturbed rebuild of before")
    parser.add_argument("--targets", nargs="*", default=ALL, help="what is built")
    arguments = parser.parse_args()

    import shim

    if why := shim.missing():
        sys.exit(f"error: {why}")
    scratch = Path(os.environ.get("FAULT_SCRATCH") or tempfile.mkdtemp(prefix="faults-"))
    if "LD_PRELOAD" not in os.environ:
        plan, library = shim.Plan(scratch / "plan"), shim.build(scratch)
        golden = arguments.golden or made(scratch, arguments.targets)
        os.environ |= {**plan.environment(library), "FAULT_SCRATCH": str(scratch)}
        os.execv(sys.executable, [sys.executable, __file__, *sys.argv[1:], "--golden", str(golden)])
    plan, library = shim.Plan.__new__(shim.Plan), scratch / "shim.so"
    plan.path = scratch / "plan"
    with plan.path.open("r+b") as file:
        import mmap

        plan.memory = mmap.mmap(file.fileno(), 0)

    from denoising.training.runtime import import_tensorflow

    import_tensorflow()  # once: a fork is there at once

    campaign, said = Campaign(plan, scratch, arguments.golden), 0
    for job in jobs(arguments.golden, arguments.targets):
        if arguments.only and not any(job.name.startswith(one) for one in arguments.only):
            continue
        for kind in shim.KINDS:
            campaign.faults(job, kind, arguments.every)
        total = sum(n for (name, _), n in campaign.count.items() if name == job.name)
        print(f"{job.name}: {total} faults", *campaign.found[said:], sep="\n  ", flush=True)
        said = len(campaign.found)
    campaign.whole(library, arguments.whole) if arguments.whole else None
    print(*campaign.found[said:], sep="\n  ")
    kinds = Counter()
    for (_, kind), n in campaign.count.items():
        kinds[kind] += n
    print(
        f"{sum(kinds.values())} faults ({', '.join(f'{n} {kind}' for kind, n in kinds.items())}), {len(campaign.found)} wrong"
    )
    sys.exit(bool(campaign.found))


if __name__ == "__main__":
    main()
