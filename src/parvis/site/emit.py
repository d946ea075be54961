"""Values → YAML text, in the style of a hand-written site.yaml."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from parvis.site.document import parse


def inline(value: Any) -> str:
    """``value`` on one line: brackets for lists, braces for sections."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_key(k)}: {inline(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(inline(item) for item in value) + "]"
        case str():
            return _text_within_brackets(value)
    return _simple(value)


def block(section: Mapping[str, Any], indent: int, step: int) -> list[str]:
    """``section`` as lines of keys, ``indent`` spaces in, inner sections ``step`` further."""
    lines = []
    for key, value in section.items():
        head = " " * indent + _key(key) + ":"
        if isinstance(value, Mapping) and value:
            lines += [head, *block(value, indent + step, step)]
        else:
            lines.append(f"{head} {on_its_line(value)}")
    return lines


def on_its_line(value: Any) -> str:
    """``value`` as it stands after ``key: `` on a line of its own."""
    return _text_on_its_line(value) if isinstance(value, str) else inline(value)


def _simple(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    return repr(value)


def _key(key: str) -> str:
    return _text_within_brackets(key)


@lru_cache(maxsize=4096)
def _text_within_brackets(text: str) -> str:
    # A colon at an end may be taken for that of a key, depending on what stands around.
    colon = text[:1] == ":" or text[-1:] == ":"
    return text if not colon and _reads_back(f"[{text}]", [text]) else _quoted(text)


@lru_cache(maxsize=4096)
def _text_on_its_line(text: str) -> str:
    return text if _reads_back(f"k: {text}", {"k": text}) else _quoted(text)


def _reads_back(yaml: str, value: object) -> bool:
    """True when plain text may stand without quotes: it reads back as itself, comments aside."""
    if not yaml.isprintable() or "#" in yaml or yaml.rstrip() != yaml:
        return False
    document = parse(yaml)
    return not document.faults and document.plain() == value


def _quoted(text: str) -> str:
    letters = []
    for letter in text:
        if letter in '"\\':
            letters.append("\\" + letter)
        elif letter.isprintable():
            letters.append(letter)
        else:
            letters.append(f"\\U{ord(letter):08x}")
    return '"' + "".join(letters) + '"'
