"""Places of the network where no camera is: the one rule, for addresses typed and addresses opened.

A name may lead anywhere: whoever opens an address resolves it and asks again of what came out.
"""

import ipaddress
import socket
from typing import Final

Place = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA: Final = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Azure, Google, OpenStack, OVHcloud, Scaleway…
        "169.254.170.2",  # AWS, credentials of containers
        "168.63.129.16",  # Azure
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google
    )
)
"""Where clouds hand a machine its own credentials."""

_METADATA_NAMES: Final = frozenset({"metadata.google.internal", "metadata.goog", "instance-data"})
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE: Final = ipaddress.ip_network("::/96")
"""Deprecated by RFC 4291, and still understood here and there; :: and ::1 stand for themselves."""
_BROADCAST: Final = ipaddress.ip_address("255.255.255.255")


def place_of(host: str) -> Place | None:
    """The address that a host's text is, in whatever numerals; None when it is a name.

    The system also reads 2852039166, 0xA9FEA9FE and 169.254.43518 as addresses.
    """
    text = host.partition("%")[0]  # fe80::1%eth0
    try:
        return _plain(ipaddress.ip_address(text))
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text))
    except (OSError, ValueError):
        return None


def is_metadata_service(host: str) -> bool:
    """True for the name or address where a cloud hands out this machine's own credentials."""
    bare = host.rstrip(".").lower()
    return bare in _METADATA_NAMES or place_of(bare) in _METADATA


def has_no_camera(place: Place, *, loopback: bool) -> bool:
    """True for what a screen must not make the server open: itself, or no camera's network.

    Args:
        place: as :func:`place_of` gives it.
        loopback: streams on this machine itself are allowed (profile ``demonstration``).
    """
    if place.is_loopback and loopback:
        return False
    return (
        place in _METADATA
        or place.is_loopback
        or place.is_unspecified
        or place.is_link_local
        or place.is_multicast
        or place == _BROADCAST
    )


def _plain(place: Place) -> Place:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(place, ipaddress.IPv4Address):
        return place
    if place in _TRANSLATED or (place in _COMPATIBLE and int(place) > 1):
        return ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)
    return place.ipv4_mapped or place.sixtofour or place
