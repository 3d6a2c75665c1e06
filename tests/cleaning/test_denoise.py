"""The program on pictures of every kind, with a network that is trained by a step of hand."""

import json
import subprocess
import sys

import numpy as np
import pytest
import tifffile
from conftest import ROOT
from PIL import Image

from denoising.cleaning.network import Network
from denoising.errors import LabError
from denoising.files import sha256

SAME = {"padding": "same", "use_bias": False}
ARCHITECTURE = {
    "name": "copy", "input_shape": [8, 8, 2], "output_shape": [8, 8, 1],
    "encoder": [{"layer": "Conv2D", "filters": 4, "kernel_size": 2, "strides": 2, **SAME}],
    "decoder": [{"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2, "strides": 2, **SAME}],
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A network that gives back what enters: each of 2×2 pixels has a channel of its own."""
    from denoising.model.build import build_autoencoder

    folder = tmp_path_factory.mktemp("model")
    network = build_autoencoder(ARCHITECTURE, seed=0)
    apart = np.zeros((2, 2, 2, 4), np.float32)
    for n in range(4):
        apart[n // 2, n % 2, 0, n] = 1
    network.set_weights([apart, apart.transpose(0, 1, 2, 3)[:, :, :1, :]])
    network.save(folder / "model.keras")
    settings = {
        "noise": {"kind": "gaussian-told", "low": 0.0, "high": 0.3},
        "architecture": ARCHITECTURE,
    }
    (folder / "config.json").write_text(json.dumps(settings))
    return folder


def run(*arguments):
    command = [sys.executable, ROOT / "workflow" / "scripts" / "denoise.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_pictures_of_every_kind_come_back_as_they_were(model, tmp_path):
    """This network changes nothing: what is written is what was read."""
    generator = np.random.default_rng(0)
    grey = generator.integers(0, 256, (37, 50), dtype=np.uint8)
    colour = generator.integers(0, 256, (20, 31, 3), dtype=np.uint8)
    deep = generator.integers(0, 65536, (24, 18), dtype=np.uint16)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(colour).save(tmp_path / "colour.png")
    Image.fromarray(deep).save(tmp_path / "deep.png")
    tifffile.imwrite(tmp_path / "both.tif", np.stack([deep] * 2 + [deep[::-1]], axis=-1))
    names = ("grey.png", "colour.png", "deep.png", "both.tif")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    output = tmp_path / "out"
    done = run(
        *(tmp_path / name for name in (*names, "bad.png")), "--model", model, "--output", output
    )
    assert done.returncode == 1
    assert "bad.png: is no picture that can be read" in done.stderr
    assert "1 of 5 pictures were not cleaned" in done.stderr and "Traceback" not in done.stderr
    assert sorted(path.name for path in output.iterdir()) == sorted(names)
    assert (np.asarray(Image.open(output / "grey.png")) == grey).all()
    assert (np.asarray(Image.open(output / "colour.png")) == colour).all()
    assert (np.asarray(Image.open(output / "deep.png")) == deep).all()
    assert (tifffile.imread(output / "both.tif")[..., 2] == deep[::-1]).all()
    again = run(tmp_path / "grey.png", "--model", model, "--output", output, "--sigma", "25")
    assert again.returncode == 1 and "is there already" in again.stderr


def test_only_networks_that_are_told_the_level(model, tmp_path):
    with pytest.raises(LabError, match="has no config"):
        Network(tmp_path)
    for file in model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    settings = json.loads((model / "config.json").read_text())
    settings["noise"] = {"kind": "gaussian", "level": 0.5}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    with pytest.raises(LabError, match="is no network of convolutions that is told"):
        Network(tmp_path)


def test_a_shipped_model_is_held_against_its_checksums(model, tmp_path):
    for file in model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    sums = "".join(f"{sha256(file.read_bytes())}  {file.name}\n" for file in tmp_path.iterdir())
    (tmp_path / "SHA256SUMS").write_text(sums)
    assert Network(tmp_path).strongest == 0.3
    (tmp_path / "config.json").write_text((model / "config.json").read_text() + " ")
    with pytest.raises(LabError, match=r"config\.json: is damaged"):
        Network(tmp_path)
