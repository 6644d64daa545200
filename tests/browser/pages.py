"""What is wrong with a page as it stands in the browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    violations = Axe().run(page).response["violations"]
    found = [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{page.url} is {wide} px too wide"] if wide > 0 else [])]
