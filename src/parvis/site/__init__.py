"""site.yaml → frozen, validated shapes; JSON schema; editing, watching and reload."""

from parvis.site.check import check
from parvis.site.loading import LoadedSite, load
from parvis.site.problems import Problem, Severity, SiteError
from parvis.site.redact import redact
from parvis.site.schema import json_schema

__all__ = [
    "LoadedSite",
    "Problem",
    "Severity",
    "SiteError",
    "check",
    "json_schema",
    "load",
    "redact",
]
