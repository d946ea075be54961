"""What an HLS playlist names, fetched by us: FFmpeg would go wherever the playlist points."""

import errno
from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from parvis.video.destinations import MOST_HOPS, check_destination, client
from parvis.video.errors import Fault, FaultKind, VideoError

OPTIONS: Final = {
    # FFmpeg reuses connections that it opened itself; these are ours.
    "http_persistent": "0",
    "http_multiple": "0",
}
"""What FFmpeg's reader of playlists needs to be told beside."""

_FAULTS: Final = {
    401: FaultKind.PASSWORD,
    403: FaultKind.FORBIDDEN,
    404: FaultKind.NO_SUCH_STREAM,
}


def is_playlist(url: str) -> bool:
    """Whether an address is that of an HLS playlist, by its name."""
    return urlsplit(url).path.lower().endswith((".m3u8", ".m3u"))


class Fetcher:
    """Opens playlists and segments for FFmpeg (``io_open`` of PyAV), each hop checked.

    Args:
        timeout_s: for connecting, and for each read.
    """

    def __init__(self, timeout_s: float) -> None:
        self._http = client(timeout_s)

    def __call__(self, url: str, flags: int, options: Mapping[str, str]) -> "_Body":
        """Open one address to be read.

        Raises:
            VideoError: it leads where no camera is, or the server refuses it.
            OSError: the network fails.
        """
        headers = {}
        if "offset" in options:
            headers["Range"] = f"bytes={options['offset']}-{options.get('end_offset', '')}"
        for _ in range(MOST_HOPS):
            if urlsplit(url).scheme not in ("http", "https"):
                raise VideoError(Fault(FaultKind.NOT_ALLOWED, "a playlist names another protocol"))
            check_destination(url)
            answer = self._asked(url, headers)
            place: str = answer.headers.get("location", "")
            if not answer.is_redirect or not place:
                return _Body(answer)
            answer.close()
            url = urljoin(url, place)
        raise VideoError(Fault(FaultKind.NOT_ALLOWED, "redirected again and again"))

    def _asked(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        request = self._http.build_request("GET", url, headers=headers)
        try:
            answer = self._http.send(request, stream=True)
            offered = answer.headers.get("www-authenticate", "").lower()
            if answer.status_code == httpx.codes.UNAUTHORIZED and offered.startswith("digest"):
                answer.close()
                login = httpx.URL(url)
                digest = httpx.DigestAuth(login.username, login.password)
                answer = self._http.send(request, stream=True, auth=digest)
        except httpx.TimeoutException as error:
            raise TimeoutError(errno.ETIMEDOUT, "no answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ConnectionError(errno.ECONNREFUSED, "no answer") from error
        if answer.is_error:
            answer.close()
            kind = _FAULTS.get(answer.status_code, FaultKind.BUSY)
            raise VideoError(Fault(kind, f"HTTP {answer.status_code}"))
        return answer


class _Body:
    """The body of an answer as a file that is read once."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self._parts = answer.iter_bytes()
        self._held = b""

    def read(self, size: int) -> bytes:
        while not self._held:
            try:
                self._held = next(self._parts)
            except StopIteration:
                return b""
            except httpx.HTTPError as error:
                raise ConnectionError(errno.ECONNRESET, "the answer broke off") from error
        some, self._held = self._held[:size], self._held[size:]
        return some

    def close(self) -> None:
        self._answer.close()
