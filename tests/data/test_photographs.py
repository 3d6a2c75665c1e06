"""Pictures of every kind that people have, and of some that nobody should send."""

import hashlib
import io

import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage.color import rgb2gray

from denoising.data import photographs
from denoising.data.idx import parse_idx
from denoising.errors import LabError


@pytest.fixture
def colour():
    return np.random.default_rng(0).integers(0, 256, (9, 12, 3), dtype=np.uint8)


def saved(folder, name, array, **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


def test_colour_and_grey(tmp_path, colour):
    path = saved(tmp_path, "a.png", colour)
    np.testing.assert_allclose(photographs.read_picture(path, 3), colour / 255, atol=1e-6)
    grey = photographs.read_picture(path, 1)
    np.testing.assert_allclose(grey[..., 0], rgb2gray(colour), atol=1e-6)
    path = saved(tmp_path, "b.png", colour[..., 0])
    np.testing.assert_allclose(
        photographs.read_picture(path, 3), np.repeat(colour[..., :1], 3, -1) / 255, atol=1e-6
    )


def test_sixteen_bits(tmp_path, colour):
    deep = colour.astype(np.uint16) * 257
    path = saved(tmp_path, "grey.png", deep[..., 0])
    np.testing.assert_allclose(
        photographs.read_picture(path, 1)[..., 0], colour[..., 0] / 255, atol=1e-6
    )
    tifffile.imwrite(tmp_path / "colour.tif", deep, photometric="rgb")
    np.testing.assert_allclose(
        photographs.read_picture(tmp_path / "colour.tif", 3), colour / 255, atol=1e-6
    )


def test_transparency_is_laid_over_black_and_palettes_are_seen(tmp_path, colour):
    alpha = np.dstack([colour, np.full(colour.shape[:2], 51, np.uint8)])
    path = saved(tmp_path, "alpha.png", alpha)
    np.testing.assert_allclose(photographs.read_picture(path, 3), colour / 255 * 0.2, atol=1e-6)
    flat = Image.fromarray(np.full((4, 4, 3), [200, 100, 50], np.uint8)).convert("P")
    flat.save(tmp_path / "palette.png")
    seen = photographs.read_picture(tmp_path / "palette.png", 3)
    np.testing.assert_allclose(seen, np.array(flat.convert("RGB")) / 255, atol=1e-6)


def test_a_photograph_lies_as_its_camera_says(tmp_path, colour):
    turned = Image.Exif()
    turned[0x0112] = 6  # turn it by 90° to the right
    path = saved(tmp_path, "a.png", colour, exif=turned)
    assert photographs.read_picture(path, 3).shape == (12, 9, 3)


def bomb(side):
    content = io.BytesIO()
    Image.new("1", (side, side)).save(content, "PNG")
    return content.getvalue()


def truncated():
    content = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 3), dtype=np.uint8)
    Image.fromarray(noise).save(content, "JPEG")
    return content.getvalue()[:900]


BAD = {
    "empty.png": (b"", "is no picture that can be read"),
    "text.jpg": (b"hello", "is no picture that can be read"),
    "cut.jpg": (truncated(), "is no picture that can be read"),
    "bomb.png": (bomb(20_000), "is no picture that can be read (Image size (400000000 pixels)"),
    "large.png": (bomb(11_000), "has more than 100,000,000 pixels"),
    "page.tif": (b"II*\0" + bytes(40), "is no picture that can be read"),
}


def test_bad_pictures_are_named_one_by_one(tmp_path, colour):
    saved(tmp_path, "good.png", colour)
    for name, (content, _) in BAD.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LabError) as raised:
        photographs.dataset({"folder": str(tmp_path)}, (4, 4, 3))
    lines = str(raised.value).splitlines()
    assert len(lines) == len(BAD) + 1
    for line, name in zip(lines, sorted(BAD), strict=False):
        assert line.startswith(f"{tmp_path / name}: {BAD[name][1]}")


