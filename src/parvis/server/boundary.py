"""Who may speak to the server, as which host, from where: the rules at the outer wall.

Pure functions over the settings of site.yaml; :mod:`parvis.server.frontier` applies them.
"""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from parvis.server.problems import ProblemError, T
from parvis.site.sections import ServerSettings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Peer:
    """Who really asks, once trusted proxies have been believed.

    Args:
        address: the client's address as text; empty when the transport has none.
        scheme: ``http`` or ``https`` as the client sees it.
    """

    address: str
    scheme: str


@dataclass(frozen=True)
class Boundary:
    """The outer wall of one site.

    Args:
        settings: the ``server`` section of site.yaml.
    """

    settings: ServerSettings

    @property
    def https(self) -> bool:
        """True when people reach this site over TLS, so that cookies must be Secure."""
        return (self.settings.public_url or "").startswith("https://")

    def peer(self, transport: str, scheme: str, forwarded_for: str, forwarded_proto: str) -> Peer:
        """Who asks.

        ``X-Forwarded-For`` is read from its right end, past every trusted proxy: what stands left
        of the first untrusted address was written by a stranger. Without a trusted proxy as the
        direct peer, both headers are ignored.
        """
        if not self.trusted(transport):
            return Peer(transport, scheme)
        client = transport
        for hop in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
            if _address(hop) is None:
                break
            client = hop
            if not self.trusted(hop):
                break
        told = forwarded_proto.rpartition(",")[2].strip().lower()
        return Peer(client, told if told in ("http", "https") else scheme)

    def check_host(self, host: str) -> None:
        """Refuse a Host header that is not one of ours: it would poison links and rebind names.

        Raises:
            ProblemError: 421.
        """
        name = _host_name(host)
        if name is not None and self._ours(name):
            return
        raise ProblemError(
            421,
            "host",
            T("This server does not answer under that name."),
            T("The Host header names another site."),
            T("Open the address in server.public_url, or correct it in site.yaml."),
        )

    def check_origin(
        self, origin: str | None, fetch_site: str | None, host: str, scheme: str
    ) -> None:
        """Refuse a change that another site's page asks for.

        Raises:
            ProblemError: 403.
        """
        if origin is not None:
            good = origin.lower() in {f"{scheme}://{host}".lower(), self.settings.public_url or ""}
        else:
            good = fetch_site in (None, "same-origin", "none")
        if not good:
            raise ProblemError(
                403,
                "origin",
                T("The change was refused."),
                T("It was asked for by a page of another site."),
                T("Open Parvis itself and try again there."),
            )

    def _ours(self, name: str) -> bool:
        bind = self.settings.bind
        public = urlsplit(self.settings.public_url or "").hostname
        if name in (public, bind):
            return True
        address = _address(name)
        bound = _address(bind)
        if bind == "localhost" or (bound is not None and bound.is_loopback):
            return name in _LOOPBACK_NAMES
        if bound is not None and bound.is_unspecified:
            # A literal address cannot be rebound by a foreign name server.
            return name in _LOOPBACK_NAMES or address is not None
        return False

    def trusted(self, text: str) -> bool:
        """Whether an address is that of a proxy which site.yaml trusts."""
        address = _address(text)
        return address is not None and any(
            address in network for network in _networks(self.settings.trusted_proxies)
        )


@lru_cache(maxsize=8)
def _networks(
    texts: tuple[str, ...],
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _host_name(host: str) -> str | None:
    """The name in a Host header without its port, in small letters; None when malformed."""
    if not host or any(letter in host for letter in "/@\\ ,?#"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return (parts.hostname or "").rstrip(".") or None
