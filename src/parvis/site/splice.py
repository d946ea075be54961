"""New values into an old text: only what changed is rewritten, every other byte stays."""

from collections.abc import Mapping, Sequence
from typing import Any

from parvis.site import emit
from parvis.site.document import (
    Alias,
    Document,
    Entry,
    Mapping_,
    Node,
    Scalar,
    Sequence_,
    plain_of,
    read,
)


class CannotSpliceError(ValueError):
    """The text is written in a way that cannot be edited in place: shared by anchor, or exotic."""


class _RewriteError(Exception):
    """This part cannot be changed piece by piece: write it anew."""


def rewritten(document: Document, new: Mapping[str, Any]) -> str:
    """The text of ``document`` changed as little as it takes to say ``new``.

    Comments and every byte that has nothing to do with the change stay as they are; a comment
    goes only with the entry that it stands in.

    Args:
        document: a sound document whose root is a section.
        new: what the whole text must say.

    Raises:
        CannotSpliceError: no such text was found, for example because what changes is shared with
            another section through a YAML anchor.
    """
    if not isinstance(document.root, Mapping_) or document.faults:
        raise CannotSpliceError("the text has errors")
    splicer = _Splicer(document)
    try:
        if document.root.flow:
            splicer.flow_mapping(document.root, new)
        else:
            splicer.block_mapping(document.root, new)
    except _RewriteError:
        raise CannotSpliceError("the text is written in an unusual way") from None
    text = splicer.applied()
    after = read(text)
    if after.faults or after.plain() != new:
        raise CannotSpliceError("what changes is shared with another section")
    return text


