"""TensorFlow, set up so that a run depends on nothing but its configuration."""

import os
from types import ModuleType

# Read when TensorFlow is imported. oneDNN is pinned: on and off give different bits; on is faster.
ENVIRONMENT = {
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "KERAS_BACKEND": "tensorflow",
}
THREADS = 1


def import_tensorflow() -> ModuleType:
    """Import TensorFlow with one thread and oneDNN; call it before anything else imports it."""
    os.environ.update(ENVIRONMENT)
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    tf.config.experimental.enable_op_determinism()
    return tf
