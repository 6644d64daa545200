"""One message on its way: to a robot of 企业微信 or 钉钉, or by mail. Called outside of any transaction.

What goes wrong is a Problem whose words never hold an address or a secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from suyu_learn.config import Settings
from suyu_learn.domain.messages import harmless
from suyu_learn.domain.problems import Problem
from suyu_learn.models import ChannelKind, ReminderChannel
from suyu_learn.services import reminder_channels

TIMEOUT = 10
"""Seconds that a robot or mail server may take to answer."""
LONGEST = {ChannelKind.WECOM: 2048, ChannelKind.DINGTALK: 18_000, ChannelKind.MAIL: 100_000}
"""Bytes of text in one message: 企业微信 takes 2,048, 钉钉 20,000 with all that stands around the text."""
PER_MINUTE = 15
"""Messages to one address within a minute; both robots take 20, and somebody may be trying them out besides."""
_LONGEST_REPLY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel as it was read, to be used after its transaction has ended."""

    kind: ChannelKind
    address: str
    secret: str


def destination(channel: ReminderChannel) -> Destination:
    """Where a channel's messages go."""
    return Destination(channel.kind, channel.address, channel.secret)


def deliver(to: Destination, subject: str, text: str, *, settings: Settings, now: datetime) -> None:
    """Hand a message over; returns once it was taken, and raises Problem with the reason otherwise."""
    if to.kind is ChannelKind.MAIL:
        reminder_channels.check_mail(to.address, settings)
        _mail(to.address, subject, text, settings=settings, now=now)
        return
    reminder_channels.check_robot(to.kind, to.address, settings)
    message: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    address = to.address
    if to.kind is ChannelKind.DINGTALK:
        message["at"] = {"isAtAll": False}
        if to.secret:
            address = signed(address, to.secret, now=now)
    _check_reply(_post(address, message), to)


def refusal(to: Destination, subject: str, text: str, *, settings: Settings, now: datetime) -> Problem | None:
    """Send it, and say why it was not taken; None where it was."""
    try:
        deliver(to, subject, text, settings=settings, now=now)
    except Problem as problem:
        return problem
    return None


def signed(address: str, secret: str, *, now: datetime) -> str:
    """The address with the time and the signature that 钉钉 asks for: HMAC-SHA256 over both, keyed with the secret."""
    moment = str(int(now.timestamp() * 1000))
    made = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    glue = "&" if urlsplit(address).query else "?"
    return f"{address}{glue}timestamp={moment}&sign={quote(base64.b64encode(made).decode(), safe='')}"


class _NoRedirects(HTTPRedirectHandler):
    """A robot that sends us elsewhere is refused: nobody has checked that address."""

    def redirect_request(self, *_asked: Any, **_more: Any) -> None:
        return None


def _post(address: str, message: Mapping[str, Any]) -> bytes:
    body = json.dumps(message, ensure_ascii=False).encode()
    request = Request(address, data=body, headers={"Content-Type": "application/json; charset=utf-8"})
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as answer:
            return bytes(answer.read(_LONGEST_REPLY))
    except HTTPError as refused:
        refused.close()
        code = "reminder.redirected" if 300 <= refused.code < 400 else "reminder.http_status"
        raise Problem(code, status=refused.code) from None
    except (URLError, ValueError):
        raise Problem("reminder.unreached") from None
    except (OSError, HTTPException):
        raise Problem("reminder.no_answer", seconds=TIMEOUT) from None


def _check_reply(reply: bytes, to: Destination) -> None:
    """Both robots answer with an `errcode` that is 0 when they have taken the message."""
    try:
        said = json.loads(reply)
        number = said["errcode"]
    except (ValueError, KeyError, TypeError):
        raise Problem("reminder.unreadable_reply") from None
    if number != 0:
        words = harmless(_without_secrets(str(said.get("errmsg", "")), to), longest=200)
        raise Problem("reminder.refused", number=harmless(str(number), longest=20), words=words)


def _without_secrets(words: str, to: Destination) -> str:
    """What a robot says of us, without what it may quote of the address."""
    values = [pair.partition("=")[2] for pair in urlsplit(to.address).query.split("&")]
    for known in (to.address, to.secret, *values):
        words = words.replace(known, "…") if known else words
    return words


def _mail(address: str, subject: str, text: str, *, settings: Settings, now: datetime) -> None:
    message = EmailMessage()
    message["Subject"] = harmless(subject, longest=120)
    message["From"] = settings.smtp_sender
    message["To"] = address
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=settings.smtp_sender.rpartition("@")[2] or None)
    message.set_content(text)
    server = _signed_in(settings)
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused:
        raise Problem("reminder.mail_recipient") from None
    except smtplib.SMTPResponseException as refused:
        raise Problem("reminder.mail_refused", number=refused.smtp_code) from None
    except (OSError, smtplib.SMTPException, ValueError):
        raise Problem("reminder.no_answer", seconds=TIMEOUT) from None
    finally:
        _hang_up(server)


def _signed_in(settings: Settings) -> smtplib.SMTP:
    try:
        server = _mail_server(settings)
    except (ssl.SSLError, smtplib.SMTPNotSupportedError):
        raise Problem("reminder.mail_security", security=settings.smtp_security) from None
    except (OSError, smtplib.SMTPException):
        raise Problem("reminder.unreached") from None
    try:
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except (OSError, smtplib.SMTPException):
        _hang_up(server)
        raise Problem("reminder.mail_sign_in") from None
    return server


def _mail_server(settings: Settings) -> smtplib.SMTP:
    host, port, security = settings.smtp_host, settings.smtp_port, settings.smtp_security.lower()
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if security != "none":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _hang_up(server: smtplib.SMTP) -> None:
    """Leave; whatever the server thinks of that, the message was taken or was not."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()
