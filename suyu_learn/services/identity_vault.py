"""Encrypts identity numbers and opens them again, by keys that are in no database.

The cipher is Fernet of `cryptography` (AES-128-CBC with HMAC-SHA256). What is encrypted carries the key of its row, so
that a ciphertext that was put into another row does not open there.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from suyu_learn.config import SettingError
from suyu_learn.domain.problems import Problem

SETTING = "SUYU_LEARN_IDENTITY_KEYS"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A number as it is stored."""

    cipher: str
    cipher_key: str
    lookup_hash: str


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    text: str
    raw: bytes

    @property
    def name(self) -> str:
        return _mac(self.raw, b"suyu-learn identity key name")[:12]

    def lookup(self, number: str) -> str:
        own = bytes.fromhex(_mac(self.raw, b"suyu-learn identity lookup"))
        return _mac(own, number.encode())


class Vault:
    """The keys of an installation: the first one encrypts, all of them open."""

    def __init__(self, setting: str = "") -> None:
        """`setting` has the keys with spaces between them; raises SettingError for what is no key."""
        self._keys = {key.name: key for key in map(_key, setting.split())}

    @property
    def ready(self) -> bool:
        """Whether there is a key."""
        return bool(self._keys)

    def require_key(self) -> None:
        """Raise Problem that says which setting is missing."""
        if not self._keys:
            raise Problem("identity.no_key", setting=SETTING)

    @property
    def names(self) -> Sequence[str]:
        """What the keys are called in the tables, the one that encrypts first."""
        return tuple(self._keys)

    def seal(self, number: str, *, row: str) -> Sealed:
        """A number for a row of this key; raises Problem where no encryption key is set."""
        from cryptography.fernet import Fernet

        self.require_key()
        first = next(iter(self._keys.values()))
        cipher = Fernet(first.text).encrypt(f"{row} {number}".encode()).decode()
        return Sealed(cipher, first.name, first.lookup(number))

    def open(self, cipher: str, cipher_key: str, *, row: str) -> str:
        """The number; raises Problem where its key is not there, or where the ciphertext was changed or moved."""
        from cryptography.fernet import Fernet, InvalidToken

        key = self._keys.get(cipher_key)
        if key is None:
            raise Problem("identity.key_lacks", setting=SETTING)
        try:
            bound, _space, number = Fernet(key.text).decrypt(cipher.encode()).decode().partition(" ")
        except (InvalidToken, ValueError):
            raise Problem("identity.damaged") from None
        if not hmac.compare_digest(bound, row):
            raise Problem("identity.damaged")
        return number

    def lookups(self, number: str) -> list[str]:
        """What the number is found by, under each of the keys."""
        return [key.lookup(number) for key in self._keys.values()]


def new_key_text() -> str:
    """A key of one's own, to be set."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def _key(text: str) -> _Key:
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise SettingError(
            f"{SETTING} has a part that is no key: each has 44 characters. Make one with "
            "`flask --app app suyu identity-key` and put spaces between several."
        )
    return _Key(text, raw)


def _mac(key: bytes, text: bytes) -> str:
    return hmac.digest(key, text, "sha256").hex()
