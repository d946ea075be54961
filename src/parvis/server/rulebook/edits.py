"""Edits of the rules of site.yaml: one rule written or removed, comments kept."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from parvis.alerts.from_site import RuleRefusedError, rule_of, sound_rules_of
from parvis.server.errors import invalid_request
from parvis.server.problems import ProblemError, T
from parvis.server.site_edits import Edit
from parvis.site.edit import SiteDocument
from parvis.site.rules import RuleSettings
from parvis.site.shapes import Site

NEW = "new"
"""In place of the name in the address of a rule that is to be: no rule is called so."""


def held_settings(site: Site, name: str) -> RuleSettings:
    """The settings of a rule in force; those of a ready-made one say its kind only.

    Raises:
        ProblemError: 404 without such a rule.
    """
    declared = site.rules.get(name)
    if declared is not None:
        return declared
    ready = next((one for one in sound_rules_of(site.rules) if one.name == name), None)
    if ready is None:
        raise no_rule()
    return RuleSettings(kind=ready.kind)


def sound_settings(name: str, said: Mapping[str, Any]) -> RuleSettings:
    """Settings as site.yaml writes them, judged.

    Raises:
        ProblemError: 422 with what is wrong.
    """
    try:
        sound = RuleSettings.model_validate(said)
        rule_of(name, sound)
    except ValidationError as error:
        raise invalid_request(list(error.errors(include_url=False, include_input=False))) from None
    except RuleRefusedError as error:
        raise unsaveable(error.message, error.remedy) from None
    return sound


def written(settings: RuleSettings) -> dict[str, Any]:
    """Settings as site.yaml writes them: what is as by default is left out."""
    said = settings.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"kind": settings.kind.value} | said


def writing(name: str, wanted: RuleSettings) -> Edit:
    """Write one rule. Where none is declared the ready-made ones run: they are written with it,
    for a file that declares one rule runs that one alone.
    """

    def edit(document: SiteDocument) -> SiteDocument:
        rules: Mapping[str, RuleSettings] = {name: wanted}
        if not document.site.rules:
            ready = sound_rules_of({})
            rules = {one.name: RuleSettings(kind=one.kind) for one in ready} | dict(rules)
        return document.set_rules(rules)

    return edit


def removing(name: str) -> Edit:
    """Remove one rule; its past alerts stay.

    Raises (when the edit is made):
        ProblemError: 404 when the file declares no such rule.
    """

    def edit(document: SiteDocument) -> SiteDocument:
        if name not in document.site.rules:
            raise no_rule()
        return document.remove_rule(name)

    return edit


def no_rule() -> ProblemError:
    """The problem that there is no rule of that name, or none that stands in the file."""
    return ProblemError(
        404,
        "no-rule",
        T("There is no rule of that name."),
        T("It is not declared in site.yaml."),
        T("Go back to the list."),
    )


def unsaveable(why: T, remedy: T) -> ProblemError:
    """The problem that a rule makes no sense as it is."""
    return ProblemError(422, "rule", T("The rule cannot be saved like this."), why, remedy)
