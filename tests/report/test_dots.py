import pytest

from denoising.report.dots import LANES, NEAR, Axis, lanes


def test_dots_that_are_apart_stand_in_the_middle():
    assert lanes([10, 50, 20]) == [0, 0, 0]


def test_dots_that_would_lie_on_each_other_do_not():
    assert lanes([10, 10, 10, 10]) == [0, 1, -1, 2]
    assert lanes([10, 10 + NEAR / 2, 10 + 1.5 * NEAR]) == [0, 1, 0]


@pytest.mark.parametrize("count", [1, 9, 100])
def test_lanes_have_an_end(count):
    found = lanes([10.0] * count)
    assert len(found) == count
    assert max(map(abs, found)) <= LANES


def test_an_axis_places_errors_between_its_ends():
    axis = Axis(0.2, 0.4, ("0.2", "0.3", "0.4"))
    assert [axis.place(error) for error in (0.2, 0.25, 0.4)] == [0, 25, 100]
    assert [axis.place(error) for error in (0.1, 7.0)] == [
        0,
        100,
    ]  # what is beyond stands at the end
