"""The outer wall: proxies, hosts, origins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.server.boundary import Boundary, Peer
from parvis.server.problems import ProblemError
from parvis.site.sections import ServerSettings

PROXIED = Boundary(
    ServerSettings(public_url="https://parvis.example.fr", trusted_proxies=("10.0.0.0/8", "::1"))
)
BARE = Boundary(ServerSettings())
addresses = st.ip_addresses().map(str)


@given(addresses, addresses)
def test_a_stranger_cannot_choose_his_address(stranger: str, claimed: str) -> None:
    assert BARE.peer(stranger, "http", claimed, "https") == Peer(stranger, "http")


@given(st.ip_addresses(v=4).filter(lambda a: a.packed[0] != 10), st.lists(addresses, max_size=4))
def test_only_the_proxys_own_word_counts(client: object, claims: list[str]) -> None:
    told = ", ".join([*claims, str(client)])
    assert PROXIED.peer("10.1.2.3", "http", told, "https") == Peer(str(client), "https")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("", "10.1.1.1"),
        ("203.0.113.7", "203.0.113.7"),
        ("1.2.3.4, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("1.2.3.4, not-an-address", "10.1.1.1"),
        ("10.2.2.2", "10.2.2.2"),
    ],
)
def test_the_chain_is_read_from_its_right_end(told: str, address: str) -> None:
    assert PROXIED.peer("10.1.1.1", "http", told, "").address == address


@pytest.mark.parametrize("scheme", ["javascript", "", "https, http"])
def test_a_strange_protocol_is_not_taken(scheme: str) -> None:
    assert PROXIED.peer("10.1.1.1", "http", "1.2.3.4", scheme).scheme == "http"


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080", "LOCALHOST:1"])
def test_loopback_answers_to_its_names(host: str) -> None:
    BARE.check_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "parvis.example.fr",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "192.0.2.1",
        "localhost:port",
        "localhost, evil.example",
        "[::1",
    ],
)
def test_loopback_answers_to_no_other(host: str) -> None:
    with pytest.raises(ProblemError, match="host"):
        BARE.check_host(host)


def test_the_public_name_is_answered_to() -> None:
    PROXIED.check_host("parvis.example.fr")
    PROXIED.check_host("Parvis.example.fr.:443")


def test_everywhere_bound_takes_addresses_but_no_foreign_names() -> None:
    wide = Boundary(ServerSettings(bind="0.0.0.0"))  # noqa: S104
    wide.check_host("192.0.2.1:8080")
    with pytest.raises(ProblemError):
        wide.check_host("rebound.evil.example")


@pytest.mark.parametrize(
    ("origin", "site", "good"),
    [
        ("https://parvis.example.fr", None, True),
        ("https://evil.example", None, False),
        ("http://parvis.example.fr", None, False),
        ("null", None, False),
        (None, "same-origin", True),
        (None, "cross-site", False),
        (None, "same-site", False),
        (None, None, True),
    ],
)
def test_changes_come_from_our_own_pages(origin: str | None, site: str | None, good: bool) -> None:
    def check() -> None:
        PROXIED.check_origin(origin, site, "parvis.example.fr", "https")

    if good:
        check()
    else:
        with pytest.raises(ProblemError, match="origin"):
            check()
