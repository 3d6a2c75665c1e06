"""Titles that tell experiments apart."""

from collections import Counter
from collections.abc import Mapping

from denoising.config.read import Text
from denoising.config.resolve import english

LONGEST_TITLE = 60  # characters


def distinct(titles: Mapping[str, Text]) -> dict[str, Text]:
    """Add their names to titles that several have in a language.

    Parameters
    ----------
    titles : mapping
        Name → its title, one text or one a language.

    Returns
    -------
    dict
        The same; no two texts of one language are equal.
    """
    languages = {lang for title in titles.values() if isinstance(title, dict) for lang in title}
    found = dict(titles)
    while True:
        common = {
            text
            for language in languages or {"en"}
            for text, count in Counter(_in(title, language) for title in found.values()).items()
            if count > 1
        }
        shared = [n for n, title in found.items() if common & {_in(title, x) for x in languages}
                  or (isinstance(title, str) and title in common)]  # fmt: skip
        if not shared:
            return found
        for name in shared:
            title = found[name]
            found[name] = (
                f"{title} ({name})"
                if isinstance(title, str)
                else {language: f"{text} ({name})" for language, text in title.items()}
            )


def _in(title: Text, language: str) -> str:
    if isinstance(title, str):
        return title
    return title.get(language) or next(iter(title.values()))


def drawn_titles(titles: Mapping[str, Text]) -> dict[str, str]:
    """Return titles as figures write them: in English, all different, none too long.

    Parameters
    ----------
    titles : mapping
        Name → its title, one text or one a language.
    """
    short = {name: _short(english(title)) for name, title in titles.items()}
    return {name: english(title) for name, title in distinct(short).items()}


def _short(title: str) -> str:
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    return f"\u2060{title}" if title.startswith("_") else title  # matplotlib hides labels with _
