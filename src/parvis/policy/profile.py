"""A profile: what may leave under one legal frame, read from packaged data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from parvis.policy.permit import AlertBasis, AlertLaw
from parvis.policy.terms import Article, OutputKind, Role, Wording
from parvis.values.alerts import AlertKind


class Effect(StrEnum):
    """What a rule does with an output asked for by one of its roles."""

    ALLOW = "allow"
    WHEN_CLOSED = "when-closed"
    WHEN_CLOSED_OR_UNDATED = "when-closed-or-undated"
    IN_SETUP = "in-setup"
    SESSION = "session"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to one kind of output: its effect, for whom, why, by which text."""

    effect: Effect
    roles: frozenset[Role]
    reason: Wording
    article: Article


@dataclass(frozen=True, slots=True)
class Profile:
    """One legal frame.

    Args:
        name: as in site.yaml.
        dated: when its data were last checked by a person.
        title: for people.
        notice: what every screen must say under it, or None.
        closed_bin_s: values are shown once their stretch of this length is closed; 0 at once.
        after_close_s: and this long after the close.
        min_bin_s: shortest stretch that leaves.
        min_cell: fewest observations behind a published value.
        min_cell_roles: who is shown published values only.
        min_cell_reason, min_cell_article: why.
        recorded_only: (reason, article) where only recorded clips may be shown, else None.
        session_max_s: longest set-up session.
        rules: one for each kind of output.
        alerts: one for each basis of alerts: whether rules may raise them.

    Raises:
        ValueError: a kind of output, or a basis of alerts, without a rule.
    """

    name: str
    dated: date
    title: Wording
    notice: Wording | None
    closed_bin_s: int
    after_close_s: int
    min_bin_s: int
    min_cell: int
    min_cell_roles: frozenset[Role]
    min_cell_reason: Wording
    min_cell_article: Article
    recorded_only: tuple[Wording, Article] | None
    session_max_s: int
    rules: Mapping[OutputKind, Rule]
    alerts: Mapping[AlertBasis, AlertLaw]

    def __post_init__(self) -> None:
        missing = [kind.value for kind in OutputKind if kind not in self.rules]
        missing += [f"{basis} alerts" for basis in AlertBasis if basis not in self.alerts]
        if missing:
            raise ValueError(f"profile {self.name} has no rule for {', '.join(missing)}")


def profile_names() -> tuple[str, ...]:
    """Names of the packaged profiles, the default first."""
    return ("statistics", "demonstration")


@cache
def load_profile(name: str) -> Profile:
    """Read a packaged profile.

    Raises:
        ValueError: no such profile.
    """
    if name not in profile_names():
        raise ValueError(f"unknown profile {name!r}; known: {', '.join(profile_names())}")
    data = _ProfileData.model_validate(_packaged(f"{name}.yaml"))
    articles = load_articles()
    recorded_only = None
    if data.recorded_only:
        if data.recorded_only_reason is None or data.recorded_only_article is None:
            raise ValueError(f"profile {name}: recorded_only states its reason and its article")
        recorded_only = (
            data.recorded_only_reason.wording(),
            articles[data.recorded_only_article],
        )
    filled = {"min_cell": data.min_cell, "session_max_min": data.session_max_s // 60}
    return Profile(
        name=data.name,
        dated=data.dated,
        title=data.title.wording(),
        notice=data.notice.wording() if data.notice else None,
        closed_bin_s=data.closed_bin_s,
        after_close_s=data.after_close_s,
        min_bin_s=data.min_bin_s,
        min_cell=data.min_cell,
        min_cell_roles=frozenset(data.min_cell_roles),
        min_cell_reason=data.min_cell_reason.wording(**filled),
        min_cell_article=articles[data.min_cell_article],
        recorded_only=recorded_only,
        session_max_s=data.session_max_s,
        rules={
            kind: Rule(
                rule.effect,
                frozenset(rule.roles),
                rule.reason.wording(**filled),
                articles[rule.article],
            )
            for kind, rule in data.rules.items()
        },
        alerts={
            basis: AlertLaw(
                law.raises,
                None if law.kinds is None else frozenset(law.kinds),
                None if law.purposes is None else frozenset(law.purposes),
                law.reason.wording(),
                articles[law.article],
            )
            for basis, law in data.alerts.items()
        },
    )


@cache
def load_articles() -> Mapping[str, Article]:
    """The texts that decisions name, by key."""
    data = _ArticlesData.model_validate(_packaged("articles.yaml"))
    return {
        key: Article(
            key,
            article.reference.wording(),
            article.says.wording(),
            article.dated,
            article.status == "read",
        )
        for key, article in data.articles.items()
    }


def _packaged(name: str) -> object:
    text = resources.files("parvis.policy.profiles").joinpath(name).read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _WordingData(_Data):
    fr: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def wording(self, **filled: int) -> Wording:
        return Wording(self.fr.format(**filled), self.en.format(**filled))


class _RuleData(_Data):
    effect: Effect
    roles: tuple[Role, ...]
    reason: _WordingData
    article: str


class _AlertLawData(_Data):
    raises: bool
    kinds: tuple[AlertKind, ...] | None = None
    purposes: tuple[str, ...] | None = None
    reason: _WordingData
    article: str


_Seconds = Annotated[int, Field(ge=0)]


class _ProfileData(_Data):
    name: str
    dated: date
    title: _WordingData
    notice: _WordingData | None = None
    closed_bin_s: _Seconds
    after_close_s: _Seconds
    min_bin_s: _Seconds
    min_cell: Annotated[int, Field(ge=0)]
    min_cell_roles: tuple[Role, ...]
    min_cell_reason: _WordingData
    min_cell_article: str
    recorded_only: bool
    recorded_only_reason: _WordingData | None = None
    recorded_only_article: str | None = None
    session_max_s: Annotated[int, Field(gt=0)]
    rules: dict[OutputKind, _RuleData]
    alerts: dict[AlertBasis, _AlertLawData]


class _ArticleData(_Data):
    reference: _WordingData
    says: _WordingData
    dated: date | None = None
    status: Literal["read", "to-confirm"]


class _ArticlesData(_Data):
    articles: dict[str, _ArticleData]
