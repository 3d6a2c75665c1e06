import math

from denoising.report.curves import bars, height, line


def test_a_line_goes_through_its_values():
    assert line([0, 1, 2], 2) == "M0 100L50 50L100 0"


def test_a_line_breaks_where_there_is_no_number_and_stays_in_its_square():
    assert line([1, math.nan, 3], 2) == "M0 50M100 0"
    assert line([], 1) == ""


def test_bars_stand_on_the_axis():
    assert bars([1, math.nan], 2) == "M6.25 100V50h37.5V100z"


def test_nothing_has_no_height():
    assert height(3, 0) == 100
