"""What the hub tells the workers of rules: a small file that they read again and again.

The hub knows the profile in force and its gate; a worker knows neither, and raises what the file
lets it raise. Without the file no rule is followed.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from parvis.alerts.from_site import sound_rules_of, watched_by_cameras
from parvis.alerts.rule import Rule
from parvis.fleet.told_file import ToldFile
from parvis.policy.gate import Gate
from parvis.site.rules import RuleSettings
from parvis.site.shapes import Site
from parvis.values.stops import Stops

log = structlog.get_logger(__name__)


def told(site: Site, gate: Gate, stops: Stops) -> dict[str, Any]:
    """The file's content: the declared rules, those stopped, and by camera which only count."""
    watched = watched_by_cameras(sound_rules_of(site.rules))
    return {
        "rules": {
            name: said.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for name, said in site.rules.items()
        },
        "stopped": [one.name for one in watched if stops.rule(one.kind, one.purposes)],
        "counting": {
            camera: [rule.name for rule in watched if not _may_raise(gate, rule, camera)]
            for camera in site.cameras
        },
    }


def _may_raise(gate: Gate, rule: Rule, camera: str) -> bool:
    return gate.permit(rule.basis.value, rule.kind, rule.purposes, camera).raises


@dataclass(frozen=True, slots=True)
class Orders:
    """The rules of cameras at one moment.

    Args:
        rules: those followed where images are analysed.
        counting: by camera the names of those that may only count; a camera that is not there may
            raise none.
    """

    rules: tuple[Rule, ...] = ()
    counting: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, camera: str) -> list[Rule]:
        """The rules that look at a camera."""
        return [rule for rule in self.rules if rule.looks_at(camera)]

    def permits(self, camera: str, rule: Rule) -> bool:
        """Whether a rule may raise alerts at a camera."""
        return camera in self.counting and rule.name not in self.counting[camera]


class RuleOrders:
    """The file as a worker sees it; threads may share it.

    Args:
        path: the file; without one no rule is followed.
    """

    def __init__(self, path: Path) -> None:
        self._file = ToldFile(path, "rules", self._take)
        self.now = Orders()
        """Replaced whole when the file changes."""
        self.look()

    def look(self) -> None:
        """Read the file again where it has changed; at most twice a second."""
        self._file.look()

    def _take(self, content: dict[str, Any]) -> None:
        self.now = _orders(content)


def _orders(content: dict[str, Any]) -> Orders:
    declared = {name: RuleSettings.model_validate(said) for name, said in content["rules"].items()}
    return Orders(
        tuple(
            rule
            for rule in watched_by_cameras(sound_rules_of(declared))
            if rule.name not in content["stopped"]
        ),
        {camera: frozenset(names) for camera, names in content["counting"].items()},
    )
