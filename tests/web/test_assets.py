"""Joining styles and scripts."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from suyu_learn.web.assets import ENTRIES, AssetError, build, join_script, join_styles, minify_script, minify_style
from tests.browser_without_script import Visitor
from tests.factories import stage

STATIC = Path(__file__).parents[2] / "suyu_learn" / "static"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small static folder that joins."""
    write(tmp_path / "css/tokens.css", ":root { --ink: #111; }")
    write(tmp_path / "css/components/button.css", ".sl-button { color: var(--ink); }")
    for entry in ENTRIES:
        write(tmp_path / "js" / entry, 'import {start} from "./core/start.js";\nstart();\n')
    write(tmp_path / "js/core/start.js", "export function start() {}\n")
    write(tmp_path / "favicon.svg", "<svg/>")
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_everything_is_there_gzipped_and_the_same_each_time(folder: Path) -> None:
    assets = build(folder)
    assert [asset.name for asset in assets] == [
        "aloud.js", "app.css", "board.js", "certificates.css", "events.css", "favicon.svg", "files.css", "films.css",
        "films.js", "integrity.css", "integrity.js", "items.css", "later.js", "lesson.css", "lesson.js", "main.js",
        "manage.css",
        "manage.js", "marking.js", "offline.css", "offline.js", "paper.css", "picks.css", "practice.css",
        "practice.js", "programmes.css", "records.css", "reminders.css", "reminders.js", "result.css", "result.js",
        "screen.js", "sitting.js", "statistics.css",
        "stepwise.css", "stepwise.js", "sw.js", "unsaved.js", "upload.js", "waiting.js", "writing.css", "writing.js",
    ]  # fmt: skip
    assert all(gzip.decompress(asset.gzipped) == asset.body for asset in assets)
    assert build(folder) == assets
    assert assets.path("app.css") == f"{assets.hash}/app.css"
    assert assets.get("nothing.css") is None


@pytest.mark.parametrize("changed", ["css/tokens.css", "js/core/start.js", "favicon.svg"])
def test_any_change_gives_another_hash(folder: Path, changed: str) -> None:
    before = build(folder).hash
    with (folder / changed).open("a") as file:
        file.write("\nvar a;" if changed.endswith(".js") else "\n.a{b:c}")
    assert build(folder).hash != before


def test_an_unknown_asset_names_what_there_is(folder: Path) -> None:
    with pytest.raises(AssetError, match=r"there are aloud\.js, app\.css, board\.js, certificates\.css, events\.css"):
        build(folder).path("aap.css")


def test_a_file_cannot_take_a_made_name(folder: Path) -> None:
    write(folder / "app.css", "")
    with pytest.raises(AssetError, match="give the file another"):
        build(folder)


def test_styles_follow_the_layers(tmp_path: Path) -> None:
    layers = "pages/home.css", "components/b.css", "components/a.css", "reset.css", "tokens.css", "base.css"
    for name in (*layers, "manage/z.css", "manage/y.css", "offline/x.css"):
        write(tmp_path / name, f".{Path(name).stem} {{}}")
    assert join_styles(tmp_path) == {
        "app.css": ".reset{}.tokens{}.base{}.a{}.b{}.home{}",
        "manage.css": ".y{}.z{}",
        "offline.css": ".x{}",
        "practice.css": "",
        "paper.css": "",
        "picks.css": "",
        "writing.css": "",
        "lesson.css": "",
        "files.css": "",
        "films.css": "",
        "programmes.css": "",
        "stepwise.css": "",
        "integrity.css": "",
        "result.css": "",
        "events.css": "",
        "reminders.css": "",
        "records.css": "",
        "items.css": "",
        "statistics.css": "",
        "certificates.css": "",
    }


def test_a_stylesheet_outside_the_layers_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "extra.css", "")
    with pytest.raises(AssetError, match="extra is no layer"):
        join_styles(tmp_path)


@pytest.mark.parametrize(
    ("style", "small"),
    [
        ("a { color: red; }", "a{color:red}"),
        ("/* why */ a , b > c { margin: 0 auto }", "a,b > c{margin:0 auto}"),
        ('a::before { content: "/*  ; */"; }', 'a::before{content:"/*  ; */"}'),
        ("@media (min-width: 40em) { a { b: calc(1px + 2px) } }", "@media (min-width: 40em){a{b:calc(1px + 2px)}}"),
        ("nav :focus { a: b }", "nav :focus{a:b}"),
        ("a { --x: url( 'a b' ) }", "a{--x:url( 'a b' )}"),
    ],
)
def test_styles_keep_their_meaning(style: str, small: str) -> None:
    assert minify_style(style) == small


