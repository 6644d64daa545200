"""The documentation says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from suyu_learn import hooks
from suyu_learn.config import described

ROOT = Path(__file__).parents[1]


def test_settings_are_documented() -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == described()


def test_hooks_and_signals_are_documented() -> None:
    source = (ROOT / "suyu_learn/hooks.py").read_text(encoding="utf-8")
    text = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    names = re.findall(r"@hookspec(?:\([^)]*\))?\ndef (\w+)", source)
    names += [name for name, value in vars(hooks).items() if type(value).__name__ == "NamedSignal"]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_links_between_documents_hold() -> None:
    broken = []
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("suyu_learn/**/README.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []


def test_the_readme_names_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make run" in text
        assert "make test" in text
