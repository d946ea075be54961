"""Files of law → frames: based on one another, checked, each error with its key and remedy."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from parvis.policy.events import events
from parvis.policy.packaged import FRAMES, packaged
from parvis.policy.permit import AlertLaw
from parvis.policy.profile import Frame, Profile, Rule
from parvis.policy.schema import AlertLawData, ArticlesData, FrameData, ModeData, RuleData
from parvis.policy.space import Mode
from parvis.policy.terms import Article, OutputKind
from parvis.values.alerts import AlertBasis

_DEEPEST = 8
"""Modes that are based on one another."""


@dataclass(frozen=True, slots=True)
class LawProblem:
    """One thing wrong in a file of law.

    Args:
        key: key path, for example ``modes.statistics.min_cell``; empty for the whole file.
        message: what is wrong.
        remedy: what to do about it.
    """

    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.key}: " if self.key else ""
        return f"{where}{self.message}. {self.remedy[:1].upper()}{self.remedy[1:]}."


class LawError(ValueError):
    """A file of law that cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: list[LawProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(one) for one in problems))


@cache
def articles() -> Mapping[str, Article]:
    """The packaged texts that decisions name, by key."""
    data = ArticlesData.model_validate(packaged("articles.yaml"))
    return {key: one.article(key) for key, one in data.articles.items()}


@cache
def frame(name: str) -> Frame:
    """A packaged frame.

    Raises:
        LawError: no such frame.
    """
    if name not in FRAMES:
        known = ", ".join(FRAMES)
        raise LawError([LawProblem("", f"there is no profile {name!r}", f"write one of {known}")])
    return read_frame(packaged(f"{name}.yaml"))


def read_frame(plain: object) -> Frame:
    """The frame that the plain content of a file describes.

    Raises:
        LawError: with every problem found.
    """
    if not isinstance(plain, dict):
        remedy = "begin with  name: ..., dated: ..., title: ..., spaces: ..., modes: ..."
        raise LawError([LawProblem("", "the file is empty, or no mapping", remedy)])
    whole = {**plain, "modes": _laid_out(plain)}
    try:
        data = FrameData.model_validate(whole)
    except ValidationError as error:
        raise LawError([_problem(one) for one in error.errors(include_url=False)]) from None
    texts = {**articles(), **{key: one.article(key) for key, one in data.articles.items()}}
    problems = [
        problem
        for mode, said in data.modes.items()
        for problem in _unknown(f"modes.{mode}", said, texts)
    ]
    problems += [
        LawProblem(
            f"articles.{key}",
            "a text that was read states when" if one.status == "read" else _NOT_READ,
            "give verified_on" if one.status == "read" else "remove verified_on, or say read",
        )
        for key, one in data.articles.items()
        if (one.status == "read") is (one.verified_on is None)
    ]
    if problems:
        raise LawError(problems)
    return Frame(
        data.name,
        data.dated,
        data.title.wording(),
        frozenset(data.spaces),
        {mode: _profile(data, mode, said, texts) for mode, said in data.modes.items()},
    )


_NOT_READ = "a text to be confirmed was verified on no day"


def _laid_out(plain: Mapping[str, Any]) -> object:
    """Its modes, each laid over the one that it is based on."""
    modes = plain.get("modes")
    if not isinstance(modes, dict):
        return modes
    return {mode: _based(plain, f"modes.{mode}", said, 0) for mode, said in modes.items()}


def _based(plain: Mapping[str, Any], key: str, said: object, depth: int) -> object:
    if not isinstance(said, dict) or "based_on" not in said:
        return said
    base = said["based_on"]
    name, _, mode = base.partition("/") if isinstance(base, str) else ("", "", "")
    whole: object = plain if name == plain.get("name") else None
    if whole is None and name in FRAMES:
        whole = packaged(f"{name}.yaml")
    modes = whole.get("modes") if isinstance(whole, dict) else None
    under = modes.get(mode) if isinstance(modes, dict) else None
    if not isinstance(under, dict) or not isinstance(whole, dict) or depth == _DEEPEST:
        raise LawError(
            [
                LawProblem(
                    f"{key}.based_on",
                    "there is no such mode of a profile, or it is based on itself",
                    "write FRAME/MODE, for example fr-public-road/statistics",
                )
            ]
        )
    below = _based(whole, key, under, depth + 1)
    own = {one: value for one, value in said.items() if one != "based_on"}
    return _over(deepcopy(below), own)


