"""The model that another experiment trained: on other images, or under other noise."""

from pathlib import Path
from typing import Annotated

from denoising.methods import method
from denoising.methods.autoencoder import Autoencoder
from denoising.registry import about


@method(
    "pretrained",
    title={"en": "Trained elsewhere", "zh": "另行训练"},
    description={
        "en": "the autoencoder that `experiment` trained with the same seed",
        "zh": "`experiment` 以相同种子训练所得的自编码器",
    },
)
class Pretrained(Autoencoder):
    """A run's model, without training of its own."""

    load = None  # not from its own folder

    def __init__(
        self, experiment: Annotated[str, about("The experiment that trained it.")]
    ) -> None:
        self.experiment = experiment

    def borrow(self, folder: Path) -> None:
        """Read ``model.keras`` of that experiment's run; TensorFlow must have been set up."""
        Autoencoder.load(self, folder)
