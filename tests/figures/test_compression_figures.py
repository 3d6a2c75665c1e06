import pandas as pd

from denoising.figures.compression import compression_figure
from denoising.figures.style import save

COMPRESSION = pd.DataFrame(
    {
        "experiment": ["a", "a", "b", "b"], "bits": [32, 2, 32, 2],
        "bits_ratio": [4.0, 0.25, 0.16, 0.01], "all": [0.3, 0.5, 0.4, 0.6],
    }
)  # fmt: skip
FORMATS = pd.DataFrame(
    {
        "format": ["PNG", "PNG", "JPEG", "JPEG"], "files": ["each", "sheet"] * 2,
        "bits_ratio": [0.3, 0.2, 0.4, 0.07], "all": [0, 0, 0.3, 0.31],
    }
)  # fmt: skip


def draw():
    return compression_figure(COMPRESSION, FORMATS, {"a": "A", "b": "B"})


def test_redrawn_figures_are_byte_identical(tmp_path):
    for name in "ab":
        save(draw(), [tmp_path / f"{name}.svg"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_line_a_code_and_points_for_the_formats():
    figure = draw()
    [axes] = figure.axes
    lines = {line.get_label(): line for line in axes.lines}
    assert list(lines["A"].get_xdata()) == [4.0, 0.25]
    assert list(lines["B"].get_ydata()) == [0.4, 0.6]
    assert list(lines["JPEG, all on one sheet"].get_xdata()) == [0.07]
    assert [text.get_text() for text in axes.texts[1:]] == [
        "32",
        "2",
    ]  # of others they would collide


def test_codes_of_a_sweep_share_a_colour_and_have_their_numbers_beside_them():
    numbers = COMPRESSION.assign(code_elements=[64, 64, 16, 16])
    sweeps = dict.fromkeys("ab", "Sizes")
    [axes] = compression_figure(numbers, FORMATS, {"a": "A", "b": "B"}, sweeps).axes
    own = [
        line for line in axes.lines if line.get_linestyle() == "-" and len(line.get_xdata()) == 2
    ]
    codes = [line for line in own if line.get_color() == own[-1].get_color()]
    assert [line.get_label() for line in codes if not line.get_label().startswith("_")] == ["Sizes"]
    assert len(codes) == 2
    assert [text.get_text() for text in axes.texts[1:]] == ["64 numbers", "16"]
