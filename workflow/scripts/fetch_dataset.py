"""Fetch a data set's IDX files, check them, and record where they came from."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from denoising.data import photographs
from denoising.data.idx import NO_LABELS, SOURCE
from denoising.data.sources import fetch, npm_picture
from denoising.errors import LabError, run_program
from denoising.files import json_bytes, put, read_json, sha256, start_afresh

FILES = ("train-images", "train-labels", "test-images", "test-labels")  # labels may be missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="name of the data set")
    parser.add_argument("--datasets", required=True, type=Path, help="all of them, JSON")
    parser.add_argument("--output", required=True, type=Path, help="folder for the files")
    arguments = parser.parse_args()

    dataset = read_json(arguments.datasets)[arguments.name]
    if "images" in dataset:
        files, source = pictures(arguments.name, dataset)
    else:
        files, source = fetch(arguments.name, dataset["files"], dataset)
    start_afresh(arguments.output, [SOURCE])
    for key in FILES:
        put(arguments.output / f"{key}.idx", files.get(key, NO_LABELS))
    checksums = {key: sha256(content) for key, content in files.items()}
    record = {"dataset": arguments.name, "source": source, "sha256": checksums}
    put(arguments.output / SOURCE, json_bytes(record))


def pictures(name: str, dataset: Mapping[str, Any]) -> tuple[dict[str, bytes], str]:
    """Make the files of a data set out of pictures.

    Raises
    ------
    LabError
        If some cannot be read, are other ones than when the rebuild was planned, or too few.
    """
    images = dataset["images"]
    if photographs.identity(images) != dataset["files"]["pictures"]["sha256"]:
        raise LabError("the pictures have changed since this rebuild began; give the command again")
    files = {}
    with there(images) as found:
        cut = photographs.dataset(found, dataset["shape"])
    for part, own in cut.items():
        if len(own.images) < dataset[part]:
            raise LabError(
                f"datasets.{name}.{part}: is {dataset[part]}, and the pictures make"
                f" {len(own.images)} images for it"
            )
        files[f"{part}-images"] = photographs.idx_bytes(own.images)
        if len(own.labels):
            files[f"{part}-labels"] = photographs.idx_bytes(own.labels)
    shipped = [one["package"] for one in images.get("npm", [])]
    source = ", ".join(shipped) or images.get("package") or images["folder"]
    return files, f"pictures in {source}"


@contextmanager
def there(images: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give pictures that npm packages ship a folder, as long as they are needed."""
    if "npm" not in images:
        yield images
        return
    with TemporaryDirectory() as folder:
        for one in images["npm"]:
            (Path(folder) / photographs.shipped_name(one)).write_bytes(npm_picture(**one))
        yield {**{key: one for key, one in images.items() if key != "npm"}, "folder": folder}


if __name__ == "__main__":
    run_program(main)
