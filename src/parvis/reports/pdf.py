"""HTML → PDF, with nothing fetched from anywhere: what a paper shows is handed in."""

import os
from collections.abc import Mapping

FONT = "parvis:font"
"""The address under which a page names the text font."""


class PdfUnavailableError(Exception):
    """PDF files cannot be made on this machine; the message says what is missing."""


def pdf_of(html: str, resources: Mapping[str, bytes]) -> bytes:
    """Draw a page as PDF.

    Args:
        html: the whole document.
        resources: the bytes of every address that it names; every other address stays empty.

    Raises:
        PdfUnavailableError: WeasyPrint or a library of the system that it needs is missing.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - an extra, and slow to load
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415
    except ImportError as error:
        raise PdfUnavailableError("pip install 'parvis[reports]'") from error
    except OSError as error:  # ctypes finds no Pango
        raise PdfUnavailableError("apt-get install libpango-1.0-0 libpangoft2-1.0-0") from error

    # fontTools dates the fonts that it cuts; the same page gives the same paper.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

    class HandedIn(URLFetcher):
        """Gives what was handed in, and opens no file and no connection."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            """The bytes of that address.

            Raises:
                ValueError: it was not handed in.
            """
            if url not in resources:
                raise ValueError(f"not handed in: {url}")
            return URLFetcherResponse(url, resources[url])

    return bytes(HTML(string=html, base_url="parvis:", url_fetcher=HandedIn()).write_pdf())
