"""Progress bars for a person who waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn


@contextmanager
def model_progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar for fetching a model; the value is called with (bytes so far, bytes in all)."""
    columns = (
        TextColumn("Fetching the model"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
