"""Saved figures: the same bytes for what looks the same."""

import re

import numpy as np
from matplotlib.figure import Figure

from denoising.figures.style import save


def drawing(left: float) -> Figure:
    figure = Figure(figsize=(2, 2))
    for bottom in (0.1, 0.55):
        axes = figure.add_axes((left, bottom, 0.4, 0.35))
        axes.imshow(np.eye(3))
        axes.plot([0, 2], [0, 2])
    return figure


def test_the_last_bits_of_a_layout_are_not_in_a_file(tmp_path):
    save(drawing(0.25), [tmp_path / "a.svg"])
    save(drawing(0.25 + 1e-14), [tmp_path / "b.svg"])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_every_clip_path_is_defined_once_and_used(tmp_path):
    save(drawing(0.25), [tmp_path / "a.svg"])
    svg = (tmp_path / "a.svg").read_text()
    defined = re.findall(r'<clipPath id="(\w+)"', svg)
    assert len(defined) == 2 == len(set(defined))  # one for each axes
    assert set(re.findall(r"clip-path=\"url\(#(\w+)\)\"", svg)) == set(defined)
