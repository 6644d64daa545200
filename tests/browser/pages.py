"""What is wrong with pages as they stand in the browser, the way through them, and waiting for what one will hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

_TOO_SMALL = """() => {
    const seen = one => { const box = one.getBoundingClientRect(); return box.width > 1 && box.height > 1; };
    const words = one => one.outerHTML.slice(0, 120), found = [];
    document.querySelectorAll("a, button, input, select, summary, textarea").forEach(one => {
        const whole = one.closest("label") || one, style = getComputedStyle(one);
        if (!seen(one) || style.position === "absolute" || style.display === "inline" && one.tagName === "A") return;
        if (whole.getBoundingClientRect().height < 44) found.push("under 44 px: " + words(one));
    });
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const one = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !seen(one) || one.closest("svg")) continue;
        if (parseFloat(getComputedStyle(one).fontSize) < 18) found.push("under 18 px: " + words(one));
    }
    return found;
}"""


def faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    violations = Axe().run(page).response["violations"]
    found = [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{page.url} is {wide} px too wide"] if wide > 0 else [])]


def too_small(page: Page) -> list[str]:
    """What is too small for large text: to be pressed, or to be read."""
    found: list[str] = page.evaluate(_TOO_SMALL)
    return [f"{page.url} {one}" for one in found]


def walk(
    app: Flask, page: Page, url: str, starts: list[str], areas: tuple[str, ...], *, large: bool = False
) -> set[str]:
    """Follow the links from some pages through areas of paths, one page an endpoint; the endpoints walked.

    Raises:
        AssertionError: a page has faults, or in large text something that is too small.
    """
    rules = app.url_map.bind(urlsplit(url).netloc)
    left, walked, found = list(starts), set[str](), list[str]()
    while left:
        path = left.pop(0)
        endpoint = _endpoint(rules, path, areas)
        if endpoint is None or endpoint in walked:
            continue
        answer = page.request.get(url + path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page.goto(url + path)
        walked.add(endpoint)
        found += [*faults(page), *(too_small(page) if large else [])]
        left += list(_links(page, url))
    assert found == []
    return {one.removeprefix("suyu_learn.") for one in walked}


def _endpoint(rules: Any, path: str, areas: tuple[str, ...]) -> str | None:
    if path != "/" and not path.startswith(areas):
        return None
    try:
        endpoint, _values = rules.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def _links(page: Page, url: str) -> Iterator[str]:
    found = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.href)")
    for href in found:
        if href.startswith(url):
            yield href[len(url) :].partition("#")[0]


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
