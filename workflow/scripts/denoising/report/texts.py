"""The report's texts in its languages, and how numbers are written in them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from denoising.config.read import read_yaml
from denoising.report.numbers import format_duration

LANGUAGES = {"en": "en", "zh": "zh-Hans"}  # name → BCP 47 tag
PER_CENT = re.compile(r"(\d) ?%")
SEPARATORS = {"zh": {", ": "、", "; ": "；"}}  # where they are not the English ones
PUNCTUATION = {"zh": {" (": "（", ")": "）", ", ": "，"}}
BESIDE_HANZI = re.compile(
    r"(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])"
)


@dataclass(frozen=True)
class Localised:
    """One text in each language of a page.

    In a template it stands for all of them at once, an element each: style sheet and reader choose.
    """

    texts: Mapping[str, Markup]

    def __html__(self) -> str:
        """Write it as HTML; once, if all languages say the same."""
        if len(set(self.texts.values())) == 1:
            return str(next(iter(self.texts.values())))
        return "".join(
            f'<span lang="{LANGUAGES[language]}">{text}</span>'
            for language, text in self.texts.items()
        )

    def __getitem__(self, language: str) -> Markup:
        return self.texts[language]


def in_language(value: Any, language: str) -> Any:
    """Return a value as a text in this language holds it."""
    return value[language] if isinstance(value, Localised) else value


def localised(text: str | Mapping[str, str], languages: Sequence[str]) -> Localised:
    """Return a text of the configuration: the same in every language, or one for each.

    Where a language is missing, the first that there is stands in.
    """
    if isinstance(text, str):
        text = dict.fromkeys(languages, text)
    first = next(iter(text.values()))
    return Localised({language: escape(text.get(language, first)) for language in languages})


def joined(separator: str, parts: Iterable[Any]) -> "Localised | Markup":
    """Join texts; in each language if one of them is localised."""
    parts = list(parts)
    languages = next((part.texts for part in parts if isinstance(part, Localised)), None)
    if languages is None:
        return Markup(escape(separator)).join(parts)
    return Localised(
        {
            language: Markup(escape(SEPARATORS.get(language, {}).get(separator, separator))).join(
                in_language(part, language) for part in parts
            )
            for language in languages
        }
    )


def filled(template: str, **values: Any) -> "Localised | Markup":
    """Fill a template that is the same in all languages with values that need not be."""
    found = [value for value in values.values() if isinstance(value, Localised)]
    if not found:
        return Markup(escape(template)).format(**values)
    return Localised(
        {
            language: Markup(escape(_punctuated(template, language))).format(
                **{key: in_language(value, language) for key, value in values.items()}
            )
            for language in found[0].texts
        }
    )


def _punctuated(template: str, language: str) -> str:
    for mark, own in PUNCTUATION.get(language, {}).items():
        template = template.replace(mark, own)
    return template


Titles = Mapping[str, str | Localised]  # experiment, or what else has a title → it


@dataclass(frozen=True)
class Sentence:
    """A text of `report/texts/` by its key, the values to put into it, and what it is said of."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""


OWN = "_own"  # ends the key of what is said where nothing of the write-up is shown
SHARED = ("columns", "captions", "alternatives", "labels", "measures")


class Texts:
    """The report's texts; their values are escaped, they themselves may hold HTML.

    Parameters
    ----------
    folder : Path
        Holds a YAML file a language.
    languages : sequence of str
        Names of `LANGUAGES`; the first is shown where nothing was chosen.
    words : mapping, optional
        Section → language → its words. Those of `SHARED` join the texts of the page; the others
        stand below the section's name.
    own : bool
        Whether nothing of the write-up is shown: a text whose key ends in ``_own`` then stands in
        for the one without.
    """

    def __init__(
        self,
        folder: Path,
        languages: Sequence[str],
        words: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
        own: bool = False,
    ) -> None:
        self.languages, self.own = tuple(languages), own
        self._texts = {name: read_yaml(folder / f"{name}.yaml") for name in languages}
        for section, both in (words or {}).items():
            for language, texts in self._texts.items() if both else ():
                spoken = both.get(language) or next(iter(both.values()))
                for key, value in spoken.items():
                    place = texts if key in SHARED else texts.setdefault(section, {})
                    place[key] = {**place.get(key, {}), **value} if key in SHARED else value

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        try:
            return bool(_find(self._texts[self.languages[0]], key, self.own))
        except (KeyError, TypeError):
            return False

    def __call__(self, key: str, **values: Any) -> Localised:
        """Return a text by its dotted key.

        Raises
        ------
        KeyError
            If there is no such text.
        """
        return self._in_each(key, _filled, values)

    def say(self, sentence: Sentence) -> Localised:
        """Return a computed sentence."""
        said = self(sentence.key, **sentence.values)
        return self("said_of", of=sentence.of, said=said) if sentence.of else said

    def items(self, key: str, **values: Any) -> list[Localised]:
        """Return a list of texts."""
        lists = self._in_each(
            key, lambda texts, own: [_filled(text, own) for text in texts], values
        )
        each = zip(*lists.texts.values(), strict=True)
        return [Localised(dict(zip(lists.texts, texts, strict=True))) for texts in each]

    def plain(self, key: str, **values: Any) -> str:
        """Return a text in the first language alone, for where there can be only one."""
        return str(self(key, **values)[self.languages[0]])

    def duration(self, seconds: float) -> Localised:
        """Return a time in the units of each language."""
        return Localised({one: escape(format_duration(seconds, one)) for one in self.languages})

    def keys(self, key: str) -> list[str]:
        """List the keys below a key."""
        return list(_find(self._texts[self.languages[0]], key, self.own))

    def labels(self) -> dict[str, Localised]:
        """Return what is written in figures (in English, by the code that draws them)."""
        known = {text for texts in self._texts.values() for text in texts.get("labels", {})}
        return {
            text: Localised(
                {
                    language: Markup(escape(texts.get("labels", {}).get(text, text)))
                    for language, texts in self._texts.items()
                }
            )
            for text in known
        }

    def _in_each(
        self, key: str, write: Callable[[Any, dict[str, Any]], Any], values: Mapping[str, Any]
    ) -> Localised:
        return Localised(
            {
                language: write(
                    _find(texts, key, self.own),
                    {k: in_language(v, language) for k, v in values.items()},
                )
                for language, texts in self._texts.items()
            }
        )


@dataclass(frozen=True)
class _Counted:
    """A number that also chooses between words: ``{runs:run|runs}``."""

    value: Any

    def __format__(self, spec: str) -> str:
        one, bar, more = spec.partition("|")
        if bar:
            return one if self.value == 1 else more
        return format(self.value, spec)

    def __str__(self) -> str:
        return str(self.value)


def _filled(text: str, values: Mapping[str, Any]) -> Markup:
    """Fill a text; a number and its per cent sign stay together, a title and hanzi do not."""
    counted = {k: _Counted(v) if isinstance(v, Real) else v for k, v in values.items()}
    filled_in = PER_CENT.sub("\\1\u00a0%", Markup(text).format(**counted))
    return Markup(BESIDE_HANZI.sub(" ", filled_in))


def _find(texts: Any, key: str, own: bool = False) -> Any:
    *path, last = key.split(".")
    for part in path:
        texts = texts[part]
    return texts[f"{last}{OWN}"] if own and f"{last}{OWN}" in texts else texts[last]
