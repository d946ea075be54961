"""Holds: what may not be deleted for a while, as an authority asks; they end by themselves."""

import math
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from parvis.store.audit import append_entry
from parvis.store.database import Database
from parvis.store.schema import hold


@dataclass(frozen=True, slots=True)
class Hold:
    """A kind of data that is not deleted until a day.

    Args:
        kind: the kind of data.
        reason: why.
        authority: who asked, with the reference of their request.
        from_s: what is younger than this stays, seconds since the epoch; 0: all that there is.
        until_s: when it ends by itself, seconds since the epoch.
        who: who wrote it down.
        made_s: when.
        lifted_s: when it was taken back; None: it was not.
        id: its number; 0 before it is written.

    Raises:
        ValueError: no reason, no authority, or no end after its beginning.
    """

    kind: str
    reason: str
    authority: str
    from_s: float
    until_s: float
    who: str
    made_s: float
    lifted_s: float | None = None
    id: int = 0

    def __post_init__(self) -> None:
        for name in ("reason", "authority"):
            if not getattr(self, name).strip():
                raise ValueError(f"a hold states its {name}")
        if not (math.isfinite(self.until_s) and self.until_s > self.made_s):
            raise ValueError("a hold has an end, after it was made")

    def in_force(self, now_s: float) -> bool:
        """Whether it keeps anything from being deleted at ``now_s``."""
        return self.lifted_s is None and self.made_s <= now_s < self.until_s


class Holds:
    """The holds of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, new: Hold, origin: str) -> int:
        """Write a hold, and in the same moment its entry in the journal; return its number."""
        with self._database.writing() as connection:
            last = connection.execute(select(func.max(hold.c.id))).scalar()
            number = int(last or 0) + 1
            row = {name: getattr(new, name) for name in _COLUMNS} | {"id": number}
            connection.execute(insert(hold).values(**row))
            _tell(
                connection,
                "retention.hold",
                replace(new, id=number),
                who=new.who,
                at_s=new.made_s,
                origin=origin,
                why=new.reason,
            )
        return number

    def lift(self, number: int, *, who: str, why: str, at_s: float, origin: str) -> bool:
        """End a hold before its time; False where none of that number is in force."""
        with self._database.writing() as connection:
            row = connection.execute(select(hold).where(hold.c.id == number)).one_or_none()
            held = None if row is None else _hold(row)
            if held is None or not held.in_force(at_s):
                return False
            connection.execute(update(hold).where(hold.c.id == number).values(lifted_s=at_s))
            _tell(connection, "retention.lift", held, who=who, at_s=at_s, origin=origin, why=why)
        return True

    def all(self) -> list[Hold]:
        """Every hold, the newest first."""
        with self._database.reading() as connection:
            return [
                _hold(row) for row in connection.execute(select(hold).order_by(hold.c.id.desc()))
            ]

    def in_force(self, now_s: float) -> list[Hold]:
        """Those that keep something from being deleted at ``now_s``."""
        return [one for one in self.all() if one.in_force(now_s)]


def purge_holds(connection: Connection, before_s: float) -> int:
    """Delete holds that ended before; return how many."""
    ended = func.coalesce(hold.c.lifted_s, hold.c.until_s)
    return connection.execute(delete(hold).where(ended < before_s)).rowcount


_COLUMNS = ("kind", "reason", "authority", "from_s", "until_s", "who", "made_s", "lifted_s")


def _tell(
    connection: Connection, action: str, one: Hold, *, who: str, at_s: float, origin: str, why: str
) -> None:
    append_entry(
        connection,
        at_s=at_s,
        who=who,
        action=action,
        target=one.kind,
        why=why,
        origin=origin,
        detail={
            "hold": one.id,
            "authority": one.authority,
            "from_s": one.from_s,
            "until_s": one.until_s,
        },
    )


def _hold(row: Row[tuple[object, ...]]) -> Hold:
    return Hold(**{name: getattr(row, name) for name in (*_COLUMNS, "id")})
