"""``parvis notify``: the channels that tell people of alerts."""

import time
from pathlib import Path
from typing import Annotated

import typer

from parvis.cli.console import fail, out

notify_app = typer.Typer(help="The channels that tell people of alerts.")


@notify_app.callback()
def notify() -> None:
    """The channels that tell people of alerts."""


@notify_app.command("test")
def notify_test(
    channel: Annotated[str, typer.Option(help="The channel's name under notify.")],
    site: Annotated[Path, typer.Option(help="The site.yaml.")] = Path("site.yaml"),
) -> None:
    """Send a test message over a channel, and say what failed."""
    from parvis.publish.carriers.carrying import CarryError
    from parvis.publish.trying import try_channel
    from parvis.server.i18n import Words
    from parvis.site import SiteError, load

    try:
        sent = try_channel(load(site), channel, Words, time.time())
    except SiteError as error:
        raise fail("; ".join(str(problem) for problem in error.problems)) from None
    except CarryError as error:
        raise fail(str(error), str(error.remedy)) from None
    out.print(f"{channel} has taken the test message {sent}", highlight=False, soft_wrap=True)
