import pytest

from denoising.files import Damaged
from denoising.training.record import history_bytes, read_history
from denoising.training.state import Epoch

TRAINING = {"epochs": 3, "early_stopping": None}
PATIENT = {"epochs": 9, "early_stopping": {"patience": 1, "min_delta": 0.0, "restore_best": True}}


def written(path, *val_losses):
    path.write_bytes(history_bytes([Epoch(0.5, loss, 1.0) for loss in val_losses]))
    return path


@pytest.mark.parametrize(
    ("training", "val_losses"),
    [
        (TRAINING, (0.3, 0.2, 0.1)),
        (TRAINING, (0.3, float("nan"))),  # it diverged
        (PATIENT, (0.3, 0.2, 0.2)),  # no better for long enough
    ],
)
def test_a_history_that_its_configuration_allows(tmp_path, training, val_losses):
    table = read_history(written(tmp_path / "history.csv", *val_losses), training)
    assert len(table) == len(val_losses)
    assert table["loss"].tolist() == [0.5] * len(val_losses)


@pytest.mark.parametrize(
    ("training", "val_losses"),
    [
        (TRAINING, (0.3, 0.2)),  # an epoch is missing
        (TRAINING, (0.3, 0.2, 0.1, 0.1)),  # one too many
        (TRAINING, (float("nan"), 0.2, 0.1)),  # none follows one that diverged
        (PATIENT, (0.3, 0.2)),
        (PATIENT, (0.3, 0.3, 0.1)),
        (TRAINING, ()),
    ],
)
def test_a_history_that_no_training_of_its_configuration_leaves(tmp_path, training, val_losses):
    path = written(tmp_path / "history.csv", *val_losses)
    with pytest.raises(Damaged, match=r"history\.csv: no training of this configuration"):
        read_history(path, training)
    assert not path.exists()  # set aside: the training is made again


@pytest.mark.parametrize("size", [0, 10, 40, 60, -1])
def test_a_history_that_was_cut(tmp_path, size):
    path = written(tmp_path / "history.csv", 0.3, 0.2, 0.1)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(Damaged):
        read_history(path, TRAINING)
