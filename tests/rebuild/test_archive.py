import hashlib
import io
import json
import lzma
import shutil
import tarfile

import numpy as np
import pytest
from conftest import ROOT

from denoising.errors import LabError
from denoising.files import record
from denoising.rebuild import archive as archive_module
from denoising.rebuild.archive import content, restore, write

RUNS = [("a", 0), ("a", 1), ("b", 0)]
SLICES = ["mnist-100-50"]
CITATION = {
    "title": "A study", "abstract": "Of runs.", "license": "MIT", "version": "1",
    "date-released": "2026-01-01", "authors": [{"name": "somebody"}],
}  # fmt: skip
ENVIRONMENT = {
    "cpu": "one", "cores": 2, "system": "Linux", "python": "3", "threads": 1, "packages": {},
    "environment": {},
}  # fmt: skip
KEPT = ("config.json", "environment.json", "metrics.json", "images.csv", "record.json")


@pytest.fixture
def made(tmp_path):
    """Results of three runs, with data."""
    results, rng = tmp_path / "made" / "results", np.random.default_rng(0)
    for name, seed in RUNS:
        run = results / "runs" / name / f"seed-{seed}"
        run.mkdir(parents=True)
        (run / "config.json").write_text(json.dumps({"experiment": name, "seed": seed}))
        about = {**ENVIRONMENT, "commit": f"commit of {name}"}
        (run / "environment.json").write_text(json.dumps(about))
        (run / "metrics.json").write_text(json.dumps({"psnr": rng.random()}))
        (run / "images.csv").write_text("image,relative_error\n0,0.5\n")
        (run / "model.keras").write_bytes(rng.bytes(2000))
        (run / "decoded.npz").write_bytes(rng.bytes(5000))
        record(run, {"training": "t", "evaluation": "e"})
    (results / "datasets" / "mnist-100-50").mkdir(parents=True)
    (results / "datasets" / "mnist-100-50" / "formats.csv").write_text("format\nPNG\n")
    (results / "data" / "mnist").mkdir(parents=True)
    source = {"dataset": "mnist", "source": "here", "sha256": {}}
    (results / "data" / "mnist" / "source.json").write_text(json.dumps(source))
    (results / "data" / "mnist" / "train-images").write_bytes(b"many")
    return results


def contents(results, weights=False, runs=RUNS):
    return content(results, results / "data", runs, SLICES, ROOT / "Snakefile", weights)


@pytest.fixture
def archive(made, tmp_path):
    write(tmp_path / "a.tar.xz", contents(made), CITATION)
    return tmp_path / "a.tar.xz"


