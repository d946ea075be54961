"""A town that runs: ``parvis run`` on a site.yaml, its administrator, and what it has written."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from tests.rtsp import wait_until

TOKEN = "a-token-for-tests"
PASSWORD = "quatre mots au bord du quai"


class Running:
    """``parvis run`` as a child process, and what the kernel and the store say of it.

    Args:
        site: site.yaml.
        under: a program that starts it and watches, for example strace.
    """

    def __init__(self, site: Path, under: Sequence[str | Path] = ()) -> None:
        self.site = site
        self.database = site.parent / "data" / "parvis.db"
        self.words = site.parent / "words"
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                [*map(str, under), sys.executable, "-m", "parvis", "run", str(site)],
                stdout=words,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PARVIS_METRICS_TOKEN": TOKEN},
            )

    def child(self, module: str) -> int | None:
        """Process id of the living child that runs a module."""
        for pid in descendants(self.process.pid):
            if f"parvis.fleet.{module}" in command_of(pid):
                return pid
        return None

    @property
    def _supervisor(self) -> int:
        """The process of ``parvis run`` itself, whoever started it."""
        own = [self.process.pid, *descendants(self.process.pid)]
        return next(pid for pid in own if command_of(pid).startswith(sys.executable))

    def wait_for(self, module: str, other_than: int = 0) -> int:
        wait_until(lambda: self.child(module) not in (None, other_than), 20, module)
        found = self.child(module)
        assert found is not None
        return found

    @property
    def address(self) -> str:
        """Where the hub serves now; empty before it has said so."""
        found = re.findall(r"^Parvis: (\S+)", self.words.read_text(), re.MULTILINE)
        return found[-1] if found else ""

    def metrics(self) -> dict[tuple[str, ...], float]:
        """What /metrics says, by name and values of labels; empty while nobody answers."""
        if not self.address:
            return {}
        try:
            page = httpx.get(
                f"{self.address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5
            )
        except httpx.HTTPError:
            return {}
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(page.text)
            for sample in family.samples
        }

    def analysed(self, camera: str = "campus") -> float:
        """Frames analysed by the camera's present run, as /metrics says; 0 before any."""
        return self.metrics().get(("parvis_camera_analysed_frames_total", camera), 0.0)

    @contextmanager
    def administrator(self) -> Iterator[httpx.Client]:
        """The first administrator's browser, by the link that the first start prints."""
        wait_until(lambda: "/setup/admin?token=" in self.words.read_text(), 30, "the first link")
        wait_until(lambda: bool(self.metrics()), 30, "the hub serves")
        token = re.findall(r"token=(\S+)", self.words.read_text())[-1]
        with httpx.Client(base_url=self.address, timeout=30) as browser:
            csrf = browser.get("/api/v1/session").json()["csrf"]
            form = {"token": token, "name": "agnes", "password": PASSWORD, "csrf": csrf}
            assert browser.post("/setup/admin", data=form).headers["location"] == "/"
            browser.headers["X-CSRF-Token"] = browser.get("/api/v1/session").json()["csrf"]
            yield browser

    def wait_for_frames(self, count: int, camera: str = "campus") -> None:
        """Wait until the camera's present run has analysed some frames."""
        wait_until(lambda: self.analysed(camera) >= count, 60, f"{count} frames analysed")

    def stop(self) -> None:
        os.kill(self._supervisor, signal.SIGTERM)
        assert self.process.wait(30) == 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            return connection.execute(query).fetchall()

    def sums(self, table: str) -> dict[float, float]:
        """What was counted of each series, by its minutes or by its hours."""
        counted = "SELECT id FROM series WHERE kind IN ('crossings', 'entries', 'exits')"
        return dict(
            self.rows(
                f"SELECT series_id, sum(value) FROM {table}"  # noqa: S608
                f" WHERE series_id IN ({counted}) GROUP BY series_id"
            )
        )

    def covered_s(self) -> float:
        return sum(row[0] for row in self.rows("SELECT coverage_s FROM camera_minute"))


def descendants(pid: int) -> list[int]:
    """The processes that it has started, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has just ended
            for child in map(int, task.read_text().split()):
                found += [child, *descendants(child)]
    return found


def command_of(pid: int) -> str:
    """The command line of a process; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@contextmanager
def running(site: Path, under: Sequence[str | Path] = ()) -> Iterator[Running]:
    """A running site, ended with everything it has started."""
    town = Running(site, under)
    try:
        yield town
    finally:
        if town.process.poll() is None:
            os.kill(town._supervisor, signal.SIGKILL)
            town.process.wait(30)
