"""Draw the pictures of courses: every `courses/*/*/drawings/*.svg` to `media/` beside it, as PNG of twice the size.

The SVG is what is edited; learners get the PNG, as they do of every picture. `python docs/drawings.py`
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

COURSES = Path(__file__).resolve().parent.parent / "courses"
COLOURS = 32


def main() -> None:
    """Draw all of them anew."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page(device_scale_factor=2)
        for drawing in sorted(COURSES.glob("*/*/drawings/*.svg")):
            page.set_content(
                f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing.read_text('utf-8')}"
            )
            shot = Image.open(io.BytesIO(page.locator("svg").screenshot()))
            target = drawing.parent.parent / "media" / f"{drawing.stem}.png"
            target.parent.mkdir(exist_ok=True)
            shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
