"""How a section of the page is declared, and the blocks that it is made of.

Light to import: the Snakefile reads the declarations. What computes is imported by `content`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from denoising.declare import Figure, Table
    from denoising.report.results import Results

MAIN, DETAILS = "main", "details"  # the page that is read, and the one that is looked up in


@dataclass(frozen=True)
class Column:
    """A column of a table of the page.

    Attributes
    ----------
    key : str
        Of the rows' dictionaries.
    format : str
        Of `denoising.report.tables.FORMATS`: ``text``, ``number``, ``interval``, ``share``, ``of``
        (k/n), ``p``, ``duration``, ``title`` (of an experiment), ``word`` (a text by its key),
        ``measured`` (a number of a registered measure, which says its head and digits),
        ``measure`` (the name of one).
    head : str, optional
        Key of the text ``columns.<head>``; `key` where nothing else is said.
    title : str
        Stands at the head in place of such a text.
    digits : int
    sign : bool
        Whether positive numbers have one.
    ends : tuple of str
        Of an ``interval``: keys of its ends.
    total : str
        Of ``of``: key of the whole.
    words : str
        Of a ``word``: what its key begins with, such as ``measures.``.
    strong, wrap : bool
        Whether it stands out; whether long texts go on in a new line.
    write : callable, optional
        Writes the cell in place of `format`: takes the row and the page.
    """

    key: str
    format: str = "number"
    head: str | None = None
    title: str = ""
    digits: int = 3
    sign: bool = False
    ends: tuple[str, str] = ("low", "high")
    total: str = ""
    words: str = ""
    strong: bool = False
    wrap: bool = False
    write: Callable[[Mapping[str, Any], Any], Any] | None = None


def of_all_images(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return columns for rows whose `ours` is of all test images; for these nothing is reported."""
    found = []
    for column in columns:
        if column.key == "ours":
            found.append(replace(column, head="all"))
        elif column.key == "all_images":
            found.append(replace(column, key="first_ten", head=None))
        elif column.key not in ("reported", "difference"):
            found.append(column)
    return tuple(found)


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    macro: ClassVar[str] = "heading"
    text: Any
    id: str | None = None


@dataclass(frozen=True)
class Text:
    """A paragraph; its `kind` is a class of the style sheet."""

    macro: ClassVar[str] = "text"
    text: Any
    kind: str = ""


@dataclass(frozen=True)
class Statement:
    """What the numbers say, in sentences; a preview says nothing."""

    macro: ClassVar[str] = "statement"
    sentences: Sequence[Any]


@dataclass(frozen=True)
class Points:
    """A list."""

    macro: ClassVar[str] = "points"
    items: Sequence[Any]
    ordered: bool = False


@dataclass(frozen=True)
class Facts:
    """Terms, each with the lines that explain it."""

    macro: ClassVar[str] = "facts"
    pairs: Sequence[tuple[Any, Sequence[Any]]]


@dataclass(frozen=True)
class Listing:
    """A table of the page.

    Attributes
    ----------
    name : str
        Unique in the page.
    caption : text
    columns : sequence of Column
        The first names the rows; one in which no row has anything is left out.
    rows : sequence of mapping
        ``class``, where a row has it, is a class of the style sheet.
    file : str, optional
        The table of ``results/tables/`` that can be downloaded with it.
    style : str
        A class of the style sheet.
    numbered : bool
    """

    macro: ClassVar[str] = "listing"
    name: str
    caption: Any
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    file: str | None = None
    style: str = ""
    numbered: bool = True


@dataclass(frozen=True)
class Drawing:
    """A figure of the plan, from `Results.figures`."""

    macro: ClassVar[str] = "drawing"
    figure: Mapping[str, Any]


@dataclass(frozen=True)
class Beside:
    """Blocks that stand beside each other where there is room."""

    macro: ClassVar[str] = "beside"
    blocks: Sequence[Any]


@dataclass(frozen=True)
class Template:
    """A template of `report/templates/sections/`, for what no other block can lay out."""

    macro: ClassVar[str] = "template"
    file: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A stretch of the page with a heading, an entry of the contents."""

    id: str
    heading: Any
    blocks: Sequence[Any]
    short: Any = None  # of the heading, for the bar


@dataclass(frozen=True)
class Section:
    """A section of the page: one file of `denoising/report/sections/`, found by itself.

    Attributes
    ----------
    name : str
        Its id in the page, and where its words stand: ``<name>.heading`` and so on.
    content : callable
        Takes `Results`, returns blocks, or parts of several headings; nothing where the section
        does not apply.
    order : int
        Sections stand in ascending order.
    page : str
        `MAIN`, which has a budget of words, or `DETAILS`.
    chapter : int, optional
        First number of its figures.
    words : mapping
        Language → its texts, as below ``<name>`` of `report/texts/`; ``columns``, ``captions``,
        ``alternatives``, ``labels`` and ``measures`` join those of the page.
    tables, figures : tuple
        `Table` and `Figure` declarations of its own.
    """

    name: str
    content: "Callable[[Results], Sequence[Any]]"
    order: int
    page: str = DETAILS
    chapter: int | None = None
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tables: "tuple[Table, ...]" = ()
    figures: "tuple[Figure, ...]" = ()
