"""What every way of carrying messages has in common."""

import ssl
from collections.abc import Callable, Iterable
from typing import Protocol

from parvis.publish.letter import Letter
from parvis.values.saying import T

TIMEOUT_S = 20.0
"""Longest silence of a server."""

Told = Callable[[Letter, T | None], None]
"""Called after each message: None once the receiver has taken it, else why it refuses this one."""


class CarryError(Exception):
    """Messages cannot be carried now.

    Args:
        message: what failed, without any secret.
        remedy: what to do.
    """

    def __init__(self, message: T, remedy: T) -> None:
        super().__init__(str(message))
        self.message = message
        self.remedy = remedy


class Carrier(Protocol):
    """One way to carry messages to one receiver."""

    def carry(self, letters: Iterable[Letter], told: Told) -> None:
        """Carry these, in order, over one connection.

        Raises:
            CarryError: none but those told of was taken, as far as is known.
        """
        ...


def trusted() -> ssl.SSLContext:
    """Certificates that this machine's own list trusts, or those that SSL_CERT_FILE names."""
    return ssl.create_default_context()


def network_error(error: OSError, host: str) -> CarryError:
    """What a connection that fails says, in the words of a technician."""
    match error:
        case ssl.SSLCertVerificationError():
            return CarryError(
                T("the certificate of {host} is not trusted: {reason}")(
                    host=host, reason=error.verify_message
                ),
                T(
                    "give the server a certificate for that name, or add its authority to this "
                    "machine"
                ),
            )
        case ssl.SSLError():
            return CarryError(
                T("no TLS with {host}: {reason}")(host=host, reason=error.reason or "EOF"),
                T("check port and tls"),
            )
        case TimeoutError():
            return CarryError(
                T("{host} does not answer")(host=host), T("check host, port and firewall")
            )
        case ConnectionRefusedError():
            return CarryError(
                T("{host} refuses the connection")(host=host),
                T("check the port, and that the server runs"),
            )
        case _:
            reason = error.strerror or type(error).__name__
            return CarryError(
                T("{host} cannot be reached: {reason}")(host=host, reason=reason),
                T("check host, port and network"),
            )
