"""YAML text → a tree that knows where each thing stands, for error messages and exact edits.

Built on ruamel.yaml's event stream, so that every duplicated key is found at once, an alias is
seen as one, and a text that would expand without end is refused before it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 40
MAX_VALUES: Final = 1_000_000
"""Most values that a file may hold once its aliases are written out."""

_TAG = "tag:yaml.org,2002:"

Key = str | int
Plain = Any
"""dict, list, str, int, float, bool or None."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text: character offsets, and line and column of its start, from 1."""

    start: int
    end: int
    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """A single value."""

    span: Span
    value: Plain


@dataclass(slots=True)
class Entry:
    """A key of a mapping and what stands behind it."""

    key: str
    key_span: Span
    value: Node


@dataclass(slots=True)
class Mapping_:  # noqa: N801  # Mapping is the standard library's word for something else
    """Keys and values; ``flow`` when written in braces."""

    span: Span
    flow: bool
    entries: list[Entry] = field(default_factory=list)

    def entry(self, key: str) -> Entry | None:
        """The entry written here under ``key``, not through a merge."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def merged(self) -> Iterator[Mapping_]:
        """The mappings that ``<<`` brings in, the strongest first."""
        for entry in self.entries:
            if entry.key == "<<":
                value = entry.value
                for item in value.items if isinstance(value, Sequence_) else [value]:
                    target = item.target if isinstance(item, Alias) else item
                    if isinstance(target, Mapping_):
                        yield target


@dataclass(slots=True)
class Sequence_:  # noqa: N801
    """Items in order; ``flow`` when written in brackets."""

    span: Span
    flow: bool
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Alias:
    """``*name``: the node anchored under that name, written once elsewhere."""

    span: Span
    target: Node


Node = Scalar | Mapping_ | Sequence_ | Alias


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the text as YAML."""

    line: int
    column: int
    key: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text, its tree (None when it is not YAML at all) and what is wrong with it as YAML."""

    text: str
    root: Node | None
    faults: tuple[Fault, ...]

    def plain(self) -> Plain:
        """The values alone, aliases and merges written out, duplicated keys last one wins."""
        return None if self.root is None else plain_of(self.root)

    def find(self, path: Sequence[Key]) -> tuple[Span, int] | None:
        """Where the longest known part of ``path`` stands.

        Returns:
            The span of its last key (of the item, in a list) and how many keys of the path were
            found; None for a text without a tree.
        """
        if self.root is None:
            return None
        node: Node = self.root
        span, depth = node.span, 0
        for key in path:
            step = _step(node, key)
            if step is None:
                break
            span, node = step
            depth += 1
        return span, depth


def _step(node: Node, key: Key) -> tuple[Span, Node] | None:
    if isinstance(node, Alias):
        return _step(node.target, key)
    if isinstance(node, Mapping_) and isinstance(key, str):
        entry = node.entry(key)
        if entry is not None:
            return entry.key_span, entry.value
        return next((found for m in node.merged() if (found := _step(m, key))), None)
    if isinstance(node, Sequence_) and isinstance(key, int) and key < len(node.items):
        return node.items[key].span, node.items[key]
    return None


@lru_cache(maxsize=2)
def read(text: str) -> Document:
    """Read a whole file as :func:`parse` does, the last two texts from memory.

    An edit reads the old text and the new one several times over; nobody changes a tree.
    """
    return parse(text)


def parse(text: str) -> Document:
    """Read ``text`` as one YAML document; what is wrong is in its ``faults``, never raised."""
    builder = _Builder()
    root: Node | None = None
    try:
        root = builder.build(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = "there is a character that YAML does not allow"
        builder.faults.append(Fault(line, 1, "", message, "remove it, or save the file as UTF-8"))
    except MarkedYAMLError as error:
        builder.faults.extend(_syntax(text, error))
    except _TooMuchError as error:
        builder.faults.append(error.fault)
    except (YAMLError, ValueError) as error:
        builder.faults.append(
            Fault(0, 0, "", "this is not YAML", f"check the file ({type(error).__name__})")
        )
    return Document(text, root, tuple(builder.faults))


def _syntax(text: str, error: MarkedYAMLError) -> Iterator[Fault]:
    mark = error.problem_mark or error.context_mark
    at = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    tabs = [
        (number, len(line) - len(line.lstrip(" ")) + 1)
        for number, line in enumerate(text.splitlines(), 1)
        if line.lstrip(" ").startswith("\t") and line.strip()
    ]
    for line, column in tabs:
        yield Fault(line, column, "", "the line is indented with a tab", "use spaces only")
    if at in tabs:
        return
    message, remedy = "the YAML is broken here", "check brackets, quotes, colons and indentation"
    problem = error.problem or ""
    for part, said, advice in _SYNTAX:
        if part in problem:
            message, remedy = said, advice
            break
    yield Fault(at[0], at[1], "", message, remedy)


_SYNTAX: Final = (
    (
        "undefined alias",
        "the alias names no anchor",
        "define &name first; quote a text that begins with *",
    ),
    ("single document", "there is a second document", "keep one document: remove the --- line"),
    ("but found another document", "there is a second document", "remove the --- line"),
    ("expected ':'", "a colon is missing", "write key: value, with a space after the colon"),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "check the indentation; quote a text that holds a colon followed by a space",
    ),
    ("found unexpected end of stream", "a quote or bracket is never closed", "close it"),
    ("<stream end>", "a bracket is never closed", "close it"),
    ("expected ',' or", "a comma or closing bracket is missing", "separate the items with commas"),
    (
        "<block end>",
        "the indentation does not fit the lines above",
        "align the keys of one section",
    ),
    (
        "<block mapping start>",
        "the indentation does not fit the lines above",
        "align the keys of one section",
    ),
    ("found character", "this character cannot begin a value", "put the text between quotes"),
)


class _TooMuchError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Builder:
    """Builds the tree of one text from its events, without recursion into aliases."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._yaml = YAML(typ="safe", pure=True)
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._open: set[str] = set()
        self._path: list[str] = []
        self._values = 0

    def build(self, text: str) -> Node | None:
        events = iter(self._yaml.parse(text))
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, NodeEvent):
                documents += 1
                if documents > 1:
                    self._fault(event, "there is a second document", "remove the --- line")
                    break
                root = self._node(event, events, 0)
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _TooMuchError(
                self._as_fault(event, "the nesting is too deep", "flatten it: site.yaml is shallow")
            )
        before = self._values
        self._spend(1, event)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        anchor = event.anchor
        if anchor:
            self._open.add(anchor)
        node: Node
        if isinstance(event, ScalarEvent):
            node = Scalar(_span(event, event), self._scalar(event))
        elif isinstance(event, SequenceStartEvent):
            node = self._sequence(event, events, depth)
        elif isinstance(event, MappingStartEvent):
            node = self._mapping(event, events, depth)
        else:  # pragma: no cover  # the parser yields no other node
            raise ValueError(type(event).__name__)
        if anchor:
            self._open.discard(anchor)
            self._anchors[anchor] = (node, self._values - before)
        return node

    def _alias(self, event: Any) -> Node:
        name = event.anchor
        if name in self._open or name not in self._anchors:
            what = "contains itself" if name in self._open else "names no anchor above it"
            self._fault(
                event, f"the alias {what}", "define &name first; quote a text that begins with *"
            )
            return Scalar(_span(event, event), None)
        target, size = self._anchors[name]
        self._spend(size, event)
        return Alias(_span(event, event), target)

    def _sequence(self, event: Any, events: Iterator[Any], depth: int) -> Sequence_:
        items: list[Node] = []
        for inner in events:
            if isinstance(inner, SequenceEndEvent):
                return Sequence_(_span(event, inner), bool(event.flow_style), items)
            self._path.append(str(len(items)))
            items.append(self._node(inner, events, depth + 1))
            self._path.pop()
        raise ValueError("unfinished sequence")  # pragma: no cover

    def _mapping(self, event: Any, events: Iterator[Any], depth: int) -> Mapping_:
        node = Mapping_(_span(event, event), bool(event.flow_style))
        first: dict[str, int] = {}
        for inner in events:
            if isinstance(inner, MappingEndEvent):
                node.span = _span(event, inner)
                return node
            key_node = self._node(inner, events, depth + 1)
            key = key_node.value if isinstance(key_node, Scalar) else None
            if not isinstance(key, str):
                self._fault(inner, "this key is not a text", "put the key between quotes")
                key = str(key)
            self._path.append(key)
            if key in first and key != "<<":
                self._fault(
                    inner,
                    f"the key is written twice, first on line {first[key]}",
                    "keep one of the two",
                )
            first.setdefault(key, inner.start_mark.line + 1)
            value = self._node(next(events), events, depth + 1)
            self._path.pop()
            if key == "<<":
                self._check_merge(inner, value)
            node.entries.append(Entry(key, key_node.span, value))
        raise ValueError("unfinished mapping")  # pragma: no cover

    def _check_merge(self, event: Any, value: Node) -> None:
        for item in value.items if isinstance(value, Sequence_) else [value]:
            target = item.target if isinstance(item, Alias) else item
            if not isinstance(target, Mapping_):
                self._fault(event, "<< merges something that is no section", "merge with <<: *name")

    def _scalar(self, event: Any) -> Plain:
        tag = event.tag
        if tag is None or tag == "!":
            # Quoted and block scalars resolve to text; plain ones by their look (YAML 1.2).
            tag = self._yaml.resolver.resolve(ScalarNode, event.value, event.implicit)
        text: str = event.value
        match str(tag).removeprefix(_TAG):
            case "str" | "timestamp" | "merge" | "value":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _integer(text)
            case "float":
                return _real(text)
        self._fault(event, "YAML tags (!name) are not used here", "remove the tag")
        return None

    def _spend(self, values: int, event: Any) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise _TooMuchError(
                self._as_fault(
                    event,
                    f"the aliases expand to more than {MAX_VALUES} values",
                    "remove aliases that contain aliases",
                )
            )

    def _fault(self, event: Any, message: str, remedy: str) -> None:
        self.faults.append(self._as_fault(event, message, remedy))

    def _as_fault(self, event: Any, message: str, remedy: str) -> Fault:
        mark = event.start_mark
        return Fault(mark.line + 1, mark.column + 1, ".".join(self._path), message, remedy)


def _span(first: Any, last: Any) -> Span:
    start = first.start_mark
    return Span(start.index, last.end_mark.index, start.line + 1, start.column + 1)


def _integer(text: str) -> int | str:
    digits = text.replace("_", "").lstrip("+")
    try:
        return int(digits, 0)
    except ValueError:
        try:
            return int(digits, 10)
        except ValueError:
            return text


def _real(text: str) -> float | str:
    plain = text.replace("_", "").lower()
    for dotted, named in ((".inf", "inf"), (".nan", "nan")):
        plain = plain.replace(dotted, named)
    try:
        return float(plain)
    except ValueError:
        return text


def plain_of(node: Node) -> Plain:
    """The values of ``node`` alone, aliases and merges written out."""
    match node:
        case Alias():
            return plain_of(node.target)
        case Scalar():
            return node.value
        case Sequence_():
            return [plain_of(item) for item in node.items]
        case Mapping_():
            values: dict[str, Plain] = {}
            for entry in node.entries:
                if entry.key != "<<":
                    values[entry.key] = plain_of(entry.value)
            for merged in node.merged():
                for key, value in plain_of(merged).items():
                    values.setdefault(key, value)
            return values
