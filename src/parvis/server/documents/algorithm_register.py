"""The entry of a public register of algorithms, as JSON.

Fields follow the phases that the Algorithmic Transparency Standard of Eurocities
(algorithmregister.org, 0.3.1) asks about: what it is, why, on which data, how it works, its risks
and its oversight. A register with other names of fields maps them.
"""

from typing import Any

import parvis
from parvis.server.documents.facts import Facts
from parvis.server.documents.purposes import in_words
from parvis.server.documents.sayings import MEASURES, RISKS
from parvis.server.i18n import Words
from parvis.server.problems import T
from parvis.values.classes import ObjectClass

_NAME = T("Counting of people, bikes and vehicles on video streams")
_HOW = T(
    "A detector finds people, bikes and vehicles in the images as boxes; boxes are followed for "
    "seconds; crossings of lines, presence in zones, speeds and densities are derived. The image "
    "is then gone; numbers by stretches of time are kept."
)
_OVERSIGHT = T(
    "A person checks each line by counting along; a person judges every alert; one click stops a "
    "camera or everything."
)


def entry(facts: Facts, words: Words) -> dict[str, Any]:
    """The entry, in the reader's language; what nobody has filled in is null and listed."""
    said = facts.site.controller
    return {
        "schema": "https://www.algorithmregister.org/standard",
        "language": words.language,
        "name": words.shown(_NAME),
        "organisation": said.name,
        "contact": said.contact,
        "data_protection_officer": said.dpo,
        "status": "in use" if facts.cameras else "in preparation",
        "purposes": [words.shown(one) for one in in_words(facts.purposes)],
        "legal_basis": said.basis,
        "decision": said.decision,
        "profile": {"name": facts.law.name, "mode": facts.law.mode.value},
        "instruments": [
            {
                "authority": act.authority,
                "reference": act.reference,
                "ends": words.local(act.ends_s).isoformat(),
            }
            for act in facts.acts
        ],
        "places": sorted(one.label for one in facts.site.places.values()),
        "data": {
            "sources": len(facts.cameras),
            "classes": [one.label for one in ObjectClass],
            "personal_data_kept": False,
            "retention": [
                {"what": words.shown(one.what), "days": one.days}
                for one in facts.kept
                if one.days is not None
            ],
        },
        "method": words.shown(_HOW),
        "models": sorted({camera.model for camera in facts.cameras.values()}),
        "accuracy": [
            {
                "camera": one.camera,
                "line": one.line,
                "date": words.local(one.at_s).date().isoformat(),
                "person": one.true,
                "parvis": one.counted,
                "signed": one.signed_by is not None,
            }
            for one in facts.checked
        ],
        "human_oversight": words.shown(_OVERSIGHT),
        "risks": [words.shown(one.event) for one in RISKS],
        "measures": [words.shown(one) for one in MEASURES],
        "impact_assessment": None
        if facts.assessment is None
        else {
            "version": facts.assessment.version,
            "signed": words.local(facts.assessment.signed_s).date().isoformat(),
            "covers_every_purpose": not facts.unassessed,
        },
        "public_page": facts.public,
        "source_code": "parvis",
        "licence": "Apache-2.0",
        "version": parvis.__version__,
        "configuration_hash": facts.loaded.hash,
        "made": words.local(facts.now_s).isoformat(),
        "to_be_completed": list(facts.missing),
    }
