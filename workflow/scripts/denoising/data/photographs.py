"""A folder of pictures as a data set: read, cut to one size, and split.

Pictures are PNG, JPEG or TIFF, grey or in colour, of 8 or 16 bits, of any size. Those of a folder
may stand in subfolders, which are then its classes. What cannot be read is named, one by one.
"""

import hashlib
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from denoising.errors import LabError
from denoising.files import sha256

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
MOST_PIXELS = 100_000_000  # of a picture: more is a decompression bomb, or no photograph
TESTED = "test"  # the part of a split
SPLIT = 10  # one picture in so many is for testing, where nothing else is said
SIXTEEN = ("I;16", "I;16B", "I;16L", "I")  # Pillow's modes of 16 bits
NAMED = 20  # bad pictures that an error names
CUTS = ("resize", "crop", "patches")


class Picture(NamedTuple):
    """One picture of a folder.

    Attributes
    ----------
    path : Path
    name : str
        Path within the folder, with ``/``.
    label : int
        Number of its class; 0 where there are none.
    part : str
        ``train`` or ``test``.
    """

    path: Path
    name: str
    label: int
    part: str


def home(images: Mapping[str, Any]) -> Path:
    """Return the folder of a data set's pictures: a person's own, or one that a package ships.

    Raises
    ------
    LabError
        If there is none.
    """
    if package := images.get("package"):
        name, _, inside = package.partition("/")
        found = find_spec(name)
        if found is None or not found.submodule_search_locations:
            raise LabError(f"the package '{name}' is not installed")
        folder = Path(found.submodule_search_locations[0], inside)
    else:
        folder = Path(images["folder"]).expanduser()
    if not folder.is_dir():
        raise LabError(f"{folder}: is no folder")
    return folder


def listed(images: Mapping[str, Any]) -> list[Picture]:
    """List a data set's pictures, by name.

    Parameters
    ----------
    images : mapping
        ``folder`` or ``package``; ``only`` and ``test`` (names of pictures, in the folder), each
        possibly missing. Without ``test`` a digest of its name decides where a picture belongs.

    Raises
    ------
    LabError
        If there are none, or a picture that is named is not there.
    """
    folder = home(images)
    return _split(
        images,
        folder,
        sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith(".")
        ),
    )


def _split(images: Mapping[str, Any], folder: Path, names: Sequence[str]) -> list[Picture]:
    tested = images.get("test")
    named = [*(images.get("only") or []), *(tested or [])]
    if missing := [name for name in named if name not in names]:
        raise LabError(f"{folder}: has no picture {', '.join(missing[:NAMED])}")
    if images.get("only"):
        names = [name for name in names if name in named]
    if not names:
        raise LabError(f"{folder}: holds no pictures ({', '.join(SUFFIXES)})")
    classes = sorted({name.rpartition("/")[0] for name in names})
    return [
        Picture(
            folder / name,
            name,
            classes.index(name.rpartition("/")[0]),
            TESTED if (name in tested if tested else _by_name(name)) else "train",
        )
        for name in names
    ]


def _by_name(name: str) -> bool:
    """Tell whether a picture is for testing; so it stays whatever else is put beside it."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % SPLIT == 0


def identity(images: Mapping[str, Any]) -> str:
    """Digest what decides a data set: its pictures' names and contents, and how they are cut.

    Of what npm packages ship the contents are known before they are there.
    """
    whole = hashlib.sha256()
    stated = {shipped_name(one): one["sha256"] for one in images.get("npm", [])}
    pictures = _split(images, Path(), sorted(stated)) if stated else listed(images)
    for one in pictures:
        digest = stated.get(one.name) or sha256(one.path.read_bytes())
        whole.update(f"{one.part} {one.name}\0{digest}\n".encode())
    whole.update(repr([images.get("cut", CUTS[0]), images.get("stride")]).encode())
    return whole.hexdigest()


def shipped_name(one: Mapping[str, str]) -> str:
    """Name the picture of an npm package: the package, without its scope, and the suffix."""
    return one["package"].rpartition("/")[2] + Path(one["file"]).suffix


def read_picture(path: Path, channels: int) -> np.ndarray:
    """Read a picture.

    Parameters
    ----------
    path : Path
    channels : int
        1: grey (luminance of colours), 3: colour; transparency is laid over black.

    Returns
    -------
    ndarray of float32, shape (rows, columns, channels)
        In [0, 1].

    Raises
    ------
    LabError
        If it is no picture, damaged, or too large.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise LabError(f"has more than {MOST_PIXELS:,} pixels")
                pixels = _tiff(path) if image.format == "TIFF" else None
                if pixels is None:
                    pixels = _values(ImageOps.exif_transpose(image))
    except LabError as error:
        raise LabError(f"{path}: {error}") from None
    except Exception as error:  # whatever a decoder raises
        said = " ".join(str(error).replace(str(path), "it").split())
        raise LabError(f"{path}: is no picture that can be read ({said or type(error)})") from None
    return _with_channels(pixels, channels)


def depth(path: Path) -> int:
    """Return the bits of a channel of a picture that can be read, 8 or 16, as Pillow reads it."""
    from PIL import Image

    with Image.open(path) as image:
        deep = image.mode in SIXTEEN or (image.format == "TIFF" and _tiff(path) is not None)
    return 16 if deep else 8


