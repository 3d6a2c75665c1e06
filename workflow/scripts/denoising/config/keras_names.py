"""What this Keras offers by name, known without importing it.

`keras_names.json` is written by `python -m denoising.config.keras_names`; a test compares it with
the installed Keras. It lets a configuration be checked in milliseconds.
"""

import inspect
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

PATH = Path(__file__).with_name("keras_names.json")
# Base classes, wrappers of other optimizers, and what does not fit images.
EXCLUDED = {"Optimizer", "MultiOptimizer", "LossScaleOptimizer", "OptimizerMap", "Loss", "CTC"}


EXCLUDED |= {"Initializer", "Constant", "STFT", "Identity"}
EXCLUDED |= {"LearningRateSchedule", "Regularizer", "OrthogonalRegularizer"}  # the last: matrices
# Losses that compare classes, not images: of black pixels, or of one channel, they are no number.
EXCLUDED |= {"CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge"}
EXCLUDED |= {"CategoricalGeneralizedCrossEntropy", "Circle", "SparseCategoricalCrossentropy"}


NOT_ARGUMENTS = {"self", "name", "dtype", "args", "kwargs"}
NOT_ARGUMENTS |= {
    "seed",
    "input_axes",
    "output_axes",
}  # of initializers: the run and the layer decide
# Not activations, one that needs arguments, and one that halves the channels.
NOT_ACTIVATIONS = {"get", "serialize", "deserialize", "threshold", "glu"}


@cache
def names() -> dict[str, Any]:
    """Return the names.

    Returns
    -------
    dict
        ``optimizers``, ``losses``, ``initializers`` and ``regularizers``: name → argument →
        default; ``schedules``: name → ``required`` (list of arguments) and ``optional`` (argument
        → default); ``activations``: list of names.
    """
    return json.loads(PATH.read_text())


def collect() -> dict[str, Any]:
    """Read the names from the installed Keras; the content of `keras_names.json`."""
    import keras
    from keras.src.utils.naming import to_snake_case

    def parameters(cls: type) -> tuple[list[str], dict[str, Any]]:
        """Arguments that are needed, and the defaults of the others."""
        found = [
            p for key, p in inspect.signature(cls.__init__).parameters.items()
            if key not in NOT_ARGUMENTS
        ]  # fmt: skip
        required = [p.name for p in found if p.default is inspect.Parameter.empty]
        return required, {p.name: p.default for p in found if p.name not in required}

    def classes(module: ModuleType, base: type) -> dict[str, type]:
        return {
            key: value
            for key, value in sorted(vars(module).items())
            if inspect.isclass(value) and issubclass(value, base) and value.__name__ not in EXCLUDED
        }

    def described(found: dict[str, type], spell: Any) -> dict[str, Any]:
        pairs = {spell(key): parameters(cls) for key, cls in found.items()}
        return {key: optional for key, (required, optional) in pairs.items() if not required}

    initializers = {
        cls.__name__: cls for cls in classes(keras.initializers, keras.Initializer).values()
    }
    schedules = classes(keras.optimizers.schedules, keras.optimizers.schedules.LearningRateSchedule)
    regularizers = {
        key: cls
        for key, cls in classes(keras.regularizers, keras.regularizers.Regularizer).items()
        if key.islower()
    }
    return {
        "keras": keras.__version__,
        "optimizers": described(classes(keras.optimizers, keras.Optimizer), str.lower),
        "losses": described(classes(keras.losses, keras.Loss), to_snake_case),
        "activations": sorted(
            key
            for key, value in vars(keras.activations).items()
            if inspect.isfunction(value) and key not in NOT_ACTIVATIONS
        ),
        "initializers": described(initializers, to_snake_case),
        "regularizers": described(regularizers, str),
        "schedules": {
            to_snake_case(key): dict(zip(("required", "optional"), parameters(cls), strict=True))
            for key, cls in schedules.items()
        },
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(collect(), indent=1) + "\n")
