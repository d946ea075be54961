"""The lines of *Santé du système* about rules: those that make no sense and are not followed."""

from parvis.server.i18n import Words
from parvis.server.pages.machine import Fact
from parvis.server.rulebook.entries import refused
from parvis.site.shapes import Site


def rule_facts(site: Site, words: Words) -> list[Fact]:
    """One line a rule that is not followed."""
    return [
        Fact(
            words._("Rule {label}", label=one.label),
            words._("not followed: {why}", why=one.why),
            one.remedy,
            well=False,
            command="parvis check site.yaml",
        )
        for one in refused(site, words)
    ]
