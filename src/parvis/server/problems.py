"""Errors as a person can use them: what happened, why, what to do, and a reference.

On the wire they are ``application/problem+json`` (RFC 9457). No secret and no stack trace ever
stands in one: the reference is the thread between what the person sees and the log.
"""

import secrets
from typing import Any

from parvis.policy.terms import Wording
from parvis.values.saying import T, Translate

__all__ = ["ProblemError", "T", "Translate"]


class ProblemError(Exception):
    """A refused or failed request.

    Args:
        status: the HTTP status.
        code: short stable name, the last part of the problem's type, for example ``no-camera``.
        what: what happened, one sentence.
        why: the reason; the law's own words are a Wording.
        remedy: what the reader can do.
        headers: further response headers, such as ``Retry-After``.
        details: further members of the document, such as field errors.
    """

    def __init__(
        self,
        status: int,
        code: str,
        what: T,
        why: T | Wording | None = None,
        remedy: T | None = None,
        *,
        headers: dict[str, str] | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {what.text}")
        self.status = status
        self.code = code
        self.what = what
        self.why = why
        self.remedy = remedy
        self.headers = headers or {}
        self.details = details or {}
        self.reference = secrets.token_hex(4)

    def document(self, translate: Translate, language: str) -> dict[str, Any]:
        """The RFC 9457 document, in the reader's language (``fr`` or ``en``)."""
        document: dict[str, Any] = {
            "type": f"urn:parvis:problem:{self.code}",
            "status": self.status,
            "title": self.what.shown(translate),
            "reference": self.reference,
        }
        if self.why is not None:
            why = self.why
            document["detail"] = (
                why.said(language) if isinstance(why, Wording) else why.shown(translate)
            )
        if self.remedy is not None:
            document["remedy"] = self.remedy.shown(translate)
        return document | self.details
