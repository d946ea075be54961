"""A test message over one channel, now, past the outbox: does it work, and if not, why?"""

import os
import secrets
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from parvis.publish.carriers.carrying import CarryError
from parvis.publish.carriers.choosing import carrier_of
from parvis.publish.letter import Letter, Writer
from parvis.publish.speech import Speeches
from parvis.site.loading import LoadedSite
from parvis.values.saying import T


def try_channel(
    loaded: LoadedSite,
    name: str,
    speeches: Speeches,
    now_s: float,
    env: Mapping[str, str] | None = None,
) -> str:
    """Send a test message; return its id once the receiver has taken it.

    Args:
        loaded: the site.
        name: of the channel.
        speeches: the languages of messages.
        now_s: seconds since the epoch.
        env: where secrets come from; the process's own when None.

    Raises:
        CarryError: it was not taken, with the remedy.
    """
    site = loaded.site
    channel = site.notify.get(name)
    if channel is None:
        known = ", ".join(sorted(site.notify)) or "none yet"
        raise CarryError(
            T("there is no channel {name}")(name=name),
            T("name one of notify: {known}")(known=known),
        )
    speech = speeches(channel.language or site.site.language, ZoneInfo(site.site.timezone))
    letter = Writer(site, {}, speech).trial(f"test-{secrets.token_hex(8)}/{name}", now_s)
    refusals: list[T] = []

    def told(_letter: Letter, refusal: T | None) -> None:
        if refusal is not None:
            refusals.append(refusal)

    carrier_of(loaded, name, os.environ if env is None else env).carry([letter], told)
    for refusal in refusals:
        raise CarryError(refusal, T("check the addresses, then the server's own log"))
    return letter.id
