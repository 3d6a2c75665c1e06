"""The measures of a run: how far its images are from the clean ones, and how its training went.

One entry a measure, here and nowhere else: ``metrics.json``, ``images.csv`` and the tables that
it names take it from `MEASURES`.
"""

from math import prod

import numpy as np

from denoising.measures.measure import HIGHER, LOWER, Measured, Measures

FIRST = 10  # the write-up's average is over the first ten test images
LIMIT = 0.5  # the write-up's bound on the relative error
SSIM_WINDOW, SSIM_SIGMA = 11, 1.5  # pixels; all constants are those of Wang et al. 2004
SSIM_C1, SSIM_C2 = 0.01**2, 0.03**2  # white is 1
SSIM_BATCH = 500  # images: what is held at a time
MEASURES = Measures()


def not_black(images: np.ndarray) -> np.ndarray:
    """Tell of each image whether it has any light in it; shape (N,)."""
    return images.any(axis=tuple(range(1, images.ndim)))


@MEASURES.register(
    "relative_error",
    per_image=True,
    digits=4,
    better=LOWER,
    head={"en": "Error, all images", "zh": "误差，全部图像"},
    title={
        "en": "Relative error ‖x − x̂‖₂ / ‖x‖₂ (NRMSE), the mean over all test images",
        "zh": "相对误差 ‖x − x̂‖₂ / ‖x‖₂（NRMSE），全部测试图像的平均",
    },
    tables=("runs", "experiments", "comparisons"),
)
def relative_error(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Relative error ‖x − x̂‖₂ / ‖x‖₂ of each image (the write-up's measure).

    The field calls it normalised root-mean-square error, NRMSE: scikit-image's
    ``normalized_root_mse`` with its default, Euclidean normalisation.

    Parameters
    ----------
    clean, decoded : ndarray, shape (N, ...)
        Images along the first axis.

    Returns
    -------
    ndarray of float64, shape (N,)
        0 for a perfect image, 1 for an empty one; NaN where the clean image is black.
    """
    flat = (len(clean), prod(clean.shape[1:]))  # also of no image
    x = clean.reshape(flat).astype(np.float64)
    difference = x - decoded.reshape(flat)
    norm = np.linalg.norm(x, axis=1)
    norm[norm == 0] = np.nan
    return np.linalg.norm(difference, axis=1) / norm


@MEASURES.register(
    "mse",
    per_image=True,
    digits=4,
    better=LOWER,
    head={"en": "MSE", "zh": "MSE"},
    title={"en": "Mean squared error of the pixels", "zh": "像素的均方误差"},
    kept=0,  # it follows from the relative error
)
def mean_squared_error(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Mean squared difference of the pixels of each image."""
    return np.mean((clean - decoded) ** 2, axis=(1, 2, 3), dtype=np.float64)


@MEASURES.register(
    "psnr",
    per_image=True,
    unit="dB",
    digits=2,
    better=HIGHER,
    head={"en": "PSNR (dB)", "zh": "PSNR (dB)"},
    title={"en": "Peak signal-to-noise ratio, white is 1", "zh": "峰值信噪比，白色为 1"},
    tables=("runs", "experiments"),
    kept=0,  # it follows from the relative error
)
def psnr(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio of each image in dB; infinite for a perfect one."""
    from skimage.metrics import peak_signal_noise_ratio

    pairs = zip(clean, decoded, strict=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array([peak_signal_noise_ratio(x, y, data_range=1) for x, y in pairs])


def ssim_window(shape: tuple[int, ...]) -> int:
    """Side of SSIM's window: 11 pixels, or the largest odd number that fits into the image."""
    side = min(shape[:2])
    return min(SSIM_WINDOW, side - 1 + side % 2)


@MEASURES.register(
    "ssim",
    per_image=True,
    better=HIGHER,
    head={"en": "SSIM", "zh": "SSIM"},
    title={
        "en": "Structural similarity with Gaussian weights (Wang et al. 2004)",
        "zh": "结构相似性，高斯权重（Wang 等，2004）",
    },
    tables=("runs", "experiments"),
    kept=0,
)
def ssim(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Structural similarity of each image, as in Wang et al. 2004.

    The same numbers as scikit-image's ``structural_similarity`` with ``gaussian_weights``, which
    takes one image at a time and ten times as long. In a window smaller than 11 pixels the
    Gaussian is as much narrower.
    """
    batches = range(0, len(clean), SSIM_BATCH)
    parts = [_ssim(clean[n : n + SSIM_BATCH], decoded[n : n + SSIM_BATCH]) for n in batches]
    return np.concatenate(parts)


def _ssim(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    radius = ssim_window(x.shape[1:]) // 2
    sigma = SSIM_SIGMA * radius / (SSIM_WINDOW // 2)

    def mean(images: np.ndarray) -> np.ndarray:
        return gaussian_filter(images, (0, sigma, sigma, 0), radius=(0, radius, radius, 0))

    with np.errstate(divide="ignore", invalid="ignore"):
        mx, my = mean(x), mean(y)
        vx, vy, vxy = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
        numerator = (2 * mx * my + SSIM_C1) * (2 * vxy + SSIM_C2)
        index = numerator / ((mx**2 + my**2 + SSIM_C1) * (vx + vy + SSIM_C2))
    inner = slice(radius, -radius or None)  # where the window lies within the image
    channels = index[:, inner, inner].mean(axis=(1, 2), dtype=np.float64)
    return channels.astype(np.float32).mean(axis=-1)


def edge_energy(images: np.ndarray) -> np.ndarray:
    """Sum of the squared differences of neighbouring pixels, of each image.

    Parameters
    ----------
    images : ndarray, shape (N, rows, columns, channels)

    Returns
    -------
    ndarray of float64, shape (N,)
        The less, the more blurred an image of the same brightness is.
    """
    pixels = images.astype(np.float64)
    steps = (np.square(np.diff(pixels, axis=axis)).sum(axis=(1, 2, 3)) for axis in (1, 2))
    return sum(steps)


@MEASURES.register(
    "edge_ratio",
    per_image=True,
    head={"en": "Edge ratio", "zh": "边缘比"},
    title={
        "en": "Edge energy over that of the clean image; below 1 it is blurred",
        "zh": "边缘能量与干净图像之比；小于 1 表示模糊",
    },
    kept=0,
)
def edge_ratio(clean: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Edge energy of each image over that of the clean one; NaN where this has no edge."""
    energy = edge_energy(clean)
    energy[energy == 0] = np.nan
    return edge_energy(decoded) / energy


@MEASURES.register(
    "relative_error_first10",
    digits=4,
    better=LOWER,
    head={"en": "Error, first ten", "zh": "误差，前十幅"},
    title={
        "en": "Mean relative error of the first ten test images, the write-up's number",
        "zh": "前十幅测试图像的平均相对误差，即原报告的数字",
    },
    tables=("runs", "experiments", "comparisons"),
)
def _first(run: Measured) -> float:
    return run.images["relative_error"][:FIRST].mean()


@MEASURES.register(
    "relative_error_first10_max",
    digits=4,
    better=LOWER,
    head={"en": "Largest of the first ten", "zh": "前十幅中的最大值"},
    title={
        "en": "Largest relative error of the first ten test images",
        "zh": "前十幅测试图像的最大相对误差",
    },
)
def _first_max(run: Measured) -> float:
    return run.images["relative_error"][:FIRST].max()


@MEASURES.register(
    "relative_error_sd",
    digits=4,
    head={"en": "SD over the images", "zh": "图像间的标准差"},
    title={
        "en": "Standard deviation of the relative error over the test images",
        "zh": "相对误差在测试图像间的标准差",
    },
)
def _sd(run: Measured) -> float:
    return run.images["relative_error"].std()


@MEASURES.register(
    "share_under_limit",
    better=HIGHER,
    head={"en": "Under 50 %", "zh": "低于 50 %"},
    title={
        "en": "Share of the test images with a relative error under 50 %",
        "zh": "相对误差低于 50 % 的测试图像所占比例",
    },
    tables=("runs", "experiments"),
)
def _share_under_limit(run: Measured) -> float:
    return (run.images["relative_error"].dropna() < LIMIT).mean()


@MEASURES.register(
    "relative_error_noisy",
    digits=4,
    better=LOWER,
    head={"en": "Error of the input", "zh": "输入的误差"},
    title={
        "en": "Mean relative error of the noisy test images themselves",
        "zh": "加噪测试图像本身的平均相对误差",
    },
    always=True,
)
def _noisy(run: Measured) -> float:
    return _mean_error(run.clean, run.noisy)


@MEASURES.register(
    "relative_error_other_noise",
    digits=4,
    better=LOWER,
    head={"en": "Error, other noise", "zh": "误差，另一份噪声"},
    title={
        "en": "Mean relative error of the first ten test images under another draw of the noise",
        "zh": "前十幅测试图像换用另一次抽取的噪声时的平均相对误差",
    },
    tables=(),
)
def _other_noise(run: Measured) -> float:
    return _mean_error(run.clean[:FIRST], run.other)


@MEASURES.register(
    "slip",
    digits=4,
    better=LOWER,
    head={"en": "Error, one image off", "zh": "误差，错开一幅"},
    title={
        "en": "Mean relative error of the first ten, each held against the output for the next",
        "zh": "前十幅各与下一幅的输出比较时的平均相对误差",
    },
    tables=(),
)
def _slip(run: Measured) -> float:
    shown = eight_bits(run.decoded[:FIRST]) / 255  # a slip of pictures: what a viewer saw
    return _mean_error(run.clean[:FIRST], np.roll(shown, -1, axis=0))


@MEASURES.register(
    "held_out_error",
    digits=4,
    better=LOWER,
    head={"en": "Error, held out", "zh": "误差，留出"},
    title={
        "en": "Mean relative error of the training images that were held out; it is what chooses",
        "zh": "留出的训练图像的平均相对误差：一切选择均以此为准",
    },
)
def _held_out_error(run: Measured) -> float | None:
    return None if run.held_out is None else _mean_error(*run.held_out)


@MEASURES.register(
    "loss",
    digits=4,
    head={"en": "Training loss", "zh": "训练损失"},
    title={"en": "Loss of the training images in the last epoch", "zh": "最后一轮训练图像的损失"},
    tables=(),
)
def _loss(run: Measured) -> float | None:
    return None if run.history is None else run.history["loss"].iloc[-1]


@MEASURES.register(
    "val_loss",
    digits=4,
    head={"en": "Val. loss", "zh": "验证损失"},
    title={
        "en": "Loss of the validation images after the last epoch; compare within one loss only",
        "zh": "最后一轮之后验证图像的损失；只在同一种损失函数内可比",
    },
    tables=("runs", "experiments"),
)
def _val_loss(run: Measured) -> float | None:
    return None if run.history is None else run.history["val_loss"].iloc[-1]


@MEASURES.register(
    "roughness",
    head={"en": "Roughness", "zh": "粗糙度"},
    title={
        "en": "Mean size of the change of slope of the logarithm of the validation loss",
        "zh": "验证损失对数的斜率变化的平均大小",
    },
)
def _roughness(run: Measured) -> float | None:
    return None if run.history is None else roughness(run.history["val_loss"].to_numpy())


def roughness(val_loss: np.ndarray) -> float:
    """Mean size of the change of slope of the logarithm of a loss, from epoch to epoch.

    0 for a curve that falls by the same factor every epoch; NaN for fewer than three epochs.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        bends = np.diff(np.log(np.asarray(val_loss, dtype=float)), n=2)
    return float(np.abs(bends).mean()) if len(bends) else float("nan")


def eight_bits(images: np.ndarray) -> np.ndarray:
    """Return images in [0, 1] as uint8, for looking at: clipped, black where there is no number."""
    return np.rint(255 * np.clip(np.nan_to_num(images), 0, 1)).astype(np.uint8)


def _mean_error(clean: np.ndarray, decoded: np.ndarray) -> float:
    """Average the relative errors of the images that have one."""
    known = not_black(clean)
    return relative_error(clean[known], decoded[known]).mean() if known.any() else np.nan
