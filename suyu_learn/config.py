"""Every setting, with its help text; the environment and the host's `app.config` set them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints

PREFIX = "SUYU_LEARN_"


class SettingError(ValueError):
    """A setting that cannot be used, with what to do."""


def _setting(default: Any, help_text: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator can set; `docs/settings.md` is made from this class."""

    database_url: str = _setting(
        "", "SQLAlchemy address of the database; empty means suyu_learn.sqlite3 in the instance folder."
    )
    url_prefix: str = _setting("", "Path under which the plugin answers, for instance /learn; empty at the root.")
    public_url: str = _setting(
        "",
        "Address that phones reach, for instance https://learn.example.org; stands in every link, QR code and poster. "
        "Empty means the address of the request, but only where it is an IP address or a name of the local network, or "
        "where the host app vouches for it by Flask's TRUSTED_HOSTS or SERVER_NAME; elsewhere no link or code is made.",
    )
    product_name: str = _setting("", "Name shown in the header; empty means Suyu Learn in the page's language.")
    layout: str = _setting(
        "suyu_learn/layouts/base.html", "Outer layout that every page extends; a host names its own template here."
    )
    default_language: str = _setting(
        "zh_Hans", "Language when neither the person nor the browser says one: zh_Hans or en."
    )
    timezone: str = _setting("Asia/Shanghai", "Time zone of all times on pages and in exports, and of days and years.")
    grace: int = _setting(300, "Seconds after a deadline in which answers made before it may still arrive.")
    contact_name: str = _setting("", "Organizer's name on sign-in and exam pages.")
    contact_phone: str = _setting("", "Organizer's phone on sign-in and exam pages.")
    proxies: int = _setting(
        0,
        "Proxies in front whose X-Forwarded-For, -Proto and -Host are believed; 0 believes none. Stand-alone app only.",
    )
    stay_signed_in_days: int = _setting(180, "Days for which a person stays signed in on an own device.")
    max_upload_mb: int = _setting(20, "Largest file that can be uploaded, in megabytes.")
    max_film_mb: int = _setting(
        500, "Largest film or sound that can be uploaded for a lesson, in megabytes; at most 2000."
    )
    reading_characters_per_minute: int = _setting(
        300, "Chinese characters read in a minute; caps the time that a lesson can count, from its next loading on."
    )
    reading_words_per_minute: int = _setting(238, "The same in words, for other languages.")
    minutes_per_credit_hour: int = _setting(45, "Minutes of study that make a credit hour.")
    credit_hours_per_day: int = _setting(
        8, "Most credit hours that one day can bring a person, from courses, events and sign-offs together."
    )
    smtp_host: str = _setting("", "Mail server for reminders; empty sends none.")
    smtp_port: int = _setting(465, "Its port: usually 465 for tls, 587 for starttls.")
    smtp_security: str = _setting(
        "tls",
        "How the line to it is secured: tls from the start, starttls, or none within one's own network.",
    )
    smtp_user: str = _setting("", "Name to sign in with at the mail server; empty signs in nowhere.")
    smtp_password: str = _setting("", "Password, or authorization code, of that name.")
    smtp_sender: str = _setting("", "Address that reminders come from, usually the one of that name.")
    reminder_addresses: str = _setting(
        "",
        "Beginnings of addresses, with a space between them, to which robots' messages may go beside "
        "https://qyapi.weixin.qq.com and https://oapi.dingtalk.com, for a gateway of one's own: https://gate.example.org.",
    )
    extra_font: str = _setting(
        "",
        "Path of a font (ttf or otf) that is asked for characters of names which the shipped ones lack, for "
        "certificates; empty where none is needed.",
    )
    identity_keys: str = _setting(
        "",
        "Keys by which identity numbers are encrypted, made by `flask --app app suyu identity-key`, with a space "
        "between several: the first encrypts, all of them open. Empty: no programme can ask for identity numbers. "
        "Keep them apart from the backups; without its key no number can be opened again.",
        secret=True,
    )
    suppress_below: int = _setting(
        5, "Cells of statistics with fewer people are hidden from those without personal rights."
    )

    @classmethod
    def load(cls, config: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
        """Settings from the host's config first, then the environment, then the defaults."""
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            raw = config.get(name, environ.get(name))
            if raw is not None:
                values[item.name] = _convert(name, raw, types[item.name])
        return cls(**values)


def _convert(name: str, raw: Any, wanted: type) -> Any:
    if wanted is int:
        try:
            return int(raw)
        except (TypeError, ValueError):
            raise SettingError(f"{name} is {raw!r}; it must be a whole number.") from None
    return str(raw).strip()


def described() -> str:
    """docs/settings.md: every setting with its default and help."""
    rows = [
        f"| `{PREFIX}{item.name.upper()}` | {item.default} | {item.metadata['help']} |" for item in fields(Settings)
    ]
    head = (
        "# Settings\n\nSet in the environment, or in `app.config` of the host, which wins. "
        "Made from `suyu_learn/config.py` by `make settings`.\n\n| setting | default | |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"
