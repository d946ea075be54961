"""Where the public page stands."""

from typing import Final

from parvis.site.shapes import Site

PATH: Final = "/public"
API: Final = "/api/v1/public"


def public_address(site: Site) -> str | None:
    """The address of the public page that a sign may bear.

    None while the page is switched off, or while the site has no public address of its own.
    """
    if not site.public.page or site.server.public_url is None:
        return None
    return site.server.public_url.rstrip("/") + PATH


def for_everybody(path: str) -> bool:
    """Whether a path is of the public page or its API: what stands there is the same for all."""
    return any(path == one or path.startswith(f"{one}/") for one in (PATH, API))
