"""Checking a receipt."""

from __future__ import annotations

from dataclasses import dataclass

from .common import Message, Row


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """`exams/receipt.html`: whose a receipt is, and whether what is stored agrees."""

    title: str
    typed: str
    message: Message | None
    facts: tuple[Row, ...]
    check_url: str
    back_url: str
