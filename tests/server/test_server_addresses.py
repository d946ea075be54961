"""A screen cannot make the server open what is no camera."""

import asyncio

import pytest

from parvis.server.addresses import check_address
from parvis.server.problems import ProblemError
from parvis.site.shapes import Camera

HELD = Camera(label="Quai", source="rtsp://u:${QUAI_PASSWORD}@192.0.2.10/main")
NAMES = {
    "cam.example.fr": ["192.0.2.20"],
    "sneaky.example.fr": ["192.0.2.20", "127.0.0.1"],
    "2130706433": ["127.0.0.1"],
}


async def find(host: str) -> list[str]:
    return NAMES.get(host, [])


def check(address: str, *, held: Camera | None = None, loopback: bool = False) -> None:
    asyncio.run(check_address(address, held, loopback=loopback, find=find))


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://192.0.2.20/main",
        "rtsps://user:word@cam.example.fr:322/main",
        "http://10.1.2.3/video.mjpg",
        "rtsp://[2001:db8::5]/x",
        "/dev/video0",
    ],
)
def test_cameras_pass(address: str) -> None:
    check(address)


@pytest.mark.parametrize(
    "address",
    [
        "clips/a.mp4",
        "/etc/passwd",
        "${WHOLE}",
        "http://127.0.0.1:8080/metrics",
        "http://localhost/x",
        "rtsp://[::1]/x",
        "rtsp://[::ffff:127.0.0.1]/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://metadata.google.internal./",
        "http://100.100.100.200/latest/meta-data",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "rtsp://0.0.0.0/x",
        "rtsp://224.0.0.1/x",
        "rtsp://sneaky.example.fr/x",
        "rtsp://2130706433/x",
        "rtsp://unknown.example.fr/x",
        "rtsp://u:p@192.0.2.20\\@127.0.0.1/x",
        "rtsp://u:${DB_PASSWORD}@192.0.2.66/x",
        "rtsp://${HOST}/x",
    ],
)
def test_everything_else_is_refused(address: str) -> None:
    with pytest.raises(ProblemError, match="address"):
        check(address)


def test_a_secret_goes_where_the_file_sends_it_and_nowhere_else() -> None:
    check("rtsp://u:${QUAI_PASSWORD}@192.0.2.10/sub", held=HELD)
    for address in (
        "rtsp://u:${QUAI_PASSWORD}@192.0.2.66/sub",
        "rtsp://u:${DB_PASSWORD}@192.0.2.10/sub",
    ):
        with pytest.raises(ProblemError):
            check(address, held=HELD)


def test_a_demonstration_opens_this_machines_own_stream() -> None:
    check("rtsp://127.0.0.1:8554/clip", loopback=True)
