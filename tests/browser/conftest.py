"""Tests in a real browser: Chromium of the system, the app served on a free port with the real time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from tests.browser.serving import served

CHROMIUM = shutil.which("chromium")
FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    missing = pytest.mark.skip(reason="chromium is missing")
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's browser; its sandbox and shared memory do not work in containers."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-gpu"],
    }


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """Pages look the same on both databases; SQLite is enough here."""
    return sqlite_database


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The app on the real time, which the page's own clock follows."""
    return make_app()


@pytest.fixture
def live_url(app: Flask) -> Iterator[str]:
    """Address of the app, served for this test."""
    with served(app) as address:
        yield address


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a phone with its own cookies."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        usual = {"viewport": {"width": 360, "height": 740}, "locale": "en-GB"}
        made.append(browser.new_context(**{**usual, **options}))
        return made[-1]

    yield make
    for context in made:
        context.close()
