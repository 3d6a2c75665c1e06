"""Which files of the library decide the bits of a run: an edit of one of them retrains.

A noise's own file is one more where the noise is drawn anew each epoch (elsewhere the noisy images
are data), and so is that of a loss which is not Keras'.
"""

DECIDES_BITS = (
    "data/shift.py",
    "model/build.py",
    "model/fast.py",
    "seeds.py",
    "training/fit.py",
    "training/runtime.py",
)
# Packages whose version decides bits.
PACKAGES = ("tensorflow", "keras", "numpy")