def laid(folder):
    """Every file below a folder, and what it holds."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def restored(archive, folder):
    """Restore; returns the number of runs and what was said."""
    said = []
    count = restore(archive, folder / "results", folder / "results" / "data", said.append)
    return count, said


def test_a_light_run_has_no_weights_to_take_along(made):
    (made / "runs/a/seed-0/model.keras").unlink()
    (made / "runs/a/seed-0/decoded.npz").unlink()
    found = contents(made, weights=True)
    assert "runs/a/seed-0/model.keras" not in found.files
    assert "runs/a/seed-1/model.keras" in found.files
    assert "model.keras" in found.left_out  # as the archive says


def test_what_is_shown_comes_back_into_an_empty_folder(made, archive, tmp_path):
    assert restored(archive, tmp_path / "new") == (3, [])
    expected = {
        name: content
        for name, content in laid(made).items()
        if not name.endswith(("model.keras", "decoded.npz", "train-images"))
    }
    assert laid(tmp_path / "new" / "results") == expected
    assert len(expected) == 3 * len(KEPT) + 2


def test_what_is_there_stays(archive, tmp_path):
    results = tmp_path / "new" / "results"
    own = results / "runs" / "a" / "seed-0"
    own.mkdir(parents=True)
    (own / "metrics.json").write_text("mine")
    (results / "data" / "mnist").mkdir(parents=True)
    (results / "data" / "mnist" / "source.json").write_text("mine")
    count, said = restored(archive, tmp_path / "new")
    assert count == 2
    [line] = said
    assert "seed-0 is there already: left as it is" in line
    assert laid(own) == {"metrics.json": b"mine"}
    assert (results / "data" / "mnist" / "source.json").read_text() == "mine"
    assert (results / "runs" / "b" / "seed-0" / "metrics.json").exists()
    assert restored(archive, tmp_path / "new")[0] == 0  # again: nothing left to do


def test_the_same_files_give_the_same_bytes(made, archive, tmp_path):
    copy = shutil.copytree(made, tmp_path / "elsewhere" / "results", copy_function=shutil.copyfile)
    write(tmp_path / "b.tar.xz", contents(copy, runs=RUNS[::-1]), CITATION)
    assert (tmp_path / "b.tar.xz").read_bytes() == archive.read_bytes()


def test_any_tool_opens_it(archive, made):
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        readme, manifest = (tar.extractfile(name).read().decode() for name in names[:2])
    assert names[:3] == ["README.txt", "manifest.json", "ro-crate-metadata.json"]
    manifest = json.loads(manifest)
    assert manifest["commits"] == ["commit of a", "commit of b"]
    assert manifest["left_out"] == ["decoded.npz", "model.keras"]
    assert "decoded.npz, model.keras" in readme
    own = (made / "runs" / "a" / "seed-1" / "metrics.json").read_bytes()
    digest = manifest["files"]["runs/a/seed-1/metrics.json"]
    assert digest == hashlib.sha256(own).hexdigest()
    assert set(manifest["files"]) == set(names[2:])


def test_weights_only_when_asked(made, archive, tmp_path):
    write(tmp_path / "w.tar.xz", contents(made, weights=True), CITATION)
    restored(tmp_path / "w.tar.xz", tmp_path / "new")
    name = "runs/b/seed-0/model.keras"
    assert laid(tmp_path / "new" / "results")[name] == laid(made)[name]
    with tarfile.open(archive) as tar:
        assert not [one for one in tar.getnames() if one.endswith(".keras")]


@pytest.mark.parametrize("damage", [lambda path: path.write_text("{}"), lambda path: path.unlink()])
def test_a_run_that_does_not_fit_its_record_is_named(made, damage):
    path = made / "runs" / "a" / "seed-1" / "images.csv"
    damage(path)
    with pytest.raises(LabError, match=r"a/seed-1/images\.csv: is not what record\.json says"):
        contents(made)


@pytest.mark.parametrize("text", [None, "{", "{}", "[]"])
def test_a_run_without_a_whole_record_is_named(made, text):
    path = made / "runs" / "b" / "seed-0" / "record.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(LabError, match=r"b/seed-0/record\.json"):
        contents(made)


def test_what_else_is_missing_is_named(made):
    (made / "datasets" / "mnist-100-50" / "formats.csv").unlink()
    with pytest.raises(LabError, match=r"mnist-100-50/formats\.csv"):
        contents(made)


# --- what is refused: in one line, and nothing is laid anywhere ---


def refused(path, folder, says):
    folder.mkdir(exist_ok=True)
    (folder / "beside").write_text("mine")
    with pytest.raises(LabError, match=says) as error:
        restored(path, folder)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    assert laid(folder) == {"beside": b"mine"}


def tar(path, members, compress=lzma.open):
    """An archive of these members; those that are no bytes are JSON."""
    with compress(path, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members.items():
            data = data if isinstance(data, bytes) else json.dumps(data).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def manifest(members, **changes):
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    return {"manifest.json": {"format": 1, "files": sums, **changes}, **members}


RUN = {"runs/x/seed-0/config.json": b"{}"}


def test_a_hand_made_archive_is_taken(tmp_path):
    """So that those below are refused for what they say they are."""
    assert restored(tar(tmp_path / "x.tar.xz", manifest(RUN)), tmp_path / "new") == (1, [])


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_flipped_bit(archive, tmp_path, part):
    damaged = bytearray(archive.read_bytes())
    damaged[int(part * len(damaged))] ^= 1
    archive.write_bytes(damaged)
    refused(archive, tmp_path / "new", "is no whole archive")


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.999])
def test_a_truncated_file(archive, tmp_path, part):
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(part * len(whole))])
    refused(archive, tmp_path / "new", "is no whole archive")


@pytest.mark.parametrize(
    "members",
    [
        RUN,
        {"manifest.json": b"{", **RUN},
        {"manifest.json": [1], **RUN},
        {"manifest.json": {"format": 1}, **RUN},
        manifest(RUN, files=[1]),
        manifest(RUN, files={}),
        manifest(RUN, files=dict.fromkeys(RUN, "0" * 64)),
        {**manifest(RUN), "runs/x/seed-0/more.json": b"{}"},
        {name: data for name, data in manifest(RUN).items() if name == "manifest.json"},
    ],
    ids=[
        "no manifest", "damaged", "a list", "no files", "files a list", "not listed", "other sum",
        "one more", "one less",
    ],
)  # fmt: skip
def test_a_foreign_archive(tmp_path, members):
    refused(tar(tmp_path / "x.tar.xz", members), tmp_path / "new", "is no whole archive")


def test_other_files(tmp_path):
    (tmp_path / "x.txt").write_text("no archive")
    refused(tmp_path / "x.txt", tmp_path / "new", "is no whole archive")
    refused(tmp_path / "none", tmp_path / "new", "there is no such file")
    refused(tmp_path, tmp_path / "new", "there is no such file")


@pytest.mark.parametrize(
    "name", ["../x", "runs/../../../x", "/tmp/lab-archive-x", "runs/x/../../../y"]
)
def test_nothing_is_laid_outside(tmp_path, name):
    members = manifest({**RUN, name: b"evil"})
    before = laid(tmp_path)
    path = tar(tmp_path / "x.tar.xz", members)
    refused(path, tmp_path / "new", "is no whole archive")
    assert set(laid(tmp_path)) == {*before, "x.tar.xz", "new/beside"}


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../beside", "config.json"])
def test_links_are_refused(tmp_path, target):
    path = tmp_path / "x.tar.xz"
    with lzma.open(path, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in manifest(RUN).items():
            data = data if isinstance(data, bytes) else json.dumps(data).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("runs/x/seed-0/link.json")
        link.type, link.linkname = tarfile.SYMTYPE, target
        archive.addfile(link)
    refused(path, tmp_path / "new", "is no whole archive")


@pytest.fixture
def little_room(monkeypatch):
    """An archive may unpack to a megabyte."""
    monkeypatch.setattr(archive_module, "SPARE", 10**6)


def test_a_bomb(tmp_path, little_room):
    """30 MB of zeros in 5 kB, and none of them in a file."""
    bomb = tar(tmp_path / "x.tar.xz", manifest({"runs/x/seed-0/config.json": bytes(3 * 10**7)}))
    assert bomb.stat().st_size < 10**4
    refused(bomb, tmp_path / "new", "unpacks to more than any archive of this project does")


def test_a_header_that_is_a_bomb(tmp_path, little_room):
    """Tar's headers can have any length, and are read as a whole."""
    with (
        lzma.open(tmp_path / "x.tar.xz", "wb") as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        info = tarfile.TarInfo("runs/x/seed-0/config.json")
        info.pax_headers = {"comment": "x" * 3 * 10**7}
        archive.addfile(info)
    refused(tmp_path / "x.tar.xz", tmp_path / "new", "unpacks to more than any archive")


def test_another_format(tmp_path):
    path = tar(tmp_path / "x.tar.xz", manifest(RUN, format=2))
    refused(path, tmp_path / "new", "has format 2, this code reads 1")
