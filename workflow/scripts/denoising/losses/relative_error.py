"""The write-up's own measure of an image, as a loss."""

from typing import Any

from denoising.losses import loss


@loss(
    "relative-error",
    title={"en": "Relative error", "zh": "相对误差"},
    formula={"en": "‖x − x̂‖₂ / ‖x‖₂", "zh": "‖x − x̂‖₂ / ‖x‖₂"},
)
def relative_error(clean: Any, decoded: Any) -> Any:
    """Divide the error's norm by the image's; of a black image by that of one white pixel."""
    import tensorflow as tf

    axes = (1, 2, 3)
    error = tf.reduce_sum(tf.square(clean - decoded), axes)
    energy = tf.reduce_sum(tf.square(clean), axes)
    # the slope of a root is infinite at 0
    return tf.sqrt(tf.maximum(error, 1e-12) / tf.where(energy > 0, energy, 1.0))
