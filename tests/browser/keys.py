"""Going through pages by keys alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

_MOST = 120


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Go on by the Tab key until the part has the focus, which must be in sight then."""
    for _ in range(_MOST):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"The Tab key never comes to {selector}.")


def at(page: Page) -> str:
    """What has the focus, in words; empty when it was lost or cannot be seen."""
    found: str = page.evaluate("""() => {
        const one = document.activeElement, box = one.getBoundingClientRect();
        if (one === document.body || !box.width || !box.height || one.closest("[hidden]")) return "";
        return one.id || one.name || one.textContent.trim() || one.tagName;
    }""")
    return found
