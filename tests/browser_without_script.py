"""A person at a browser without script: follows links, fills forms, and never sees more than the pages say."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """One browser with its own cookies; pages are English unless said otherwise."""

    def __init__(self, app: Flask, *, lang: str = "en", address: str = "10.1.1.1") -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Accept-Language": lang}
        self.environ = {"REMOTE_ADDR": address}
        self.page: TestResponse | None = None

    def get(self, path: str, *, follow: bool = True) -> TestResponse:
        """Open a page."""
        return self._keep(
            self.client.get(path, headers=self.headers, environ_base=self.environ, follow_redirects=follow)
        )

    def post(self, path: str, *, follow: bool = True, **data: Any) -> TestResponse:
        """Send a form, with the token of the page last seen."""
        return self._keep(
            self.client.post(
                path, data={"csrf_token": self.token, **data}, headers=self.headers, environ_base=self.environ,
                follow_redirects=follow,
            )
        )  # fmt: skip

    def put(self, path: str, body: Any, *, token: str | None = None) -> TestResponse:
        """Send JSON as our script does."""
        headers = {**self.headers, "X-CSRF-Token": token if token is not None else self.token}
        return self.client.put(path, json=body, headers=headers, environ_base=self.environ)

    @property
    def token(self) -> str:
        """The token of the page last seen."""
        found = _TOKEN.search(self.text)
        if not found:
            self.get("/login")
            found = _TOKEN.search(self.text)
        assert found, self.text[:2000]
        return found.group(1)

    @property
    def text(self) -> str:
        """The source of the page last seen."""
        return self.page.get_data(as_text=True) if self.page is not None else ""

    @property
    def words(self) -> str:
        """The page without tags, for reading."""
        plain = re.sub(r"<(script|style)\b.*?</\1>", " ", self.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", plain))).strip()

    def sign_in(self, username: str, password: str = PASSWORD) -> Visitor:
        """Sign in by name and password; the result is the browser itself."""
        self.get("/login")
        self.post("/login", username=username, password=password, own_device="y")
        return self

    def start(self, exam_id: int) -> Paper:
        """Open an exam's cover and press its button; the paper comes up."""
        self.get(f"/exams/{exam_id}")
        self.post(f"/exams/{exam_id}/attempts")
        return Paper(self)

    def _keep(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html":
            self.page = response
        return response


class Paper:
    """The paper as the page shows it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        assert visitor.page is not None
        assert visitor.page.status_code == 200, visitor.text[:2000]
        source = visitor.text
        self.key = re.search(r'data-key="([^"]+)"', source)[1]  # type: ignore[index]
        self.epoch = int(re.search(r'data-epoch="(\d+)"', source)[1])  # type: ignore[index]
        self.token = visitor.token
        self.seq = {int(slot): int(seq) for slot, seq in re.findall(r'data-slot="(\d+)" data-seq="(\d+)"', source)}
        self.slots = sorted(self.seq)

    @property
    def path(self) -> str:
        return f"/attempts/{self.key}"

    def save(self, slot: int, response: Any, *, seq: int | None = None, epoch: int | None = None) -> TestResponse:
        """Save one answer as our script does, counting on unless a number is given."""
        if seq is None:
            self.seq[slot] += 1
            seq = self.seq[slot]
        body = {"epoch": epoch or self.epoch, "seq": seq, "response": response}
        return self.visitor.put(f"{self.path}/answers/{slot}", body, token=self.token)

    def flush(self, entries: list[dict[str, Any]]) -> TestResponse:
        """Send a queue kept while offline."""
        return self.visitor.put(f"{self.path}/answers", entries, token=self.token)

    def submit(self, queue: list[dict[str, Any]] | None = None) -> TestResponse:
        """Hand in."""
        extra = {"queue": json.dumps(queue)} if queue else {}
        return self.visitor.post(f"{self.path}/submit", epoch=self.epoch, **extra)
