"""Our own catalogs and the choice of language; the host's Babel, if it has one, is left alone."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_datetime as _format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import has_request_context, request

from suyu_learn.domain.rounding import CENT, half_up
from suyu_learn.web.context import learn, now, state

LANGUAGES = {"zh_Hans": "中文", "en": "English"}
HTML_LANG = {"zh_Hans": "zh-Hans", "en": "en"}
COOKIE = "suyu_lang"
DATE_PATTERNS = {"zh_Hans": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
THIS_YEAR = {"zh_Hans": "M月d日 HH:mm"}

DAY_PATTERNS = {"zh_Hans": "y年M月d日", "en": "d MMM y"}


class Catalogs:
    """The translations of every language, read from the `.po` files themselves."""

    def __init__(self, folder: Path, *, default: str) -> None:
        self.default = default if default in LANGUAGES else "zh_Hans"
        self._catalogs = {lang: _catalog(folder / lang / "LC_MESSAGES" / "suyu_learn.po") for lang in LANGUAGES}

    def get(self, lang: str) -> Translations:
        """The catalog of a language; English text comes through an empty one."""
        return self._catalogs[lang]


@lru_cache
def _catalog(path: Path) -> Translations:
    if not path.exists():
        return Translations()
    with path.open("rb") as stream:
        catalog = read_po(stream, locale=path.parent.parent.name)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled, domain="suyu_learn")


def match(tags: Iterable[str]) -> str | None:
    """Our language for the first browser tag we have one for: every Chinese tag means zh_Hans."""
    for tag in tags:
        start = tag.lower().replace("_", "-").split("-")[0]
        if start == "zh":
            return "zh_Hans"
        if start == "en":
            return "en"
    return None


def language() -> str:
    """The language of this request: the person's choice, then the browser's, then the default."""
    here = state()
    if "language" not in here.remembered:
        chosen = request.cookies.get(COOKIE) if has_request_context() else None
        if chosen not in LANGUAGES:
            chosen = match(tag for tag, _ in request.accept_languages) if has_request_context() else None
        here.remembered["language"] = chosen or learn().catalogs.default
    return str(here.remembered["language"])


def speak(lang: str) -> None:
    """Go on in this language, whatever the browser asked for."""
    here = state().remembered
    here["language"] = lang
    here.pop("translator", None)


def _(text: str, /, **values: Any) -> str:
    """The text in the language of this request, with `%(name)s` filled in."""
    return translator()(text, **values)


def translator() -> Callable[..., str]:
    """The same function for who has many texts, such as a page: the language is looked for once."""
    here = state().remembered
    found: Callable[..., str] | None = here.get("translator")
    if found is None:
        found = here["translator"] = _into(learn().catalogs.get(language()))
    return found


def _into(catalog: Translations) -> Callable[..., str]:
    translated = catalog.gettext

    def into(text: str, /, **values: Any) -> str:
        found = str(translated(text)) if text else ""
        return found % values if values else found

    return into


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The right plural for `num`, which is `%(num)s` in the text."""
    return learn().catalogs.get(language()).ngettext(one, many, num) % {"num": num, **values}


def listed(words: Iterable[str]) -> str:
    """Words one after the other, with the comma of the language."""
    return _(", ").join(words)


def labelled(label: str, value: object) -> str:
    """A label with its value, with the colon of the language."""
    return _("%(label)s: %(value)s", label=label, value=value)


def N_(text: str) -> str:
    """Mark a text for translation without translating it now."""
    return text


def local_time(value: datetime | None) -> str:
    """A moment in the zone and language of the page; in Chinese without the year while it lasts, as on a notice."""
    if value is None:
        return ""
    lang, zone = language(), learn().zone
    pattern = DATE_PATTERNS[lang]
    if value.astimezone(zone).year == now().astimezone(zone).year:
        pattern = THIS_YEAR.get(lang, pattern)
    return str(_format_datetime(value, pattern, tzinfo=zone, locale=lang))


def dated_time(value: datetime | None) -> str:
    """A moment as paper says it: always with its year."""
    if value is None:
        return ""
    lang = language()
    return str(_format_datetime(value, DATE_PATTERNS[lang], tzinfo=learn().zone, locale=lang))


def clock_time(value: datetime | None) -> str:
    """A moment of today as hours and minutes; of another day with its date."""
    if value is None:
        return ""
    zone = learn().zone
    if value.astimezone(zone).date() != now().astimezone(zone).date():
        return local_time(value)
    return f"{value.astimezone(zone):%H:%M}"


def local_date(value: datetime | None) -> str:
    """A moment's day in the zone and language of the page."""
    if value is None:
        return ""
    lang = language()
    return str(_format_datetime(value, DAY_PATTERNS[lang], tzinfo=learn().zone, locale=lang))


def number(value: Decimal | int | None) -> str:
    """A number of two places at most, halves up, without useless zeros: 3, 2.5, 0.67."""
    if value is None:
        return ""
    return f"{half_up(Decimal(value), CENT).normalize():f}"


def credit_hours(value: Decimal) -> str:
    """Credit hours with their unit: the one way in which pages say them."""
    return _("%(hours)s credit hours", hours=number(value))
