"""What came of a count check, in the reader's words: for the page and for the certificate."""

from dataclasses import dataclass

from parvis.measures.checks.recapture import Recapture, chapman
from parvis.measures.checks.record import cells_of, passages_of
from parvis.server.classes import CLASS_WORDS
from parvis.server.i18n import MINUS, Words
from parvis.server.problems import T
from parvis.site.shapes import Line
from parvis.store.checks import Check
from parvis.store.corrections import Correction
from parvis.values.checks import Passage

LIGHTS = {"day": T("full daylight"), "dusk": T("dusk"), "night": T("night")}


@dataclass(frozen=True, slots=True)
class Noted:
    """A passage that only one of both noted, in words."""

    clock: str
    direction: str
    word: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """One direction and class of a result, in words and numbers."""

    direction: str
    word: str
    true: int
    counted: int
    missed: int
    extra: int


@dataclass(frozen=True, slots=True)
class Told:
    """A result as the page and the certificate tell it.

    Args:
        sentence: « Parvis 83, you 86: −3 (from −6 to +1) ».
        true, counted: passages.
        seconds: in which both looked.
        delay_s: the person's.
        rows: by direction and class, those with a passage.
        missed, extra: None after their retention.
        everything: how many passed if both missed some.
    """

    sentence: str
    true: int
    counted: int
    seconds: float
    delay_s: float
    rows: tuple[CellRow, ...]
    missed: tuple[Noted, ...] | None
    extra: tuple[Noted, ...] | None
    everything: Recapture


def told(check: Check, line: Line | None, words: Words) -> Told | None:
    """A result in words; None without one."""
    if check.result is None:
        return None
    cells = cells_of(check.result)
    true, counted = sum(c.true for c in cells), sum(c.counted for c in cells)
    names = line.directions if line else ("1", "2")
    return Told(
        sentence(check, true, counted, words),
        true,
        counted,
        check.result["seconds"],
        check.result["delay_s"],
        tuple(
            CellRow(
                names[cell.direction],
                words._(CLASS_WORDS[cell.tapped].text),
                cell.true,
                cell.counted,
                cell.missed,
                cell.extra,
            )
            for cell in cells
            if cell.true or cell.counted
        ),
        _noted(check, "missed", names, words),
        _noted(check, "extra", names, words),
        chapman(true, counted, sum(c.matched for c in cells)),
    )


def signed(value: float, words: Words, digits: int = 0) -> str:
    """``+1``, ``−3`` or ``0``."""
    text = words.number(value, digits)
    return f"+{text}" if value > 0 and not text.startswith(MINUS) and text != "0" else text


SAID = T("Parvis {counted}, you {true}: {bias} (from {low} to {high})")
FEW_SAID = T("Parvis {counted}, you {true}: too few passages to tell an error.")
CERTIFIED = T("Parvis {counted}, person {true}: {bias} (from {low} to {high})")
FEW_CERTIFIED = T("Parvis {counted}, person {true}: too few passages to tell an error.")


def sentence(
    check: Check, true: int, counted: int, words: Words, *, said: T = SAID, few: T = FEW_SAID
) -> str:
    """What was found, in one sentence; ``few`` where too few passed to tell an error."""
    bias = (check.result or {}).get("bias")
    if bias is None:
        return words._(
            few.text,
            counted=words.number(counted),
            true=words.number(true),
        )
    return words._(
        said.text,
        counted=words.number(counted),
        true=words.number(true),
        bias=signed(bias["value"], words),
        low=signed(_outward(bias["low"], -1), words),
        high=signed(_outward(bias["high"], 1), words),
    )


def meaning(check: Check, true: int, counted: int, words: Words) -> str:
    """The same for who has never read an interval."""
    bias = (check.result or {}).get("bias")
    text = words._(
        "The person saw {true} passages, Parvis counted {counted}.",
        true=words.number(true),
        counted=words.number(counted),
    )
    if bias is None:
        return text
    return f"{text} " + words._(
        "Of as many passages again, expect Parvis to be off by {low} to {high}, nine times in ten.",
        low=signed(_outward(bias["low"], -1), words),
        high=signed(_outward(bias["high"], 1), words),
    )


def _outward(bound: float, way: int) -> float:
    """A bound rounded away from the middle: an interval never promises too much."""
    return float(-(-bound // 1) if way > 0 else bound // 1)


def _noted(
    check: Check, kind: str, names: tuple[str, str], words: Words
) -> tuple[Noted, ...] | None:
    if check.events is None:
        return None

    def one(passage: Passage) -> Noted:
        second = f"{words.local(passage.time_s).second:02d}"
        word = words._(CLASS_WORDS[passage.tapped].text)
        at = words._("{clock}:{second}", clock=words.clock(passage.time_s), second=second)
        return Noted(at, names[passage.direction], word)

    return tuple(one(passage) for passage in passages_of(check.events[kind]))


def factor(one: Correction, line: Line | None, words: Words) -> str:
    """A correction: ``Vers le port, Personne : × 1,05 (de 0,98 à 1,12)``."""
    names = line.directions if line else ("1", "2")
    return words._(
        "{direction}, {class_word}: × {factor} (from {low} to {high})",
        direction=names[one.direction],
        class_word=words._(CLASS_WORDS[one.tapped].text),
        factor=words.number(one.factor, 2),
        low=words.lower(one.low, 2),
        high=words.upper(one.high, 2),
    )