def test_modules_come_after_what_they_need_and_once(tmp_path: Path) -> None:
    write(tmp_path / "c.js", "export const c = 1;\nexport class K {}\n")
    write(tmp_path / "b.js", 'import {c} from "./c.js";\nexport async function b() { return c; }\n')
    entry = write(tmp_path / "a.js", "import {b, b as d} from './b.js';\nimport {c} from './c.js';\nb(d, c);\n")
    joined = join_script(entry)
    assert joined.count("const c = 1") == 1
    assert joined.index("const c = 1") < joined.index("async function b") < joined.index("b(d, c)")
    assert "const {b,b:d}=m1;" in joined
    assert "return {c,K};" in joined
    assert "import" not in joined
    assert "export" not in joined


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('import {x} from "./nowhere.js";', "there is no file"),
        ('import {x} from "react";', "not a file of ours"),
        ('import {nothing} from "./other.js";', "other.js does not export it"),
        ('import {x y} from "./other.js";', "cannot read"),
        ('import x from "./other.js";', "cannot join"),
        ('import * as x from "./other.js";', "cannot join"),
        ("export default function () {}", "cannot join"),
        ("export {x};", "cannot join"),
        ("export let x = 1;", "cannot join"),
        ('import {x} from "./ring.js";', r"in a circle \(entry.js -> ring.js -> entry.js\)"),
    ],
)
def test_what_cannot_be_joined_is_named(tmp_path: Path, source: str, reason: str) -> None:
    write(tmp_path / "other.js", "export const x = 1;\n")
    write(tmp_path / "ring.js", 'import {y} from "./entry.js";\nexport const x = 1;\n')
    entry = write(tmp_path / "entry.js", source + "\nexport const y = 1;\n")
    with pytest.raises(AssetError, match=reason):
        join_script(entry)


def test_a_missing_entry_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"main\.js: there is no such script"):
        join_script(tmp_path / "main.js")


def test_scripts_lose_comments_and_indentation_only() -> None:
    script = '/* about\n   it */\nfunction f() {\n  // why\n\n  return "// no comment"; // kept\n}'
    assert minify_script(script) == 'function f() {\nreturn "// no comment"; // kept\n}'
    assert minify_script("a = `\n  // text`") == "a = `\n  // text`"


def test_our_own_assets_are_small_and_plain() -> None:
    """What a paper loads beside its page; test_budgets.py counts both, within 36 KB."""
    assets = build(STATIC)
    weight = sum(len(assets.files[name].gzipped) for name in ("app.css", "sitting.js", "favicon.svg"))
    assert weight < 17_600
    assert len(assets.files["main.js"].gzipped) < 3_200
    assert len(assets.files["manage.css"].gzipped) + len(assets.files["manage.js"].gzipped) < 9_500
    assert len(assets.files["writing.js"].gzipped) < 3_000
    assert len(assets.files["integrity.js"].gzipped) + len(assets.files["integrity.css"].gzipped) < 3_500
    assert len(assets.files["result.js"].gzipped) + len(assets.files["result.css"].gzipped) < 3_500
    everything = b"".join(asset.body for asset in assets if asset.name != "favicon.svg")
    for too_new in (b"@layer", b"@container", b":has(", b"oklch(", b"?.", b"??", b"http://", b"https://"):
        assert too_new not in everything


LEARNERS_PAGES = ("/", "/courses", "/courses/chemistry", "/me", "/me/password", "/records", "/join", "/join/nowhere",
                  "/nowhere", "/login")  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_of_learners_need_nothing_of_the_managers_styles(app: Flask) -> None:
    of_managers = set().union(*(_classes(path) for path in (STATIC / "css/manage").rglob("*.css")))
    of_all = set().union(*(_classes(path) for path in (STATIC / "css").rglob("*.css") if path.parent.name != "manage"))
    given = stage(app)
    visitor = Visitor(app).sign_in("lin")
    shown = [visitor.get(path).get_data(as_text=True) for path in (*LEARNERS_PAGES, f"/exams/{given.exam_id}")]
    paper = visitor.start(given.exam_id)
    shown += [visitor.text, visitor.get(f"{paper.path}/review").get_data(as_text=True)]
    paper.submit()
    shown.append(visitor.text)
    used = set(re.findall(r"sl-[a-z_-]+", " ".join(re.findall(r'class="([^"]*)"', " ".join(shown)))))
    assert len(used) > 60
    assert "manage.css" not in "".join(shown)
    assert used & (of_managers - of_all) == set()


def _classes(path: Path) -> set[str]:
    return set(re.findall(r"\.(sl-[a-z_-]+)", path.read_text("utf-8")))


def test_colours_live_in_the_tokens_alone() -> None:
    for path in (STATIC / "css").rglob("*.css"):
        if path.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|rgba?\(|hsla?\(", path.read_text("utf-8")), path


def test_a_component_is_defined_in_one_file() -> None:
    """Two files that both define `.sl-x { ... }` mean two different things by one name."""
    places: dict[str, set[str]] = {}
    for path in (STATIC / "css").rglob("*.css"):
        for name in re.findall(r"^\.(sl-[a-z-]+) \{", path.read_text(encoding="utf-8"), re.MULTILINE):
            places.setdefault(name, set()).add(path.name)
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
