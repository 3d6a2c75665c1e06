"""Figures as parts of the page: in its colours, its type and its languages."""

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup

from denoising.figures.ids import AXES, KEY, SERIES
from denoising.files import content
from denoising.report.texts import LANGUAGES, Localised, in_language

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
# What the figures draw in grey follows the page, light or dark.
COLOURS = {
    "#000000": "currentColor",
    "#ffffff": "var(--paper)",
    "#e4e4e4": "var(--line)",
    "#eeeeee": "var(--tint)",
    "#bbbbbb": "var(--soft)",
    "#888888": "var(--soft)",
    "#555555": "var(--soft)",
    "#444444": "var(--soft)",
}
NOTE = "#555555"
NAMES = re.compile(r"\{(\w+)\}")  # in a template
NUMBER = re.compile(r"-?\d+\.\d{3,}")
FONT = re.compile(r"font-family: [^;]*(; )?")
AXIS = re.compile(r"matplotlib\.axis_(\d+)")  # x and y of each axes in turn


class Labels:
    """Translations of what is written in figures.

    Parameters
    ----------
    templates : mapping
        What the drawing code writes, with ``{names}`` for what differs from figure to figure →
        the text in each language.
    titles : mapping
        Titles of the configuration as they are drawn → in each language.
    """

    def __init__(self, templates: Mapping[str, Localised], titles: Mapping[str, Localised]) -> None:
        words = {t: text for t, text in templates.items() if not NAMES.search(t)}
        self.exact = {**words, **titles}
        self.titles = set(titles)
        # the one with most of its own words first: another may match what it says as well
        filled_in = sorted((t for t in templates if NAMES.search(t)), key=_own_words, reverse=True)
        # a title may hold what stands between the names: the longest that fits is meant
        known = "|".join(re.escape(one) for one in sorted(titles, key=len, reverse=True))
        self.patterns = {_pattern(t, known or "(?!)"): templates[t] for t in filled_in}

    def __call__(self, text: str) -> Localised | None:
        """Return the translation of a text; None if it needs none or has none."""
        if found := self.exact.get(text):
            return found
        for pattern, template in self.patterns.items():
            if match := pattern.fullmatch(text):
                values = {k: self.exact.get(v, v) for k, v in match.groupdict().items()}
                return Localised(
                    {
                        language: one.format(
                            **{k: in_language(v, language) for k, v in values.items()}
                        )
                        for language, one in template.texts.items()
                    }
                )
        return None

    def experiment(self, series: str) -> str:
        """Return a series' experiment, by its title: the series, or what stands before a colon."""
        first = series.rsplit(": ", 1)[0]
        return series if series in self.titles or first not in self.titles else first


def _own_words(template: str) -> tuple[int, str]:
    return len(NAMES.sub("", template)), template


def _pattern(template: str, titles: str) -> re.Pattern[str]:
    parts = NAMES.split(template)
    names = parts[1::2]
    literal = [re.escape(part) for part in parts[::2]]
    groups = [f"(?P<{name}>{titles if name == 'title' else '.+?'})" for name in names] + [""]
    return re.compile("".join(a + b for a, b in zip(literal, groups, strict=True)))


def texts_of(path: Path) -> list[str]:
    """List what is written in an SVG file."""
    return [(text.text or "").strip() for text in ElementTree.parse(path).iter(f"{SVG}text")]


