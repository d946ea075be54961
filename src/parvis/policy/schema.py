"""The shapes of the files of law: profiles, articles, events."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.effects import Effect
from parvis.policy.space import Mode, Space
from parvis.policy.terms import Article, OutputKind, Role, Wording
from parvis.values.alerts import AlertBasis, AlertKind

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
Seconds = Annotated[int, Field(ge=0)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class WordingData(_Data):
    """One sentence in both languages; ``{min_cell}`` and ``{session_max_min}`` are filled in."""

    fr: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def wording(self, **filled: int) -> Wording:
        """The sentence.

        Raises:
            KeyError: it names a figure that no profile has.
        """
        return Wording(self.fr.format(**filled), self.en.format(**filled))


class ArticleData(_Data):
    """A text; ``read`` states when, ``to-confirm`` was written from memory."""

    reference: WordingData
    says: WordingData
    dated: date | None = None
    status: Literal["read", "to-confirm"]
    verified_on: date | None = None

    def article(self, key: str) -> Article:
        """The text under its key."""
        return Article(
            key,
            self.reference.wording(),
            self.says.wording(),
            self.dated,
            self.status == "read",
            self.verified_on,
        )


class ArticlesData(_Data):
    """Texts by key."""

    articles: dict[Name, ArticleData]


class EventData(_Data):
    """What an act may name."""

    title: WordingData
    kinds: tuple[AlertKind, ...] = ()


class EventsData(_Data):
    """Events by name."""

    events: dict[Name, EventData]


class RuleData(_Data):
    """What happens to one kind of output."""

    effect: Effect
    roles: tuple[Role, ...]
    opened_to: tuple[Role, ...] = ()
    purposes: Annotated[tuple[Name, ...], Field(min_length=1)]
    reason: WordingData
    article: Name


class AlertLawData(_Data):
    """What happens to alerts of one basis."""

    raises: bool
    kinds: tuple[AlertKind, ...] | None = None
    events: tuple[Name, ...] | None = None
    needs_instrument: bool = False
    purposes: tuple[str, ...] | None = None
    reason: WordingData
    article: Name
    without_instrument: WordingData | None = None


class ModeData(_Data):
    """One profile in one mode."""

    notice: WordingData | None = None
    closed_bin_s: Seconds
    after_close_s: Seconds
    min_bin_s: Seconds
    min_cell: Seconds
    min_cell_roles: tuple[Role, ...]
    min_cell_reason: WordingData
    min_cell_article: Name
    recorded_only: bool
    recorded_only_reason: WordingData | None = None
    recorded_only_article: Name | None = None
    session_max_s: Annotated[int, Field(gt=0)]
    rules: dict[OutputKind, RuleData]
    alerts: dict[AlertBasis, AlertLawData]


class FrameData(_Data):
    """A profile: one legal frame, in the modes that it has."""

    name: Name
    dated: date
    title: WordingData
    spaces: Annotated[tuple[Space, ...], Field(min_length=1)]
    articles: dict[Name, ArticleData] = Field(default_factory=dict)
    modes: Annotated[dict[Mode, ModeData], Field(min_length=1)]
