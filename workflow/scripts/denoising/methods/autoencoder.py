"""The convolutional denoising autoencoder, trained by a job of its own."""

from pathlib import Path

import numpy as np

from denoising.methods import method

BATCH = 500


@method(
    "autoencoder",
    title={"en": "Autoencoder", "zh": "自编码器"},
    description={
        "en": "a neural network trained from noisy towards clean images",
        "zh": "以加噪图像为输入、干净图像为目标训练的神经网络",
    },
)
class Autoencoder:
    """The model of a run's folder."""

    def load(self, folder: Path) -> None:
        """Read ``model.keras``; TensorFlow must have been set up (`import_tensorflow`)."""
        import keras

        self.model = keras.models.load_model(folder / "model.keras")

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Predict."""
        return self.model.predict(noisy, batch_size=BATCH, verbose=0)

    @property
    def parameters(self) -> int:
        """Number of the model's weights."""
        return self.model.count_params()
