"""The words a person reads: French first, English second, with each language's typography.

Messages are English in the code and in ``locales/<language>/LC_MESSAGES/parvis.po``; catalogues
are read when first used. French asks for no-break spaces before ``: ; ? ! %`` and inside « »: one
filter sets them, so that no translator has to type an invisible character.
"""

import gettext
import io
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from parvis.policy.terms import Wording
from parvis.server.problems import T

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"
LOCALES = Path(__file__).parent / "locales"

THIN = "\u202f"
"""Narrow no-break space: before ; ? ! %, between thousands."""
HARD = "\u00a0"
"""No-break space: before a colon, inside « », between a number and its unit."""
MINUS = "\u2212"

_FRENCH_SPACES = (
    (re.compile(r"[ \u00a0\u202f]*([;!?%])(?!\w)"), THIN + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+:(?!\w)"), HARD + ":"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + HARD),
    (re.compile(r"[ \u00a0\u202f]*»"), HARD + "»"),
    (re.compile(r"(\d) (?=(?:h|min|s|ms|px|fps|images?|Mo|Go)\b)"), r"\1" + HARD),
    (re.compile(r"(\}) (?=(?:h|min|s|ms|px)\b)"), r"\1" + HARD),
)


def french_spaces(text: str) -> str:
    r"""The text with the no-break spaces that French typography asks for.

    >>> french_spaces("12 % ?") == "12\u202f%\u202f?"
    True
    """
    if not re.search(r"[^\W\d_]|[«»:;!?%]", text):
        return text
    for pattern, replacement in _FRENCH_SPACES:
        text = pattern.sub(replacement, text)
    # A mark that opens the text has no word before it to be tied to.
    return text.removeprefix(THIN)


def _outwards(bound: float | None, digits: int, direction: str) -> float | None:
    if bound is None:
        return None
    # What a sum of doubles leaves behind must not lift 203 to 204.
    exact = Decimal(repr(round(bound, 6)))
    return float(exact.quantize(Decimal(1).scaleb(-digits), rounding=direction))


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The messages of a language, compiled in memory from its .po file."""
    path = LOCALES / language / "LC_MESSAGES" / "parvis.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def choose_language(wished: str | None, accepted: str | None, default: str) -> str:
    """The language of a reader: by choice, else by the browser's wish, else the site's.

    Args:
        wished: what the reader chose on a screen; unknown words are ignored.
        accepted: the ``Accept-Language`` header.
        default: the site's language.
    """
    if wished in LANGUAGES:
        return str(wished)
    ranked: list[tuple[float, str]] = []
    for part in (accepted or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        ranked.append((-weight, tag[:2].lower()))
    for _, tag in sorted(ranked, key=lambda pair: pair[0]):
        if tag in LANGUAGES:
            return tag
    return default if default in LANGUAGES else DEFAULT_LANGUAGE


_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


@dataclass(frozen=True, slots=True)
class Words:
    """One reader's language and civil time: messages, numbers, dates.

    Args:
        language: ``fr`` or ``en``.
        zone: the site's civil time.
    """

    language: str
    zone: ZoneInfo

    def _(self, message: str, **fields: object) -> str:
        """A message in the reader's language, its ``{fields}`` filled in."""
        text = catalogue(self.language).gettext(message) if message else ""
        return self._set(text.format(**fields) if fields else text)

    def ngettext(self, one: str, many: str, n: float, **fields: object) -> str:
        """A message that depends on a number; ``{n}`` is that number, written out."""
        # French says "0 passage" and "1,5 passage": the plural begins at two.
        text = catalogue(self.language).ngettext(one, many, int(n))
        return self._set(text.format(n=self.number(n), **fields))

    def shown(self, message: T | Wording | str) -> str:
        """A message of the code, a sentence of the policy, or a plain text."""
        match message:
            case T():
                return self._set(message.shown(self.translate))
            case Wording():
                return self._set(message.said(self.language))
            case str():
                return message

    def translate(self, message: str) -> str:
        """The bare translation, for :class:`~parvis.server.problems.T`."""
        return catalogue(self.language).gettext(message)

    def _set(self, text: str) -> str:
        return french_spaces(text) if self.language == "fr" else text

    # Numbers

    def number(self, value: float | None, digits: int = 0) -> str:
        """``1 234,5`` in French, ``1,234.5`` in English; « — » when there is no value."""
        if value is None:
            return "—"
        text = f"{abs(value):,.{digits}f}"
        if self.language == "fr":
            text = text.replace(",", THIN).replace(".", ",")
        negative = value < 0 and any(digit in text for digit in "123456789")
        return f"{MINUS}{text}" if negative else text

    def percent(self, share: float | None, *, signed: bool = False) -> str:
        """A share as per cent, without decimals: ``12 %`` in French, ``12%`` in English."""
        if share is None:
            return "—"
        text = self.number(share * 100)
        if signed and share * 100 >= 0.5:
            text = f"+{text}"
        return f"{text}{THIN}%" if self.language == "fr" else f"{text}%"

    def interval(self, low: float | None, high: float | None, digits: int = 0) -> str:
        """``171–203``, rounded outwards; ``171 or more`` where nothing bounds it from above.

        Empty when there is no interval.
        """
        if low is None:
            return ""
        if high is None:
            return self._("{low} or more", low=self.lower(low, digits))
        return f"{self.lower(low, digits)}–{self.upper(high, digits)}"

    def lower(self, bound: float | None, digits: int = 0) -> str:
        """A lower bound as a number, rounded down: an interval never promises too much."""
        return self.number(_outwards(bound, digits, ROUND_FLOOR), digits)

    def upper(self, bound: float | None, digits: int = 0) -> str:
        """An upper bound as a number, rounded up: nothing counted is not nothing passed."""
        return self.number(_outwards(bound, digits, ROUND_CEILING), digits)

    # Time

    def local(self, time_s: float) -> datetime:
        """The civil time of a moment."""
        return datetime.fromtimestamp(time_s, self.zone)

    def clock(self, time_s: float) -> str:
        """``14 h 32`` in French, ``14:32`` in English."""
        at = self.local(time_s)
        if self.language == "fr":
            return f"{at.hour}{HARD}h{HARD}{at.minute:02d}"
        return f"{at.hour:02d}:{at.minute:02d}"

    def day(self, time_s: float) -> str:
        """``lundi 23 novembre 2026`` or ``Monday 23 November 2026``."""
        at = self.local(time_s)
        return f"{_DAYS[self.language][at.weekday()]} {self.date(time_s)}"

    def date(self, time_s: float) -> str:
        """``23 novembre 2026``, and ``1er`` for the first of a month in French."""
        at = self.local(time_s)
        first = self.language == "fr" and at.day == 1
        number = "1er" if first else str(at.day)
        return f"{number}{HARD}{_MONTHS[self.language][at.month - 1]} {at.year}"

    def weekday(self, time_s: float) -> str:
        """``lundi`` or ``Monday``."""
        return _DAYS[self.language][self.local(time_s).weekday()]

    def moment(self, time_s: float) -> str:
        """Day and clock: ``lundi 23 novembre 2026, 14 h 32``."""
        return f"{self.day(time_s)}, {self.clock(time_s)}"

    def since(self, time_s: float, now_s: float) -> str:
        """The clock alone within the same civil day, otherwise the date as well."""
        if self.local(time_s).date() == self.local(now_s).date():
            return self.clock(time_s)
        at = self.local(time_s)
        day = f"{at.day}{HARD}{_MONTHS[self.language][at.month - 1]}"
        return f"{day}, {self.clock(time_s)}"

    def doubled(self, time_s: float) -> str:
        """« (été) » or « (hiver) » beside an hour that the autumn's clock change doubles."""
        at = self.local(time_s)
        if at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset():
            return ""
        return f" ({self._('summer') if at.fold == 0 else self._('winter')})"

    def duration(self, seconds: float) -> str:
        """``45 s``, ``21 min``, ``3 h 05``, ``2 j 4 h``: a length of time in two units at most."""
        seconds = max(0, round(seconds))
        if seconds < 60:
            return f"{seconds}{HARD}s"
        minutes = seconds // 60
        if minutes < 60:
            return f"{minutes}{HARD}min"
        hours = minutes // 60
        if hours < 24:
            return f"{hours}{HARD}h{HARD}{minutes % 60:02d}"
        days = "j" if self.language == "fr" else "d"
        return f"{hours // 24}{HARD}{days} {hours % 24}{HARD}h"
