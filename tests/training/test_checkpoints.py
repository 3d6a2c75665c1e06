import numpy as np
import pytest

from denoising.training.checkpoints import Checkpoints, digest
from denoising.training.state import Epoch, State

IDENTITY = {"configuration": {"seed": 0}, "code": "abc", "cpu": "EPYC"}


def checkpoint(epoch):
    values = np.random.default_rng(epoch)
    variables = [values.random((3, 2), dtype=np.float32), np.array(epoch, np.int64), np.zeros(0)]
    best = [values.random((2, 1), dtype=np.float32)] * 11
    trajectory = {"on": np.full((epoch, 2, 2), 3, np.int32), "error": values.random((epoch, 5))}
    history = tuple(Epoch(*row) for row in values.random((epoch, 3)).tolist())
    return State(history, variables, best, trajectory)


def assert_equal(found, expected):
    assert found.history == expected.history
    assert list(found.trajectory) == list(expected.trajectory)
    arrays = [[*one.variables, *one.best, *one.trajectory.values()] for one in (found, expected)]
    for ours, theirs in zip(*arrays, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


@pytest.fixture
def checkpoints(tmp_path):
    return Checkpoints(tmp_path / "seed-0", IDENTITY)


def names(checkpoints):
    return sorted(path.name for path in checkpoints.folder.iterdir())


def test_nothing_there(checkpoints):
    assert checkpoints.restore() is None


def test_the_newest_comes_back_to_the_bit(checkpoints):
    for epoch in (9, 10, 11):
        checkpoints.save(checkpoint(epoch))
    assert_equal(checkpoints.restore(), checkpoint(11))
    assert names(checkpoints) == ["epoch-000010.checkpoint", "epoch-000011.checkpoint"]


def test_a_loss_that_is_no_number_comes_back(checkpoints):
    checkpoints.save(checkpoint(1)._replace(history=(Epoch(float("nan"), float("inf"), 0.1),)))
    (found,) = checkpoints.restore().history
    assert np.isnan(found.loss)
    assert found[1:] == (float("inf"), 0.1)


def test_any_damage_is_noticed_and_the_one_before_taken(checkpoints, capsys):
    """Every single byte changed, and every length cut off."""
    checkpoints.save(checkpoint(1))
    checkpoints.save(checkpoint(2))
    path = checkpoints.folder / "epoch-000002.checkpoint"
    whole = path.read_bytes()
    flipped = [whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in range(0, len(whole), 7)]
    for damaged in [*flipped, *(whole[:n] for n in range(0, len(whole), 31)), whole + b"x"]:
        path.write_bytes(damaged)
        assert_equal(checkpoints.restore(), checkpoint(1))
        assert f"checkpoint {path} dropped: it is damaged" in capsys.readouterr().out
        assert not path.exists()


def test_all_damaged_means_from_the_start(checkpoints, capsys):
    for epoch in (1, 2):
        checkpoints.save(checkpoint(epoch))
    for path in checkpoints.folder.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert checkpoints.restore() is None
    assert capsys.readouterr().out.count("dropped") == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"configuration": {"seed": 1}}, "another configuration"),
        ({"code": "abd"}, "another code"),
        ({"cpu": "Xeon", "code": "x"}, "another code, another cpu"),
        ({"data": "d"}, "another data"),
    ],
)
def test_another_identity_is_never_continued(checkpoints, change, says, capsys):
    checkpoints.save(checkpoint(3))
    assert Checkpoints(checkpoints.folder, {**IDENTITY, **change}).restore() is None
    assert f"dropped: it was made with {says}\n" in capsys.readouterr().out
    assert checkpoints.restore() is None


def test_a_half_written_file_is_no_checkpoint(checkpoints):
    checkpoints.save(checkpoint(1))
    (checkpoints.folder / "epoch-000002.part").write_bytes(b"half")
    assert len(checkpoints.restore().history) == 1
    checkpoints.save(checkpoint(2))
    assert_equal(checkpoints.restore(), checkpoint(2))


def run_of(experiment="a", epochs=4, seed=0):
    run = {"experiment": experiment, "seed": seed, "training": {"epochs": epochs, "batch_size": 8}}
    return {**IDENTITY, "configuration": run}


@pytest.fixture
def kept(tmp_path):
    """What was kept of a run of two epochs."""
    own = Checkpoints(tmp_path / "short", run_of(epochs=2))
    own.save(checkpoint(1))
    own.save(checkpoint(2))
    own.keep(tmp_path / "kept")
    return tmp_path / "kept"


@pytest.mark.parametrize("epochs", [2, 3])
def test_the_same_run_for_more_epochs_goes_on_from_a_shorter_one(tmp_path, kept, epochs):
    assert [path.name for path in kept.iterdir()] == ["epoch-000002.checkpoint"]
    longer = Checkpoints(tmp_path / "long", run_of("b", epochs), kept)
    assert_equal(longer.restore(), checkpoint(2))
    longer.save(checkpoint(3))
    assert_equal(longer.restore(), checkpoint(3))  # its own comes first


def test_who_trains_no_epoch_more_hands_on_what_it_was_given(tmp_path, kept):
    same = Checkpoints(tmp_path / "same", run_of("b", epochs=2), kept)
    assert_equal(same.restore(), checkpoint(2))
    same.keep(tmp_path / "above")
    above = Checkpoints(tmp_path / "longer", run_of("c", epochs=9), tmp_path / "above")
    assert_equal(above.restore(), checkpoint(2))


@pytest.mark.parametrize(
    "identity", [run_of("b", seed=1), run_of("b", epochs=1), {**run_of("b"), "code": "x"}]
)
def test_another_run_does_not_go_on_from_it(tmp_path, kept, identity):
    assert Checkpoints(tmp_path / "long", identity, kept).restore() is None
    assert len(list(kept.iterdir())) == 1


def test_what_was_kept_may_be_damaged_or_gone(tmp_path, kept):
    path = kept / "epoch-000002.checkpoint"
    path.write_bytes(path.read_bytes()[:-1])
    assert Checkpoints(tmp_path / "long", run_of("b"), kept).restore() is None
    assert Checkpoints(tmp_path / "long", run_of("b"), tmp_path / "nowhere").restore() is None


def test_digest_of_parts():
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2: "abc"
    assert digest([b"a", np.frombuffer(b"bc", np.uint8)]) == known
