"""What all commands share: where they print, and how they fail."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

out = Console()
err = Console(stderr=True)

SitePath = Annotated[Path, typer.Argument(help="The site's configuration file.", dir_okay=False)]


def fail(message: str, remedy: str = "") -> typer.Exit:
    """Print an error in plain words; ``raise fail(...)`` ends the command with status 1."""
    err.print(f"[bold red]✗[/] {message}", highlight=False, soft_wrap=True)
    if remedy:
        err.print(f"  {remedy}", highlight=False, soft_wrap=True)
    return typer.Exit(1)
