"""The documentation says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

from suyu_learn import hooks
from suyu_learn.config import described
from suyu_learn.web import statistics_definitions

ROOT = Path(__file__).parents[1]


def test_settings_are_documented() -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == described()


def test_hooks_and_signals_are_documented() -> None:
    source = (ROOT / "suyu_learn/hooks.py").read_text(encoding="utf-8")
    text = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    names = re.findall(r"@hookspec(?:\([^)]*\))?\ndef (\w+)", source)
    names += [name for name, value in vars(hooks).items() if type(value).__name__ == "NamedSignal"]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_figures_are_defined_as_their_page_says() -> None:
    text = (ROOT / "docs/definitions.md").read_text(encoding="utf-8")
    assert text.endswith(statistics_definitions.as_markdown(few=5) + "\n")


def _documents() -> list[Path]:
    folders = ("*.md", "docs/**/*.md", "deploy/*.md", "benchmarks/*.md", "suyu_learn/**/README.md")
    return [path for folder in folders for path in ROOT.glob(folder)]


def test_links_and_pictures_of_documents_are_there() -> None:
    broken = []
    for path in _documents():
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) + re.findall(r'<img src="([^":]+)"', text):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_guide_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    guides = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").glob("**/*.md")]
    assert [name for name in guides if name != "README.md" and f"({name})" not in index] == []


GUIDES = (
    "administrators",
    "events",
    "hr",
    "identity-numbers",
    "organizers",
    "programmes",
    "question-banks",
    "reminders",
)


def test_guides_call_buttons_and_pages_as_they_are_called() -> None:
    """Bold is what stands on a page, or begins it; a lead or a question in bold ends with its mark."""
    said: dict[str, list[str]] = {"en": [], "zh": []}
    with (ROOT / "suyu_learn/translations/zh_Hans/LC_MESSAGES/suyu_learn.po").open("rb") as file:
        for entry in filter(lambda one: one.id, read_po(file)):
            for language, texts in (("en", entry.id), ("zh", entry.string)):
                said[language] += [_plain(text) for text in ([texts] if isinstance(texts, str) else texts)]
    guides = {ROOT / f"docs/{name}.md": "en" for name in GUIDES} | dict.fromkeys((ROOT / "docs/zh").glob("*.md"), "zh")
    unknown = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, language in guides.items()
        for bold in re.findall(r"\*\*([^`]+?)\*\*", path.read_text(encoding="utf-8").replace("张**", "张某"))
        if bold[-1] not in ".?:。？："
        for name in re.split(" [›→] ", _plain(bold))
        if not any(text.startswith(name) for text in said[language])
    ]
    assert unknown == []


def _plain(text: str) -> str:
    """A text of pages or guides without its capitals and line breaks."""
    return " ".join(text.lower().split())


def test_every_picture_is_shown_and_small() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in _documents())
    pictures = list((ROOT / "docs/pictures").iterdir())
    assert [path.name for path in pictures if f"pictures/{path.name}" not in shown] == []
    assert [path.name for path in pictures if path.stat().st_size > 120_000] == []


def test_the_readmes_name_the_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert all(f"make {name}" in text for name in ("run", "demo", "test"))
