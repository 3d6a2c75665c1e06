"""What is shipped cleans like the run, says its checksums, and carries no state of an optimizer."""

import json
import zipfile

import numpy as np
import pytest
from test_denoise import ARCHITECTURE, run

from denoising.cleaning import shipping
from denoising.cleaning.network import Network
from denoising.errors import LabError

SETTINGS = {
    "noise": {"kind": "gaussian-told", "low": 0.0, "high": 0.3},
    "architecture": ARCHITECTURE,
}


@pytest.fixture
def trained(tmp_path):
    """A run after one step of its training."""
    from denoising.model.build import build_autoencoder

    folder = tmp_path / "seed-0"
    folder.mkdir()
    network = build_autoencoder(ARCHITECTURE, seed=0)
    network.compile(optimizer="adam", loss="mse")
    network.fit(np.ones((4, 8, 8, 2)), np.zeros((4, 8, 8, 1)), verbose=0)
    network.save(folder / "model.keras")
    (folder / "config.json").write_text(json.dumps(SETTINGS))
    return folder


def test_what_is_shipped_cleans_like_the_run(trained, tmp_path):
    size = shipping.ship(trained, tmp_path / "shipped")
    files = {path.name: path.stat().st_size for path in (tmp_path / "shipped").iterdir()}
    assert files.keys() == {"config.json", "model.keras", "SHA256SUMS"}
    assert size == files["config.json"] + files["model.keras"]
    picture = np.random.default_rng(0).random((20, 30))
    cleaned = [Network(folder).clean(picture, 0.1) for folder in (trained, tmp_path / "shipped")]
    assert (cleaned[0] == cleaned[1]).all()


def test_a_picture_upside_down_is_cleaned_alike(trained):
    picture = np.random.default_rng(0).random((20, 30))
    network = Network(trained)
    over = network.clean(picture[::-1, ::-1], 0.1)[::-1, ::-1]
    np.testing.assert_allclose(network.clean(picture, 0.1), over, atol=1e-6)


def test_the_optimizer_stays_behind(trained, tmp_path):
    import h5py

    shipping.ship(trained, tmp_path / "shipped")
    groups = []
    for folder in (trained, tmp_path / "shipped"):
        with zipfile.ZipFile(folder / "model.keras") as parts:
            parts.extract("model.weights.h5", tmp_path)
        with h5py.File(tmp_path / "model.weights.h5") as weights:
            groups.append("optimizer" in weights)
    assert groups == [True, False]


def test_a_large_model_is_not_shipped(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(shipping, "MOST", 100)
    with pytest.raises(LabError, match="of at most 0"):
        shipping.ship(trained, tmp_path / "shipped")


def test_the_model_of_the_repository_is_whole_and_small():
    """It is what its checksums say, of at most 2 MB, with its card."""
    from denoise import SHIPPED

    assert Network(SHIPPED).strongest > 50 / 255
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 2_000_000
    assert "σ" in (SHIPPED / "README.md").read_text(encoding="utf-8")


def test_the_shipped_model_cleans_a_photograph(tmp_path):
    """Half of the noise is gone, without a word about the model."""
    from PIL import Image
    from skimage import data
    from skimage.metrics import peak_signal_noise_ratio

    clean = data.camera()[100:260, 150:350]
    noise = np.random.default_rng(0).normal(0, 25, clean.shape)
    noisy = np.clip(np.rint(clean + noise), 0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(tmp_path / "noisy.png")
    done = run(tmp_path / "noisy.png", "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    cleaned = np.asarray(Image.open(tmp_path / "out" / "noisy.png"))
    gain = peak_signal_noise_ratio(clean, cleaned) - peak_signal_noise_ratio(clean, noisy)
    assert gain > 6
