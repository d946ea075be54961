"""What the hub's own rules say, on its disk until it is in the store: as a worker keeps its own."""

from collections.abc import Callable, Sequence

from parvis.fleet.said_book import SaidBook
from parvis.store.alert_wire import Said, SaidKey
from parvis.store.spool import Spool

NAME = "hub"
"""Of its spool; no worker bears it."""


class HubSaid:
    """Keeps what the hub's rules say and takes it into the store, in order, each once.

    The database may be away for any time, and the hub may die: the next one finds the spool.

    Args:
        spool: the hub's.
        take: takes it into the store; what it returns may be dropped.
    """

    def __init__(self, spool: Spool, take: Callable[[Sequence[Said]], list[SaidKey]]) -> None:
        self._spool = spool
        self._take = take
        self._book = SaidBook(spool)

    def say(self, said: list[Said]) -> None:
        """Keep it, then take all that waits into the store; with nothing to say, try again.

        Raises:
            StoreUnavailableError: it waits on disk.
            SpoolError: what is in the store may be taken once more, without harm.
        """
        self._book.keep(said)
        while waiting := self._spool.kept():
            self._spool.let_go(self._take(waiting))
