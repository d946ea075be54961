"""Connections to the very address that was judged: a name cannot lead elsewhere in between.

A name server that answers twice, first with a harmless address and then with another (DNS
rebinding), gets past a check that is made before the connection. Here the name is resolved once,
every address that came out is judged, and one of those is connected to.
"""

import socket
import ssl
from collections.abc import Callable, Iterable

import httpcore
import httpx

Judge = Callable[[str], None]
"""Raises what its room raises for an address, as text, that must not be connected to."""


def dial(host: str, port: int, timeout_s: float | None, judge: Judge) -> socket.socket:
    """A TCP connection to a host, all of whose addresses have been judged.

    Args:
        host: a name or an address.
        timeout_s: for each address, and left on the socket; None for no limit.
        judge: called with every address before anything is sent.

    Raises:
        OSError: unknown host, or none of its addresses answers.
    """
    last: OSError | None = None
    for address in _judged(host, port, judge):
        try:
            return socket.create_connection((address, port), timeout_s)
        except OSError as error:
            last = error
    raise last or OSError(f"no address for {host}")


class JudgedTransport(httpx.HTTPTransport):
    """httpx over connections to judged addresses. TLS and Host still carry the name.

    Args:
        judge: called with every address before anything is sent.
        context: of TLS.
    """

    def __init__(self, judge: Judge, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        # httpx does not hand a network backend on to the pool that it makes.
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=_Dialled(judge))


class _Dialled(httpcore.SyncBackend):
    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = _judged(host, port, self._judge)
        except OSError as error:
            raise httpcore.ConnectError(error) from error
        for address in found[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(found[-1], port, timeout, local_address, socket_options)


def _judged(host: str, port: int, judge: Judge) -> list[str]:
    """The addresses of a host, each judged, in the system's order of preference."""
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no name of a host") from error
    found = list(dict.fromkeys(str(one[4][0]) for one in told))
    for address in found:
        judge(address)
    if not found:
        raise OSError(f"no address for {host}")
    return found
