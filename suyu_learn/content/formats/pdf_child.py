"""Draws pages of a PDF in a process of its own: a JSON line a page on stdout, then the bytes of its picture.

Run as a script by `pdf_pages`, never imported by the app: what makes its reader allocate, loop or abort ends with it.
It imports nothing of the package.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

MOST_CPU_SECONDS = 30
MOST_MEMORY = 1024 * 1024 * 1024
WIDTH = 1200
"""Pixels across a page, which a phone can enlarge and still reads; a page longer than wide by far gets fewer."""
MOST_HEIGHT = 3000
QUALITY = 80
LONGEST_TEXT = 1000


def limited() -> None:
    """Bind this process to its share of memory and time, where the system can."""
    try:
        import resource
    except ImportError:  # not on this system; the parent's clock still ends it
        return
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(path: str, first: int, count: int) -> None:
    """Write out how many pages there are, then so many of them from `first` on, counted from 0."""
    limited()
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        return say({"problem": "pdf.locked" if locked else "pdf.broken"})
    say({"pages": len(document)})
    for number in range(first, min(first + count, len(document))):
        draw(document[number])


def draw(page: Any) -> None:
    """One page: its text, and its picture."""
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), MOST_HEIGHT / max(height, 1))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=QUALITY)
    text = " ".join(page.get_textpage().get_text_bounded().split())[:LONGEST_TEXT]
    content = drawn.getvalue()
    say({"text": text, "size": len(content)})
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def say(told: dict[str, object]) -> None:
    """One line about the document or a page, with all before it: the next page may be what ends the process."""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
