"""What a job asks of a cluster's scheduler: memory, minutes and disk.

Measured on one core with AVX2 (docs/cluster.md), with room to spare; a second attempt asks for
twice as much of memory and time, a third for three times.
"""

from collections.abc import Mapping
from math import ceil, prod
from typing import Any, NamedTuple

from denoising.config.check_model import JOB_MEMORY_MB
from denoising.model.cost import operations, training_seconds

NUMBER = 4  # bytes
MEGABYTE = 10**6
SLOWER = 4  # times that another processor, a network file system and a neighbour may be slower
BEGIN = 10  # minutes for whatever it is: Python, TensorFlow, a file system that sleeps
COPIES = 5  # of its images that a training has in memory
BATCHES = 1000  # MB beside them: TensorFlow, and a batch on its way
UNTRAINED = 120  # minutes of the slowest method that is not trained
PER_SECOND = 10e9  # multiplications with an addition, of an evaluation
PASSES = 6  # forward through the test images: the whole model, its halves, without training
RUN_MB = 50  # a run's files and checkpoints, of small models


class Needs(NamedTuple):
    """What a job asks for.

    Attributes
    ----------
    memory, disk : int
        Megabytes (10⁶ bytes).
    minutes : int
    """

    memory: int
    minutes: int
    disk: int


LIGHT = Needs(2000, 30, 100)  # a table, a figure, the page
REHEARSAL = Needs(JOB_MEMORY_MB, 60, 10)  # 2 s for each kind of model, after TensorFlow's start


def image_megabytes(settings: Mapping[str, Any], shape: tuple[int, ...]) -> int:
    """Size of all images of a run, clean and noisy, as 32-bit numbers.

    Parameters
    ----------
    settings : mapping
        A resolved experiment.
    shape : tuple of int
        Rows, columns and channels of an image.
    """
    data = settings["data"]
    held_out = 0 if data["validation"] == "test" else data["validation"]
    images = data["train"] + data["test"] + held_out
    return ceil(2 * images * prod(shape) * NUMBER / MEGABYTE)


def data_needs(megabytes: int) -> Needs:
    """Tell what making, or adding noise to, so many megabytes of images needs."""
    return Needs(500 + COPIES * megabytes, BEGIN + megabytes // 100, megabytes)


def training_needs(settings: Mapping[str, Any], shape: tuple[int, ...]) -> Needs:
    """Tell what a training needs; its time follows epochs × images × multiplications."""
    images = image_megabytes(settings, shape)
    seconds = SLOWER * training_seconds(settings)
    memory = max(JOB_MEMORY_MB, BATCHES + COPIES * images)
    return Needs(memory, BEGIN + ceil(seconds / 60), RUN_MB)


def evaluation_needs(settings: Mapping[str, Any], shape: tuple[int, ...]) -> Needs:
    """Tell what measuring a run needs; of a method that is not trained, fitting it too."""
    images = image_megabytes(settings, shape)
    memory = max(JOB_MEMORY_MB, BATCHES + COPIES * images)
    if "architecture" not in settings:
        return Needs(memory, BEGIN + UNTRAINED, RUN_MB)
    done = PASSES * settings["data"]["test"] * operations(settings["architecture"])
    return Needs(memory, BEGIN + ceil(SLOWER * done / PER_SECOND / 60), RUN_MB)
