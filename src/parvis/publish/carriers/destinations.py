"""Where an address leads, asked before anything is sent: never to a machine's credentials."""

import socket

from parvis.publish.carriers.carrying import CarryError
from parvis.site.notify import is_no_destination
from parvis.values.saying import T


def check_destination(host: str) -> None:
    """Refuse a host that leads to a metadata service or a reserved address, by name or number.

    A name that cannot be resolved passes: connecting says so better.

    Raises:
        CarryError: not allowed.
    """
    if is_no_destination(host) or any(map(is_no_destination, _addresses(host))):
        raise _refused(host)


def judge_address(address: str) -> None:
    """Refuse one address that a name led to; asked again for the very one that is connected to.

    Raises:
        CarryError: not allowed.
    """
    if is_no_destination(address):
        raise _refused(address)


def _refused(host: str) -> CarryError:
    return CarryError(
        T("nothing is sent to {host}: its address is reserved, or gives out credentials")(
            host=host
        ),
        T("write the address of the server that takes the messages"),
    )


def _addresses(host: str) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return set()
