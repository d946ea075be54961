"""What the rules of a site.yaml have wrong with them, for ``parvis check``."""

from collections.abc import Iterator

from parvis.alerts.from_site import refused_rules_of
from parvis.alerts.rule import ON_PLACES
from parvis.site.problems import Remark, Severity
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Subject


def rule_remarks(site: Site) -> Iterator[Remark]:
    """Rules that make no sense (errors), and what of a rule can never raise (warnings)."""
    for refused in refused_rules_of(site.rules):
        key = ("rules", refused.name, refused.key)
        yield Remark(key, str(refused.message), str(refused.remedy))
    for name, said in site.rules.items():
        if said.kind is AlertKind.THRESHOLD and not said.levels:
            yield Remark(
                ("rules", name, "kind"),
                "a threshold without levels is reached from 1 on",
                "write its levels",
                Severity.WARNING,
            )
        for at, member in enumerate(said.on):
            if Subject.from_key(member).place is not None and said.kind not in ON_PLACES:
                yield Remark(
                    ("rules", name, "on", at),
                    f"a rule of the kind {said.kind.value} sees nothing of a place as a whole",
                    "name the cameras, zones or lines of the place",
                    Severity.WARNING,
                )