def _over(below: object, above: object) -> object:
    """``above`` laid over ``below``, mapping by mapping."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {
        **below,
        **{key: _over(below[key], one) if key in below else one for key, one in above.items()},
    }


_REMEDIES = {
    "missing": "add the key",
    "extra_forbidden": "remove the key, or correct its name",
    "enum": "write one of the words that the reference page lists",
}


def _problem(error: Any) -> LawProblem:
    key = ".".join(str(part) for part in error["loc"])
    remedy = _REMEDIES.get(error["type"], "see docs/reference/profiles.md")
    return LawProblem(key, str(error["msg"]), remedy)


def _unknown(key: str, said: ModeData, texts: Mapping[str, Article]) -> list[LawProblem]:
    """What a mode names and nobody has, and what it lacks."""
    named = {f"{key}.min_cell_article": said.min_cell_article}
    named |= {f"{key}.rules.{kind}.article": rule.article for kind, rule in said.rules.items()}
    named |= {f"{key}.alerts.{basis}.article": law.article for basis, law in said.alerts.items()}
    if said.recorded_only_article is not None:
        named[f"{key}.recorded_only_article"] = said.recorded_only_article
    problems = [
        LawProblem(at, f"there is no article {name!r}", "add it under articles")
        for at, name in named.items()
        if name not in texts
    ]
    for kind in OutputKind:
        if kind not in said.rules:
            problems.append(LawProblem(f"{key}.rules.{kind}", "there is no rule", "add the rule"))
    for basis in AlertBasis:
        law = said.alerts.get(basis)
        if law is None:
            problems.append(LawProblem(f"{key}.alerts.{basis}", "there is no rule", "add it"))
            continue
        problems += [
            LawProblem(
                f"{key}.alerts.{basis}.events",
                f"there is no event {name!r}",
                f"write some of {', '.join(events())}",
            )
            for name in law.events or ()
            if name not in events()
        ]
        if law.needs_instrument and law.without_instrument is None:
            at = f"{key}.alerts.{basis}.without_instrument"
            problems.append(LawProblem(at, "it is missing", "say why nothing alerts without one"))
    both = (said.recorded_only_reason, said.recorded_only_article)
    if said.recorded_only and None in both:
        problems.append(
            LawProblem(f"{key}.recorded_only", "it says neither why nor by what", "add both")
        )
    return problems


def _profile(data: FrameData, mode: Mode, said: ModeData, texts: Mapping[str, Article]) -> Profile:
    filled = {"min_cell": said.min_cell, "session_max_min": said.session_max_s // 60}
    recorded_only = None
    if said.recorded_only and said.recorded_only_reason and said.recorded_only_article:
        recorded_only = said.recorded_only_reason.wording(), texts[said.recorded_only_article]

    def rule(one: RuleData) -> Rule:
        return Rule(
            one.effect,
            frozenset(one.roles),
            frozenset(one.opened_to),
            one.purposes,
            one.reason.wording(**filled),
            texts[one.article],
        )

    return Profile(
        name=data.name,
        mode=mode,
        dated=data.dated,
        title=data.title.wording(),
        spaces=frozenset(data.spaces),
        notice=said.notice.wording() if said.notice else None,
        closed_bin_s=said.closed_bin_s,
        after_close_s=said.after_close_s,
        min_bin_s=said.min_bin_s,
        min_cell=said.min_cell,
        min_cell_roles=frozenset(said.min_cell_roles),
        min_cell_reason=said.min_cell_reason.wording(**filled),
        min_cell_article=texts[said.min_cell_article],
        recorded_only=recorded_only,
        session_max_s=said.session_max_s,
        rules={kind: rule(one) for kind, one in said.rules.items()},
        alerts={basis: _alert_law(one, texts) for basis, one in said.alerts.items()},
    )


def _alert_law(law: AlertLawData, texts: Mapping[str, Article]) -> AlertLaw:
    return AlertLaw(
        law.raises,
        None if law.kinds is None else frozenset(law.kinds),
        None if law.purposes is None else frozenset(law.purposes),
        law.reason.wording(),
        texts[law.article],
        None if law.events is None else frozenset(law.events),
        law.without_instrument.wording()
        if law.needs_instrument and law.without_instrument
        else None,
    )
