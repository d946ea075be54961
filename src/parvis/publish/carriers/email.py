"""Messages as e-mails: plain text and simple HTML, one thread an alert."""

import hashlib
import smtplib
import socket
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formatdate
from html import escape

import structlog

from parvis.publish.carriers.carrying import (
    TIMEOUT_S,
    CarryError,
    Told,
    network_error,
    trusted,
)
from parvis.publish.carriers.destinations import check_destination, judge_address
from parvis.publish.letter import Letter
from parvis.site.dialling import dial
from parvis.site.notify import EmailSettings
from parvis.values.saying import T

log = structlog.get_logger(__name__)


class _Judged(smtplib.SMTP):
    """Connects to an address that was judged; the certificate is still that of the name."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return dial(host, port, timeout, judge_address)


class _JudgedTls(smtplib.SMTP_SSL, _Judged):
    """The same with TLS from the beginning: ``SMTP_SSL`` wraps the socket of the class after it."""


class EmailCarrier:
    """Hands messages to a mail server.

    Args:
        settings: of the channel.
        password: resolved; None without one.
        language: of the messages.
    """

    def __init__(self, settings: EmailSettings, password: str | None, language: str) -> None:
        self._settings = settings
        self._password = password
        self._language = language

    def carry(self, letters: Iterable[Letter], told: Told) -> None:
        """See :class:`~parvis.publish.carriers.carrying.Carrier`."""
        host = self._settings.host
        check_destination(host)
        try:
            with self._connected() as server:
                for letter in letters:
                    told(letter, self._refusal(server, letter))
        except smtplib.SMTPAuthenticationError as error:
            raise CarryError(
                T("{host} does not accept user and password ({code})")(
                    host=host, code=error.smtp_code
                ),
                T("check user and password; some servers want a password of the application"),
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise CarryError(
                T("{host} does not offer what is asked for: {reason}")(
                    host=host, reason=str(error)
                ),
                T("check port and tls; without user where the server knows no login"),
            ) from None
        except smtplib.SMTPException as error:
            raise CarryError(
                T("{host} breaks off: {reason}")(host=host, reason=str(error)),
                T("check port and tls, then the server's own log"),
            ) from None
        except OSError as error:
            raise network_error(error, host) from None

    def _connected(self) -> smtplib.SMTP:
        asked = self._settings
        # Its own name is nobody's business: the sender's domain stands for it.
        domain = asked.sender.rpartition("@")[2]
        server: smtplib.SMTP
        if asked.tls == "tls":
            server = _JudgedTls(
                asked.host, asked.port, domain, timeout=TIMEOUT_S, context=trusted()
            )
        else:
            server = _Judged(asked.host, asked.port, domain, timeout=TIMEOUT_S)
        try:
            if asked.tls == "starttls":
                server.starttls(context=trusted())
            if asked.user is not None:
                server.login(asked.user, self._password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _refusal(self, server: smtplib.SMTP, letter: Letter) -> T | None:
        asked = self._settings
        try:
            refused = server.send_message(
                mail_of(letter, asked, self._language), asked.sender, list(asked.to)
            )
        except smtplib.SMTPRecipientsRefused as error:
            codes = ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
            return T("{host} accepts none of the recipients ({code})")(host=asked.host, code=codes)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            return T("{host} refuses the message ({code})")(host=asked.host, code=error.smtp_code)
        if refused:
            # Those who got it must not get it again: it counts as sent.
            log.warning("recipients refused", host=asked.host, refused=len(refused))
        return None


def mail_of(letter: Letter, settings: EmailSettings, language: str) -> EmailMessage:
    """A message as a mail. The same message has the same Message-ID each time."""
    domain = settings.sender.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"] = settings.sender
    mail["To"] = ", ".join(settings.to)
    mail["Subject"] = letter.subject
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = _mail_id(letter.id, domain)
    if letter.thread != letter.id:
        # The thread's root is never sent: mail programs group what refers to the same one.
        mail["In-Reply-To"] = mail["References"] = _mail_id(letter.thread, domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = language
    mail["X-Parvis-Id"] = letter.id
    mail.set_content(_plain(letter))
    mail.add_alternative(_html(letter, language), subtype="html")
    return mail


def _mail_id(text: str, domain: str) -> str:
    return f"<{hashlib.sha256(text.encode()).hexdigest()[:32]}.parvis@{domain}>"


def _plain(letter: Letter) -> str:
    parts = ["\n".join(letter.lines)]
    if letter.facts:
        parts.append("\n".join(f"{name}: {value}" for name, value in letter.facts))
    if letter.link is not None:
        parts.append(letter.link)
    return "\n\n".join(parts) + "\n"


def _html(letter: Letter, language: str) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in letter.lines)
    rows = "".join(
        f'<tr><th scope="row" align="left">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in letter.facts
    )
    table = f'<table cellpadding="4">{rows}</table>' if rows else ""
    link = (
        f'<p><a href="{escape(letter.link)}">{escape(letter.link_text)}</a></p>'
        if letter.link is not None
        else ""
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(letter.subject)}</title></head><body>{lines}{table}{link}</body></html>"
    )
