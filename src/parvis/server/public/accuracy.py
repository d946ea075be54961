"""How accurately lines count, as everybody may know it: the error of the last check of each."""

from dataclasses import dataclass

from parvis.policy.terms import OutputKind
from parvis.server.checking import EARLY_S
from parvis.server.documents.facts import CheckedLine, Facts
from parvis.server.ways_out import WaysOut


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a person found at a line.

    Args:
        camera, line: labels.
        at_s: when.
        error: (counted - true) / true; None where so few passed that its numbers would be
            a hidden cell, and until the stretch that it ended in is closed.
        signed: whether a person vouches for it.
    """

    camera: str
    line: str
    at_s: float
    error: float | None
    signed: bool


def accuracies(facts: Facts, ways: WaysOut) -> list[Accuracy]:
    """The last check of every line; nobody's name is told."""
    return [
        Accuracy(one.camera, one.line, one.at_s, _error(one, ways), one.signed_by is not None)
        for one in facts.checked
    ]


def _error(one: CheckedLine, ways: WaysOut) -> float | None:
    decision = ways.decide(
        OutputKind.MEASURES,
        newest_s=one.until_s,
        bin_s=float(round(one.until_s - one.at_s)) + EARLY_S,
        cell=float(min(one.true, one.counted)),
    )
    if not decision.allowed or not one.true:
        return None
    return (one.counted - one.true) / one.true