class _Splicer:
    """Collects replacements of one text: (start, end, new text), none overlapping."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._eol = "\r\n" if "\r\n" in document.text else "\n"
        self._step = _indent_step(document.root)
        self._changes: list[tuple[int, int, str]] = []

    def applied(self) -> str:
        """The text with every replacement made."""
        parts, at = [], 0
        # Python's sort is stable: what is inserted at one place keeps its order.
        for start, end, new in sorted(self._changes, key=lambda change: change[:2]):
            parts += [self._text[at:start], new]
            at = end
        return "".join([*parts, self._text[at:]])

    def block_mapping(self, node: Mapping_, new: Mapping[str, Any]) -> None:
        """Change a section written as lines of keys; ``new`` is not empty."""
        own, added = self._sort_out(node, new)
        indent = node.entries[0].key_span.column - 1
        for entry in node.entries:
            if entry.key == "<<" and entry.key in own:
                continue
            if entry.key in own:
                self._value(entry, new[entry.key], indent)
            else:
                self._remove_lines(entry.key_span.start, self._entry_end(entry))
        if added:
            at = self._line_end(self._entry_end(node.entries[-1]))
            lines = emit.block(added, indent, self._step)
            gap = self._eol if self._spaced(node) else ""
            self._changes.append((at, at, gap + "".join(self._eol + line for line in lines)))

    def flow_mapping(self, node: Mapping_, new: Mapping[str, Any]) -> None:
        """Change a section written in braces."""
        own, added = self._sort_out(node, new)
        kept = [entry.key in own for entry in node.entries]
        starts = [entry.key_span.start for entry in node.entries]
        ends = [self._entry_end(entry) for entry in node.entries]
        self._flow_items(
            kept, starts, ends, [f"{emit.inline(k)}: {emit.inline(v)}" for k, v in added.items()]
        )
        for entry in node.entries:
            if entry.key in own and entry.key != "<<":
                self._value(entry, new[entry.key], None)

    def _sort_out(self, node: Mapping_, new: Mapping[str, Any]) -> tuple[set[str], dict[str, Any]]:
        """Tell which keys written here stay, and which are to be added.

        A merge that brings in a key that is not wanted is dropped, and what it brought written out.
        """
        merged: dict[str, Any] = {}
        for one in node.merged():
            for key, value in plain_of(one).items():
                merged.setdefault(key, value)
        keep_merge = all(key in new for key in merged)
        own = {e.key for e in node.entries if e.key in new and e.key != "<<"}
        if keep_merge:
            own.add("<<")
        else:
            merged = {}
        added = {
            key: value
            for key, value in new.items()
            if key not in own and not (key in merged and merged[key] == value)
        }
        return own, added

    def _value(self, entry: Entry, new: Any, indent: int | None) -> None:
        """Change the value of ``entry``; ``indent`` is its key's column, None within brackets."""
        node = entry.value
        if plain_of(node) == new:
            return
        before = len(self._changes)
        try:
            self._within(node, new)
        except _RewriteError:
            del self._changes[before:]
            self._anew(entry, new, indent)

    def _within(self, node: Node, new: Any) -> None:
        if isinstance(node, Mapping_) and isinstance(new, Mapping) and node.entries and new:
            if node.flow:
                self.flow_mapping(node, new)
            else:
                self.block_mapping(node, new)
        elif isinstance(node, Sequence_) and isinstance(new, list) and node.items and new:
            self._sequence(node, new)
        else:
            raise _RewriteError

    def _anew(self, entry: Entry, new: Any, indent: int | None) -> None:
        """Write the value of ``entry`` anew, keeping a comment at the end of its key's line."""
        after_colon = self._after_colon(entry)
        end = self._entry_end(entry)
        if indent is None:
            self._changes.append((after_colon, end, " " + emit.inline(new)))
            return
        rest = self._text[after_colon : min(end, self._line_end(after_colon))].strip()
        comment = f"  {rest}" if rest.startswith("#") else ""
        if isinstance(new, Mapping) and new:
            lines = emit.block(new, indent + self._step, self._step)
            at = self._line_end(end)
            self._changes.append((after_colon, end, comment))
            self._changes.append((at, at, "".join(self._eol + line for line in lines)))
        else:
            self._changes.append((after_colon, end, f" {emit.on_its_line(new)}{comment}"))

    def _sequence(self, node: Sequence_, new: list[Any]) -> None:
        old = [plain_of(item) for item in node.items]
        head = _common(old, new)
        tail = _common(old[head:][::-1], new[head:][::-1])
        middle, wanted = node.items[head : len(old) - tail], new[head : len(new) - tail]
        paired = min(len(middle), len(wanted))
        for item, value in zip(middle[:paired], wanted[:paired], strict=True):
            self._item(item, value)
        gone, added = middle[paired:], wanted[paired:]
        kept = [all(item is not one for one in gone) for item in node.items]
        if node.flow:
            starts = [item.span.start for item in node.items]
            ends = [_node_end(item, self._text) for item in node.items]
            position = head + paired - 1
            self._flow_items(kept, starts, ends, [])
            self._add_flow(starts, ends, position, [emit.inline(value) for value in added])
        else:
            for item in gone:
                self._remove_lines(self._dash(item), _node_end(item, self._text))
            self._add_lines(node, head + paired - 1, added)

    def _item(self, item: Node, new: Any) -> None:
        if plain_of(item) == new:
            return
        before = len(self._changes)
        try:
            self._within(item, new)
        except _RewriteError:
            del self._changes[before:]
            if isinstance(item, Scalar) and item.span.start == item.span.end:
                raise
            end = _node_end(item, self._text)
            self._changes.append((item.span.start, end, emit.inline(new)))

    def _flow_items(
        self, kept: Sequence[bool], starts: Sequence[int], ends: Sequence[int], added: list[str]
    ) -> None:
        """Take items out of brackets, then put new ones at the end."""
        if not any(kept):
            raise _RewriteError
        first = kept.index(True)
        if first:
            self._changes.append((starts[0], starts[first], ""))
        for i in range(first + 1, len(kept)):
            if not kept[i]:
                self._changes.append((ends[i - 1], ends[i], ""))
        self._add_flow(starts, ends, len(kept) - 1, added)

    def _add_flow(
        self, starts: Sequence[int], ends: Sequence[int], position: int, added: list[str]
    ) -> None:
        if not added:
            return
        if position < 0:
            self._changes.append((starts[0], starts[0], "".join(f"{one}, " for one in added)))
        else:
            at = ends[position]
            self._changes.append((at, at, "".join(f", {one}" for one in added)))

    def _add_lines(self, node: Sequence_, position: int, added: list[Any]) -> None:
        """Put new items under item ``position`` (before all, for -1) of a list with dashes."""
        if not added:
            return
        dash = self._dash(node.items[max(position, 0)])
        start = self._line_start(dash)
        margin = self._text[start:dash]
        lines = [f"{margin}- {emit.inline(value)}" for value in added]
        if margin.strip():
            raise _RewriteError
        if position < 0:
            self._changes.append((start, start, "".join(line + self._eol for line in lines)))
        else:
            at = self._line_end(_node_end(node.items[position], self._text))
            self._changes.append((at, at, "".join(self._eol + line for line in lines)))

    def _remove_lines(self, start: int, end: int) -> None:
        """Remove the lines from ``start`` to ``end``, which hold nothing else but a comment."""
        line_start, line_end = self._line_start(start), self._line_end(end)
        if self._text[line_start:start].strip("\ufeff \t"):
            raise _RewriteError
        following = self._text[line_end : line_end + len(self._eol)]
        self._changes.append((line_start, line_end + len(following), ""))

    def _spaced(self, node: Mapping_) -> bool:
        """True when the last two entries stand apart by a blank line."""
        if len(node.entries) < 2:
            return False
        between = self._text[self._entry_end(node.entries[-2]) : node.entries[-1].key_span.start]
        return any(not line.strip() for line in between.split("\n")[1:-1])

    def _entry_end(self, entry: Entry) -> int:
        end = _node_end(entry.value, self._text)
        empty = isinstance(entry.value, Scalar) and entry.value.span.start == entry.value.span.end
        return self._after_colon(entry) if empty else end

    def _after_colon(self, entry: Entry) -> int:
        return self._text.index(":", entry.key_span.end) + 1

    def _dash(self, item: Node) -> int:
        at = self._text.rfind("-", 0, item.span.start)
        if at < 0 or self._text[at + 1 : item.span.start].strip():
            raise _RewriteError
        return at

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Where the line of ``at`` ends, before its line break."""
        found = self._text.find("\n", at)
        if found < 0:
            return len(self._text)
        return found - 1 if found > at and self._text[found - 1] == "\r" else found


def _node_end(node: Node, text: str) -> int:
    """Where the last thing of ``node`` ends, without blank lines and comments after it."""
    match node:
        case Scalar() if text[node.span.start : node.span.start + 1] in ("|", ">"):
            return node.span.start + len(text[node.span.start : node.span.end].rstrip())
        case Scalar() | Alias():
            return node.span.end
        case Mapping_() | Sequence_() if node.flow:
            return node.span.end
        case Mapping_():
            last = node.entries[-1]
            empty = isinstance(last.value, Scalar) and last.value.span.start == last.value.span.end
            return text.index(":", last.key_span.end) + 1 if empty else _node_end(last.value, text)
        case Sequence_():
            return _node_end(node.items[-1], text)


def _common(first: list[Any], second: list[Any]) -> int:
    """How many items two lists share at their beginning."""
    n = 0
    while n < min(len(first), len(second)) and first[n] == second[n]:
        n += 1
    return n


def _indent_step(root: Node | None) -> int:
    """Spaces that a section is indented by, as the text does it; 2 when it does not say."""
    if isinstance(root, Mapping_) and not root.flow:
        for entry in root.entries:
            if isinstance(entry.value, Mapping_) and not entry.value.flow and entry.value.entries:
                inner = entry.value.entries[0].key_span.column
                return max(inner - entry.key_span.column, 1)
    return 2