def _values(image: Any) -> np.ndarray:
    """Return a picture's pixels in [0, 1]; colours of a palette as they are seen."""
    if image.mode in SIXTEEN:
        return np.asarray(image, np.float32) / np.float32(2**16 - 1)
    if image.mode == "F":
        raise LabError("has pixels of 32 bits; store it in 8 or 16")
    if image.mode not in ("L", "RGB", "LA", "RGBA"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    return np.asarray(image, np.float32) / np.float32(2**8 - 1)


def _tiff(path: Path) -> np.ndarray | None:
    """Return the first page of a TIFF of 16 bits, which Pillow reads in grey alone; else None."""
    from tifffile import TiffFile

    with TiffFile(path) as file:
        page = file.pages[0]
        if page.dtype != np.uint16:
            return None
        pixels = page.asarray()
    return pixels.astype(np.float32) / np.float32(2**16 - 1)


def _with_channels(pixels: np.ndarray, channels: int) -> np.ndarray:
    """Return grey or colour, without transparency."""
    from skimage.color import rgb2gray

    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    if pixels.shape[-1] in (2, 4):
        pixels = pixels[..., :-1] * pixels[..., -1:]
    if pixels.shape[-1] == channels:
        return pixels
    if channels == 1:
        return rgb2gray(pixels)[..., None].astype(np.float32)
    return np.repeat(pixels, channels, axis=-1)


def cut(
    picture: np.ndarray, shape: Sequence[int], how: str, stride: int | None = None
) -> Iterator[np.ndarray]:
    """Cut a picture to images of one size.

    Parameters
    ----------
    picture : ndarray of float32, shape (rows, columns, channels)
    shape : sequence of int
        Of the images.
    how : str
        ``resize`` (the whole, squeezed), ``crop`` (the middle, after the shorter side is resized)
        or ``patches`` (as they are, from a grid).
    stride : int, optional
        Pixels from a patch to the next; default: they touch.
    """
    rows, columns, _ = shape
    if how == "patches":
        down, right = (stride, stride) if stride else (rows, columns)
        for top in range(0, picture.shape[0] - rows + 1, down):
            for left in range(0, picture.shape[1] - columns + 1, right):
                yield picture[top : top + rows, left : left + columns]
        return
    if how == "resize":
        yield _resized(picture, (rows, columns))
        return
    scale = max(rows / picture.shape[0], columns / picture.shape[1])
    sides = [max(n, round(scale * side)) for n, side in zip(shape, picture.shape, strict=False)]
    larger = _resized(picture, tuple(sides[:2]))
    top, left = ((side - n) // 2 for side, n in zip(larger.shape, (rows, columns), strict=False))
    yield larger[top : top + rows, left : left + columns]


def _resized(picture: np.ndarray, sides: tuple[int, int]) -> np.ndarray:
    from skimage.transform import resize

    return resize(picture, sides, order=1, mode="edge", anti_aliasing=True).astype(np.float32)


class Cut(NamedTuple):
    """Images of a data set, as IDX holds them, and their classes."""

    images: np.ndarray
    labels: np.ndarray


def dataset(images: Mapping[str, Any], shape: Sequence[int]) -> dict[str, Cut]:
    """Read, cut and split a data set of pictures.

    Parameters
    ----------
    images : mapping
        As of `listed`, with ``cut`` and ``stride``.
    shape : sequence of int
        Rows, columns and channels (1 or 3) of its images.

    Returns
    -------
    dict
        ``train`` and ``test``: images, uint8, (N, rows, columns, channels), in an order that is
        always the same; labels, uint8, (N,), or (0,) where the pictures have no classes.

    Raises
    ------
    LabError
        With all pictures that cannot be read.
    """
    pictures = listed(images)
    labelled = len({one.label for one in pictures}) > 1
    found: dict[str, list[tuple[np.ndarray, int]]] = {"train": [], TESTED: []}
    bad = []
    for one in pictures:
        try:
            picture = read_picture(one.path, shape[2])
        except LabError as error:
            bad.append(str(error))
            continue
        how = images.get("cut", CUTS[0])
        for image in cut(picture, shape, how, images.get("stride")):
            found[one.part].append((image, one.label))
    if bad:
        more = [f"… and {len(bad) - NAMED} more"] if len(bad) > NAMED else []
        raise LabError(
            "\n".join([*bad[:NAMED], *more, "mend or remove them, or name others in `only`"])
        )
    return {part: _shuffled(own, shape, labelled) for part, own in found.items()}


def _shuffled(own: Iterable[tuple[np.ndarray, int]], shape: Sequence[int], labelled: bool) -> Cut:
    """Lay images in an order in which the first so many are as the rest."""
    own = list(own)
    order = np.random.default_rng(0).permutation(len(own))
    images = np.array([own[n][0] for n in order], np.float32).reshape(-1, *shape)
    labels = np.array([own[n][1] for n in order] if labelled else [], np.uint8)
    return Cut(np.rint(255 * np.clip(images, 0, 1)).astype(np.uint8), labels)


def idx_bytes(array: np.ndarray) -> bytes:
    """Write an array of unsigned bytes as IDX."""
    sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()
