"""The lines of the law page, and the page that tells how each is met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from ruamel.yaml import YAML

_LINES = Path(__file__).with_name("lines.yaml")


@dataclass(frozen=True)
class Line:
    """One line of the law page.

    Args:
        number: as on the page, from 1.
        asks: what it asks, in our words.
        where: what of ``src/parvis`` does it.
        people: what stays with people, or None.
    """

    number: int
    asks: str
    where: tuple[str, ...]
    people: str | None


class Shown(Protocol):
    """What the table needs of the results."""

    tests: int
    files: Mapping[int, set[str]]

    def shows(self, number: int) -> bool: ...

    def told(self, number: int) -> str: ...


def lines() -> list[Line]:
    """All lines, in their order."""
    data = YAML(typ="safe").load(_LINES.read_text(encoding="utf-8"))
    return [
        Line(number, one["asks"], tuple(one["where"]), one["people"])
        for number, one in sorted(data.items())
    ]


def page(known: Sequence[Line], results: Shown, today: date) -> str:
    """The page as Markdown."""
    shown = sum(results.shows(line.number) for line in known)
    count = f"**{shown} of {len(known)}** lines shown by {results.tests} tests"
    head = [
        "# Compliance: the law's lines and their tests",
        "",
        "Written by `python -m tools.compliance --write docs/compliance.md`, which runs every test",
        "that carries a line's number. A line is *shown* when tests carry it and all of them pass.",
        "This is an engineering record, not legal advice.",
        "",
        f"{count}, on {today.isoformat()}.",
        "",
        "| | what the line asks | state | tests | where | what stays with people |",
        "|-:|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(_row(line, results) for line in known), ""])


def _row(line: Line, results: Shown) -> str:
    state = "shown" if results.shows(line.number) else "**open**"
    files = "<br>".join(f"`{one}`" for one in sorted(results.files.get(line.number, ())))
    tests = f"{results.told(line.number)}<br>{files}" if files else results.told(line.number)
    where = "<br>".join(f"`{one}`" for one in line.where)
    people = line.people or "none"
    return f"| {line.number} | {line.asks} | {state} | {tests} | {where} | {people} |"
