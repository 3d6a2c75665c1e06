"""Ids in the SVG files of figures, by which the page's script tells what is what.

A series, or its key in a legend, and its label; axes, and of x and of y the scale and its ends, or
`NAMES` where an axis lists names.
"""

SERIES, KEY, AXES, NAMES = "series:", "key:", "axes:", "names"
