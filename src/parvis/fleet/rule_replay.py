"""``parvis rules replay``: when a rule would have fired, on what the site has stored."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.alerts.amounts import quantity_of
from parvis.alerts.from_site import RuleRefusedError, rules_of
from parvis.alerts.rule import Rule
from parvis.fleet.layout import DataFolder
from parvis.server.rule_history import Played, levels_to_try, play, watched_by
from parvis.site import LoadedSite, load
from parvis.store import Store


class ReplayRequestError(Exception):
    """What was asked cannot be done; ``remedy`` says what to change."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """The command line of ``parvis rules replay``; see its help."""

    site: Path
    rule: str
    start: str
    end: str
    level: float | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it.

    Args:
        rule: which was played.
        unit: of its values.
        zone: civil time of the site.
        played: by subject.
        slider: pairs of lowest bound and how often it would have fired at that.
    """

    rule: Rule
    unit: str
    zone: ZoneInfo
    played: tuple[Played, ...]
    slider: tuple[tuple[float, int], ...]


def replay(request: ReplayRequest) -> Replayed:
    """Play the rule.

    Raises:
        ReplayRequestError: see its message.
        SiteError: the site cannot be used.
        StoreUnavailableError: its store cannot be reached.
    """
    loaded = load(request.site)
    zone = ZoneInfo(loaded.site.site.timezone)
    rule = _rule(loaded, request.rule)
    span = (_moment(request.start, "--from", zone), _moment(request.end, "--to", zone))
    watched = watched_by(loaded.site, rule)
    if not watched:
        raise ReplayRequestError(
            f"nothing that the rule {rule.name!r} watches is stored",
            "Of density, gathering, queue, parking_full and threshold the store has minutes, on "
            "cameras with a ground; other kinds can be tried on trial: mode: shadow",
        )
    url = loaded.database(os.environ) or DataFolder(loaded.data_folder).database_url
    with Store(url, zone) as store:
        try:
            played = play(store, rule, watched, span, request.level)
        except ValueError as error:
            raise ReplayRequestError(str(error), "Give another --from, --to or --level") from None
        slider = [
            (level, sum(len(one.firings) for one in play(store, rule, watched, span, level)))
            for level in levels_to_try(played, steps=10)
        ]
    unit = quantity_of(rule.kind, rule.indicator).unit
    return Replayed(rule, unit, zone, tuple(played), tuple(slider))


def _rule(loaded: LoadedSite, name: str) -> Rule:
    try:
        rules = {rule.name: rule for rule in rules_of(loaded.site.rules)}
    except RuleRefusedError as error:
        raise ReplayRequestError(str(error), "Run: parvis check site.yaml") from None
    if name not in rules:
        raise ReplayRequestError(f"no rule {name!r} runs", f"Name one of {', '.join(rules)}")
    return rules[name]


def _moment(text: str, option: str, zone: ZoneInfo) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ReplayRequestError(
            f"{option} {text!r} is not a time", "Write it as 2026-11-23T14:00"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