def test_an_empty_folder_and_names_that_are_not_there(tmp_path, colour):
    with pytest.raises(LabError, match="is no folder"):
        photographs.listed({"folder": str(tmp_path / "no")})
    with pytest.raises(LabError, match="holds no pictures"):
        photographs.listed({"folder": str(tmp_path)})
    saved(tmp_path, "a.png", colour)
    with pytest.raises(LabError, match=r"has no picture b\.png"):
        photographs.listed({"folder": str(tmp_path), "only": ["b.png"]})
    with pytest.raises(LabError, match="'no_such_package' is not installed"):
        photographs.listed({"package": "no_such_package/data"})


def test_subfolders_are_classes_and_whole_pictures_are_tested(tmp_path, colour):
    for name in ("cat/1.png", "cat/2.png", "dog/1.JPG", "dog/2.png"):
        saved(tmp_path, name, colour)
    (tmp_path / "dog/notes.txt").write_text("no picture")
    listed = photographs.listed({"folder": str(tmp_path), "test": ["dog/2.png"]})
    assert [(one.name, one.label, one.part) for one in listed] == [
        ("cat/1.png", 0, "train"), ("cat/2.png", 0, "train"), ("dog/1.JPG", 1, "train"),
        ("dog/2.png", 1, "test"),
    ]  # fmt: skip
    made = photographs.dataset(
        {"folder": str(tmp_path), "test": ["dog/2.png"], "cut": "patches"}, (4, 4, 3)
    )
    assert made["train"].images.shape == (3 * 2 * 3, 4, 4, 3)
    assert made["test"].images.shape == (2 * 3, 4, 4, 3)
    assert made["test"].labels.tolist() == [1] * 6


def test_a_picture_stays_in_its_part_whatever_comes_beside_it(tmp_path, colour):
    for n in range(40):
        saved(tmp_path, f"{n}.png", colour)
    before = {one.name: one.part for one in photographs.listed({"folder": str(tmp_path)})}
    assert set(before.values()) == {"train", "test"}
    saved(tmp_path, "000.png", colour)
    after = {one.name: one.part for one in photographs.listed({"folder": str(tmp_path)})}
    assert before.items() <= after.items()


def test_cuts(colour):
    picture = colour.astype(np.float32) / 255
    [whole] = photographs.cut(picture, (9, 12, 3), "resize")
    np.testing.assert_allclose(whole, picture, atol=1e-6)
    [middle] = photographs.cut(picture, (9, 4, 3), "crop")
    np.testing.assert_allclose(middle, picture[:, 4:8], atol=1e-6)
    patches = list(photographs.cut(picture, (8, 8, 3), "patches", 4))
    assert len(patches) == 2
    np.testing.assert_array_equal(patches[1], picture[:8, 4:12])
    [larger] = photographs.cut(picture, (40, 40, 3), "crop")
    assert larger.shape == (40, 40, 3)


def test_the_identity_is_that_of_names_contents_and_cut(tmp_path, colour):
    path, images = saved(tmp_path, "a.png", colour), {"folder": str(tmp_path)}
    first = photographs.identity(images)
    assert photographs.identity(images) == first
    assert photographs.identity({**images, "cut": "crop"}) != first
    path.write_bytes(path.read_bytes() + b"\0")
    assert photographs.identity(images) != first


def test_pictures_of_npm_packages_are_known_before_they_are_there(tmp_path, colour):
    """The same pictures in a folder are the same data set."""
    npm = []
    for name in ("@some/img-a", "img-b"):
        path = saved(tmp_path, f"{name.rpartition('/')[2]}.png", colour)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        npm.append({"package": name, "version": "1.0.0", "file": "data/x.png", "sha256": digest})
        colour = 255 - colour
    rest = {"test": ["img-b.png"], "cut": "crop"}
    stated = photographs.identity({"npm": npm, **rest})
    assert stated == photographs.identity({"folder": str(tmp_path), **rest})
    assert stated != photographs.identity({"npm": npm[::-1], "cut": "crop"})
    other = [{**npm[0], "sha256": "0" * 64}, npm[1]]
    assert stated != photographs.identity({"npm": other, **rest})


def test_what_a_package_ships():
    listed = photographs.listed(
        {"package": "skimage/data", "only": ["camera.png"], "test": ["coins.png"]}
    )
    assert {one.name: one.part for one in listed} == {"camera.png": "train", "coins.png": "test"}


def test_idx():
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    np.testing.assert_array_equal(parse_idx(photographs.idx_bytes(array)), array)