def inline(path: Path, name: str, labels: Labels) -> Markup:
    """Return an SVG file as an element of an HTML page.

    Its ids get the name as a prefix, so that several figures can share a page; greys become the
    page's colours, and texts stand in it once a language. What is drawn of a series, and the texts
    that name it, have ``data-series`` (and ``data-experiment``, where an experiment has that
    title); axes have ``data-axes``, and theirs ``data-axis``.

    Parameters
    ----------
    path : Path
        As matplotlib writes it, texts as text.
    name : str
        Unique in the page; the id of the text alternative is ``<name>-alt``.
    labels : Labels
    """
    root = ElementTree.fromstring(content(path))
    for part in list(root):  # a <style> would hold for the whole page
        if part.tag == f"{SVG}metadata" or part.find(f"{SVG}style") is not None:
            root.remove(part)
    prefix = f"{name.replace('.', '-')}-"
    references = set()
    series = {name[len(SERIES) :] for name in _ids(root) if name.startswith(SERIES)}
    for element in root.iter():
        _identify(element, series, labels)
        _localise(element, labels)
        references |= _restyle(element, prefix)
    for element in root.iter():  # ids that nothing refers to only make the page larger
        if element.get("id") not in references:
            element.attrib.pop("id", None)
    width = root.attrib.pop("width").removesuffix("pt")
    root.attrib.pop("height")
    root.attrib |= {
        "role": "img",
        "aria-labelledby": f"{name}-alt",
        "style": f"--width: {round(float(width) * 1.3)}px",
    }
    text = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return Markup(re.sub(r"(</?)\w+:|\sxmlns:?\w*=\"[^\"]*\"", r"\1", text).replace(" \n", " "))


def _ids(root: ElementTree.Element) -> list[str]:
    return [element.attrib["id"] for element in root.iter() if "id" in element.attrib]


def _identify(element: ElementTree.Element, known: set[str], labels: Labels) -> None:
    """Tell a page's script what an element is."""
    name, series = element.get("id", ""), None
    if name.startswith(SERIES):
        series = name[len(SERIES) :]
    elif name.startswith(KEY):
        _belong(element, name[len(KEY) :], labels)
    elif name.startswith(AXES):
        element.set("data-axes", name[len(AXES) :])
    elif axis := AXIS.match(name):
        element.set("data-axis", "x" if int(axis[1]) % 2 else "y")
    elif element.tag == f"{SVG}text" and (text := (element.text or "").strip()):
        series = text if text in known or text in labels.titles else None
    if series is not None:
        element.set("data-series", series)
        _belong(element, series, labels)


def _belong(element: ElementTree.Element, series: str, labels: Labels) -> None:
    if (experiment := labels.experiment(series)) in labels.titles:
        element.set("data-experiment", experiment)


def _localise(element: ElementTree.Element, labels: Labels) -> None:
    if element.tag != f"{SVG}text" or (found := labels((element.text or "").strip())) is None:
        return
    element.text = None
    for language, text in found.texts.items():
        part = ElementTree.SubElement(element, f"{SVG}tspan", {"lang": LANGUAGES[language]})
        part.text = str(text.unescape())


def _restyle(element: ElementTree.Element, prefix: str) -> set[str]:
    """Change one element's attributes; return the ids that it refers to."""
    references = set()

    def referred(match: re.Match[str]) -> str:
        references.add(prefix + match[1])
        return f"#{prefix}{match[1]}"

    attributes = element.attrib
    if "id" in attributes:
        attributes["id"] = prefix + attributes["id"]
    if XLINK_HREF in attributes:
        target = attributes.pop(XLINK_HREF)
        attributes["href"] = re.sub(r"#(.+)", referred, target) if target[0] == "#" else target
    if "clip-path" in attributes:
        attributes["clip-path"] = re.sub(r"#([^)]+)", referred, attributes["clip-path"])
    if "style" in attributes:
        style = FONT.sub("", attributes["style"])
        # texts on coloured fields are black or white, and stay so
        followed = (NOTE,) if element.tag == f"{SVG}text" else COLOURS
        for colour in followed:
            style = style.replace(colour, COLOURS[colour])
        attributes["style"] = style
    for key in ("d", "x", "y", "transform", "points"):
        if key in attributes:
            rounded = NUMBER.sub(lambda match: f"{float(match[0]):.2f}", attributes[key])
            attributes[key] = " ".join(rounded.split())
    return references
