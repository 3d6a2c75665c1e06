"""A Slurm of two nodes on this machine, for as long as a `with` lasts.

Nothing is installed or started beyond processes in a folder of its own: a key, a socket and
random ports. What it takes is Debian's ``slurm-wlm`` and ``munge``.
"""

from __future__ import annotations

import os
import platform
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
PLUGIN = "snakemake_executor_plugin_slurm"
NODES = ("one", "two")
PATIENCE = 60  # seconds
CONFIGURATION = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
MpiDefault=none
ReturnToService=1
KillWait=2
OverTimeLimit=0
MinJobAge=600
SchedulerParameters=batch_sched_delay=1,sched_min_interval=100000
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SlurmctldPort={controller}
NodeName={one} NodeHostname={host} NodeAddr=127.0.0.1 Port={first} CPUs=1 RealMemory={memory}
NodeName={two} NodeHostname={host} NodeAddr=127.0.0.1 Port={second} CPUs=1 RealMemory={memory}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> str:
    """Say what this machine lacks for a Slurm, and how to get it; empty if nothing."""
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    if absent := [name for name in PROGRAMS if not shutil.which(name, path=path)]:
        return f"no {', '.join(absent)}: apt-get install slurm-wlm munge"
    if not find_spec(PLUGIN):
        return f"no {PLUGIN}: make slurm"
    return ""


@contextmanager
def slurm(folder: Path) -> Iterator[dict[str, str]]:
    """Start a Slurm, and end it.

    Parameters
    ----------
    folder : Path
        Is made; holds all that it writes. Its path is short: sockets are in it.

    Yields
    ------
    dict
        The environment in which ``sbatch`` and the others speak with it.
    """
    user, host = pwd.getpwuid(os.getuid()).pw_name, platform.node().partition(".")[0]
    environment = {
        **os.environ,
        "PATH": f"{folder}/bin:{os.environ['PATH']}:/usr/sbin:/sbin",
        "SLURM_CONF": str(folder / "slurm.conf"),
    }
    for name in ("bin", "state", *(f"spool-{node}" for node in NODES)):
        (folder / name).mkdir(parents=True)
    # Within a job the plugin takes away all of Slurm's variables, and a cluster's file is in /etc.
    srun = folder / "bin" / "srun"
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {shutil.which("srun")} "$@"\n')
    srun.chmod(0o755)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(128))
    controller, first, second = _free_ports(3)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20 // 2
    (folder / "slurm.conf").write_text(
        CONFIGURATION.format(
            host=host, user=user, folder=folder, memory=memory, one=NODES[0], two=NODES[1],
            controller=controller, first=first, second=second,
        )
    )  # fmt: skip
    munged = [
        "munged", "--foreground", "--force", f"--key-file={key}",
        f"--socket={folder}/munge.socket", f"--pid-file={folder}/munge.pid",
        f"--log-file={folder}/munge.log", f"--seed-file={folder}/munge.seed",
    ]  # fmt: skip
    with ExitStack() as stack:
        stack.enter_context(_daemon("munged", munged, folder, environment))
        _until(lambda: (folder / "munge.socket").exists(), folder)
        stack.enter_context(_daemon("slurmctld", ["slurmctld", "-D"], folder, environment))
        for node in NODES:
            command = ["slurmd", "-D", "-N", node]
            stack.enter_context(_daemon(f"slurmd-{node}", command, folder, environment))
        _until(lambda: _idle(environment) == len(NODES), folder)
        try:
            yield environment
        finally:  # jobs would outlive the daemons
            subprocess.run(["scancel", f"--user={user}"], env=environment, check=False)
            _until(lambda: not _said(environment, "squeue", "--noheader"), folder)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def _daemon(
    name: str, command: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[None]:
    with (folder / f"{name}.said").open("w") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    ).stdout


def _idle(environment: dict[str, str]) -> int:
    command = ("sinfo", "--noheader", "--Node", "--states=idle", "--format=%N")
    return len(_said(environment, *command).split())


def _until(ready: Callable[[], bool], folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > end:
            logs = {path.name: path.read_text()[-1500:] for path in folder.glob("*.said")}
            raise RuntimeError(f"Slurm neither starts nor ends within {PATIENCE} s: {logs}")
        time.sleep(0.2)
