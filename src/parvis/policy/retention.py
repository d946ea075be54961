"""How long each kind of data may be kept: dated data, beside the profiles."""

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from parvis.policy.packaged import packaged
from parvis.policy.terms import Wording


@dataclass(frozen=True, slots=True)
class Term:
    """How long one kind of data may be kept.

    Args:
        kind: the kind of data.
        setting: the key of site.yaml under ``store`` that says how long; None: no longer than its
            own end.
        least, most: days between which it lies.
        why: what it is kept for.
    """

    kind: str
    setting: str | None
    least: int
    most: int
    why: Wording

    def days(self, settings: object) -> int:
        """The days that these settings say, within the bounds."""
        said = 0 if self.setting is None else int(getattr(settings, self.setting))
        return min(max(said, self.least), self.most)


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fr: str
    en: str


class _TermData(BaseModel):
    model_config = ConfigDict(extra="forbid")

    setting: str | None
    least: int
    most: int
    why: _Said


@cache
def terms() -> tuple[Term, ...]:
    """The terms of all kinds, in the order in which they are looked at: the journal last."""
    data = packaged("retention.yaml")
    kinds = data["kinds"] if isinstance(data, dict) else {}
    read = {kind: _TermData.model_validate(said) for kind, said in kinds.items()}
    return tuple(
        Term(kind, one.setting, one.least, one.most, Wording(one.why.fr, one.why.en))
        for kind, one in read.items()
    )
