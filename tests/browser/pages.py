"""What is wrong with a page as it stands in the browser, and waiting for what it will hold."""

from __future__ import annotations

import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    violations = Axe().run(page).response["violations"]
    found = [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{page.url} is {wide} px too wide"] if wide > 0 else [])]


def until(page: Page, script: str, argument: object = None, *, seconds: float = 15) -> None:
    """Wait until the script says yes.

    The browser's own waiting evaluates text inside the page, which our pages forbid as soon as the
    first look says no.

    Raises:
        AssertionError: it still says no when the seconds are over.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(script, argument):
        assert time.monotonic() < end, f"after {seconds} s still not: {script}"
        page.wait_for_timeout(50)
