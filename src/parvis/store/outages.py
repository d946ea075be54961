"""When and why nothing was seen: interruptions of a stream or of the whole system."""

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, update

from parvis.store.database import Database
from parvis.store.schema import outage
from parvis.values.extent import Extent


@dataclass(frozen=True, slots=True)
class Outage:
    """An interruption.

    Args:
        camera: its name; empty for the whole system.
        from_s, to_s: the stretch, seconds since the epoch; ``to_s`` None while it goes on.
        reason: in plain words, without secrets.

    Raises:
        ValueError: it ends before it begins.
    """

    camera: str
    from_s: float
    to_s: float | None
    reason: str

    def __post_init__(self) -> None:
        if self.to_s is not None and self.to_s < self.from_s:
            raise ValueError(f"an outage from {self.from_s} cannot end at {self.to_s}")


class Outages:
    """The outages of one store."""

    def __init__(self, database: Database, extent: Extent | None = None) -> None:
        self._database = database
        self._extent = extent

    def within(self, extent: Extent) -> "Outages":
        """The same, telling of the cameras of a part of the site and of the whole system."""
        return Outages(self._database, extent)

    def record(self, interruption: Outage) -> None:
        """Write an outage; one of the same camera and beginning is replaced: its end is known."""
        new = self._database.insert(outage).values(
            camera=interruption.camera,
            from_s=interruption.from_s,
            to_s=interruption.to_s,
            reason=interruption.reason,
        )
        with self._database.writing() as connection:
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=["camera", "from_s"],
                    set_={"to_s": new.excluded.to_s, "reason": new.excluded.reason},
                )
            )

    def open(self) -> list[Outage]:
        """Outages that go on, by camera."""
        query = select(outage).where(outage.c.to_s.is_(None)).order_by(outage.c.camera)
        with self._database.reading() as connection:
            return [
                Outage(row.camera, row.from_s, row.to_s, row.reason)
                for row in connection.execute(query)
                if self._tells(row.camera)
            ]

    def between(self, start_s: float, end_s: float) -> list[Outage]:
        """Outages that touch [start_s, end_s), by beginning."""
        query = (
            select(outage)
            .where(outage.c.from_s < end_s, or_(outage.c.to_s.is_(None), outage.c.to_s > start_s))
            .order_by(outage.c.from_s, outage.c.camera)
        )
        with self._database.reading() as connection:
            return [
                Outage(row.camera, row.from_s, row.to_s, row.reason)
                for row in connection.execute(query)
                if self._tells(row.camera)
            ]

    def _tells(self, camera: str) -> bool:
        return not camera or self._extent is None or camera in self._extent.cameras


def extend_outage(database: Database, connection: Connection, more: Outage) -> None:
    """Note a stretch; it lengthens the one of the same camera and reason that ends where it begins.

    A stretch that is noted already changes nothing.
    """
    alike = (
        (outage.c.camera == more.camera)
        & (outage.c.reason == more.reason)
        & (outage.c.from_s <= more.from_s)
    )
    if connection.execute(select(outage.c.from_s).where(alike, outage.c.to_s >= more.to_s)).first():
        return
    grown = connection.execute(
        update(outage).where(alike, outage.c.to_s == more.from_s).values(to_s=more.to_s)
    )
    if grown.rowcount == 0:
        new = database.insert(outage).values(
            camera=more.camera, from_s=more.from_s, to_s=more.to_s, reason=more.reason
        )
        connection.execute(new.on_conflict_do_nothing())
