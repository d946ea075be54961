"""Pydantic's errors in the words of a technician, each with its remedy, none with its input."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import ErrorDetails

from parvis.site import schema
from parvis.site.document import Key

Said = tuple[str, str]
"""(message, remedy)."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One error: where, the part of the schema there, what was written, pydantic's details."""

    location: tuple[Key, ...]
    part: schema.Schema
    given: Any
    kind: str
    context: Mapping[str, Any]

    @property
    def help(self) -> str:
        return str(self.part.get("description", "")).rstrip(".")


def location_of(details: ErrorDetails) -> tuple[Key, ...]:
    """Key path of an error, without pydantic's mark for a key that is itself wrong."""
    return tuple(key for key in details["loc"] if key != "[key]")


def is_echo(details: ErrorDetails, plain: Any) -> bool:
    """True for a list called too short only because some of its items are refused already."""
    given = _value(plain, location_of(details))
    least = details.get("ctx", {}).get("min_length", 0)
    return details["type"] == "too_short" and isinstance(given, list) and len(given) >= least


def said(details: ErrorDetails, plain: Any, above: tuple[Key, ...] = ()) -> Said:
    """Message and remedy of one error.

    Args:
        details: pydantic's error.
        plain: the values that were refused.
        above: where in site.yaml these values belong; nowhere for those of the whole file.
    """
    context = details.get("ctx", {})
    if "remedy" in context:
        return details["msg"], context["remedy"]
    if details["loc"][-1:] == ("[key]",):
        return (
            "this name cannot be used",
            "use small letters, digits, - and _, beginning with a letter or a digit, 64 at most",
        )
    location = location_of(details)
    given = _value(plain, location)
    whole = (*above, *location)
    case = _Case(whole, schema.part_at(whole) or {}, given, details["type"], context)
    words = _WORDS.get(details["type"])
    if words is None:
        return details["msg"][:1].lower() + details["msg"][1:], case.help or "correct the value"
    return words(case)


def _missing(case: _Case) -> Said:
    if isinstance(case.location[-1], int):
        whole = schema.part_at(case.location[:-1]) or {}
        return "an item is missing at the end of the list", str(
            whole.get("description", "a point is written [x, y]")
        ).rstrip(".")
    return "this key is missing", f"add it: {case.help}" if case.help else "add it"


def _unknown(case: _Case) -> Said:
    message, key = "this key is not known here", str(case.location[-1])
    known = schema.known_keys(case.location[:-1])
    elsewhere = [path for path, part in schema.sections() if key in part["properties"]]
    if elsewhere:
        where = f"under {elsewhere[0]}" if elsewhere[0] else "at the top of the file"
        return message, f"it belongs {where}: check the indentation"
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if close:
        return message, f"did you mean {close[0]}?"
    return message, f"remove it; known here: {', '.join(known)}"


def _choice(case: _Case) -> Said:
    allowed = [str(choice) for choice in case.part.get("enum", ())]
    close = difflib.get_close_matches(str(case.given), allowed, n=1, cutoff=0.6)
    one_of = f"rite one of: {', '.join(allowed)}"
    remedy = f"did you mean {close[0]}? W{one_of}" if close else f"w{one_of}"
    return "this value is not one of those allowed", remedy


def _text(case: _Case) -> Said:
    if case.given is None:
        return "the value is empty", f"write it: {case.help}"
    return f"a text is expected, not {_kind(case.given)}", "put it between quotes"


def _number(case: _Case) -> Said:
    whole = "" if case.kind == "float_type" else "whole "
    return (
        f"a {whole}number is expected, not {_kind(case.given)}",
        "write it as a number, without quotes",
    )


def _bounds(case: _Case) -> Said:
    low, high = case.part.get("minimum"), case.part.get("maximum")
    return "the number is out of its bounds", f"write a number from {low:g} to {high:g}"


def _section(case: _Case) -> Said:
    if case.given is None:
        return "the section is empty", "add its keys, or remove it"
    known = schema.known_keys(case.location)
    keys = f"its keys below it, indented: {', '.join(known)}" if known else "names of your own"
    return f"a section of keys is expected, not {_kind(case.given)}", f"write {keys}"


def _list(case: _Case) -> Said:
    message = f"a list is expected, not {_kind(case.given)}"
    return message, f"write it in brackets: {case.help or '[x, y]'}"


def _too_long(case: _Case) -> Said:
    return f"there are too many items: {case.context.get('max_length')} at most", "remove some"


_WORDS: Final[Mapping[str, Callable[[_Case], Said]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "literal_error": _choice,
    "string_type": _text,
    "string_pattern_mismatch": lambda _: (
        "this name holds letters that are not allowed",
        "use small letters, digits, . - and _",
    ),
    "string_too_long": lambda case: (
        f"the text is too long: {case.context.get('max_length')} letters at most",
        "shorten it",
    ),
    "float_type": _number,
    "int_type": _number,
    "int_from_float": _number,
    "bool_type": lambda case: (
        f"true or false is expected, not {_kind(case.given)}",
        "write true or false, without quotes",
    ),
    "finite_number": lambda _: ("a finite number is expected", "write an ordinary number"),
    "greater_than_equal": _bounds,
    "less_than_equal": _bounds,
    "model_type": _section,
    "model_attributes_type": _section,
    "dict_type": _section,
    "tuple_type": _list,
    "too_short": lambda case: (
        f"there are too few items: {case.context.get('min_length')} at least",
        "add some, or remove the key",
    ),
    "too_long": _too_long,
}


def _value(plain: Any, location: Sequence[Key]) -> Any:
    for key in location:
        try:
            plain = plain[key]
        except (KeyError, IndexError, TypeError):
            return None
    return plain


def _kind(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "a section of keys"
