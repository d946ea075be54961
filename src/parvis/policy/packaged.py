"""The data of this room that come with Parvis."""

from functools import cache
from importlib import resources

from ruamel.yaml import YAML

FRAMES = ("fr-public-road", "fr-public-venue", "fr-private", "eu", "demonstration")
"""Names of the packaged profiles."""


@cache
def packaged(name: str) -> object:
    """The plain content of a packaged file; take copies, it is shared."""
    text = resources.files("parvis.policy.profiles").joinpath(name).read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)
