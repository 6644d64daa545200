"""Joins the styles and scripts into the few files that a page loads, without node.

`build` reads `static/`: `css/` becomes `app.css`, which every page loads, `manage.css`, which pages under `/manage`
load after it, and bundles for a few pages each, as `stepwise.css`; each entry in `js/` becomes one classic deferred
script, and a page loads one of them (beside it the editor of questions `writing.js`, the waiting room `waiting.js`,
a paper with integrity rules `integrity.js`, films of lessons `films.js` and their upload `upload.js`, reading aloud in
large text `aloud.js`); what else lies at the top (the icon) is taken as it is. Everything is gzipped ahead, and one
hash over all of it stands in the static path, so browsers may keep the files for a year.

Modules are written in a small part of the ES syntax, each statement at the start of a line:
`import {a, b as c} from "./y.js";` and `export function`, `export async function`, `export const`, `export class`.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from suyu_learn import _resources

STYLES = {
    "app.css": ("reset", "tokens", "base", "layout", "components", "pages"),
    "manage.css": ("manage",),
    "offline.css": ("offline",),
    "practice.css": ("practice",),
    "paper.css": ("paper",),
    "picks.css": ("picks",),
    "writing.css": ("writing",),
    "lesson.css": ("lesson",),
    "films.css": ("films",),
    "programmes.css": ("programmes",),
    "stepwise.css": ("stepwise",),
    "integrity.css": ("integrity",),
    "result.css": ("result",),
    "events.css": ("events",),
    "reminders.css": ("reminders",),
    "records.css": ("records",),
    "items.css": ("items",),
    "files.css": ("training_files",),
    "statistics.css": ("statistics",),
    "certificates.css": ("certificates",),
}
"""The bundles of styles with their layers. What only pages under `/manage` show goes to `css/manage/`."""

ENTRIES = (
    "aloud.js",
    "main.js",
    "lesson.js",
    "later.js",
    "sw.js",
    "manage.js",
    "sitting.js",
    "writing.js",
    "board.js",
    "films.js",
    "marking.js",
    "integrity.js",
    "offline.js",
    "practice.js",
    "reminders.js",
    "result.js",
    "screen.js",
    "stepwise.js",
    "unsaved.js",
    "upload.js",
    "waiting.js",
)
MIMES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}

_IMPORT = re.compile(r"^import\s*\{([^}]*)\}\s*from\s*[\"']([^\"']+)[\"'];?[ \t]*$", re.MULTILINE)
_EXPORT = re.compile(r"^export\s+((?:async\s+)?function\*?|const|class)\s+([A-Za-z_$][\w$]*)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(import\b|export\b).*$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


class AssetError(Exception):
    """A stylesheet or script that cannot be joined: which file, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to send."""

    name: str
    mime: str
    body: bytes
    gzipped: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """All files under one hash; served below `/static/<hash>/`."""

    hash: str
    files: Mapping[str, Asset]

    def get(self, name: str) -> Asset | None:
        """The asset of that name, or None."""
        return self.files.get(name)

    def path(self, name: str) -> str:
        """The part of an address behind `/static/`; an unknown name is a fault of the template."""
        if name not in self.files:
            raise AssetError(f"{name}: no such asset; there are {', '.join(sorted(self.files))}")
        return f"{self.hash}/{name}"

    def __iter__(self) -> Iterator[Asset]:
        return iter(self.files.values())


@lru_cache(maxsize=1)
def shipped() -> Assets:
    """What comes with the package; made once in a process."""
    return build(_resources.inside("static"))


def build(folder: Path) -> Assets:
    """Everything a page can load, from the `static` folder."""
    bodies = {name: style.encode() for name, style in join_styles(folder / "css").items()}
    for entry in ENTRIES:
        bodies[entry] = join_script(folder / "js" / entry).encode()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix in MIMES:
            if path.name in bodies:
                raise AssetError(f"{path}: this name is made from css/ or js/; give the file another one")
            bodies[path.name] = path.read_bytes()
    files = {name: _asset(name, body) for name, body in sorted(bodies.items())}
    return Assets(hash=_hash(files), files=MappingProxyType(files))


def _asset(name: str, body: bytes) -> Asset:
    return Asset(name, MIMES[Path(name).suffix], body, gzip.compress(body, 9, mtime=0))


def _hash(files: Mapping[str, Asset]) -> str:
    tree = hashlib.sha256()
    for name, asset in files.items():
        tree.update(f"{name}\0{len(asset.body)}\0".encode())
        tree.update(asset.body)
    return tree.hexdigest()[:12]


# Styles


def join_styles(folder: Path) -> dict[str, str]:
    """The bundles by name: the stylesheets of their layers, in the order of STYLES and within one layer by name.

    A layer is a file (`tokens.css`) or a folder (`components/`).
    """
    layers = [layer for bundle in STYLES.values() for layer in bundle]
    unknown = {path.stem for path in folder.iterdir() if path.is_dir() or path.suffix == ".css"} - set(layers)
    if unknown:
        raise AssetError(f"{folder}: {', '.join(sorted(unknown))} is no layer; layers are {', '.join(layers)}")
    return {name: "".join(_layer(folder, layer) for layer in bundle) for name, bundle in STYLES.items()}


def _layer(folder: Path, layer: str) -> str:
    single, several = folder / f"{layer}.css", folder / layer
    paths = [single] if single.is_file() else []
    paths += sorted(several.rglob("*.css")) if several.is_dir() else []
    return "".join(minify_style(path.read_text("utf-8")) for path in paths)


_STYLE_PIECES = re.compile(r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|/\*.*?\*/", re.DOTALL)


def minify_style(text: str) -> str:
    """The same rules without comments and needless white space; strings stay as they are."""
    kept: list[str] = []

    def keep(piece: re.Match[str]) -> str:
        if piece[1] is None:
            return " "
        kept.append(piece[1])
        return f"\0{len(kept) - 1}\0"

    text = _STYLE_PIECES.sub(keep, text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    text = re.sub(r": (?=[^{}]*[;}])", ":", text)
    text = text.replace(";}", "}").strip()
    return re.sub("\0(\\d+)\0", lambda piece: kept[int(piece[1])], text)


# Scripts


def join_script(entry: Path) -> str:
    """An entry with all it imports as one classic script, each module in a function of its own."""
    order: list[Path] = []
    _visit(entry.resolve(), [], order)
    names = {path: f"m{number}" for number, path in enumerate(order)}
    wrapped = [_wrap(path, names) for path in order]
    return "(function(){\n" + "\n".join(wrapped) + "\n})();\n"


def _visit(path: Path, trail: list[Path], order: list[Path]) -> None:
    if path in trail:
        ring = " -> ".join(step.name for step in [*trail[trail.index(path) :], path])
        raise AssetError(f"{path}: imports go round in a circle ({ring}); move what both need into a third module")
    if path in order:
        return
    for _names, target in _imports(path):
        _visit(target, [*trail, path], order)
    order.append(path)


def _imports(path: Path) -> list[tuple[list[tuple[str, str]], Path]]:
    """What a module imports: pairs of (name there, name here) with the file they come from."""
    found = []
    for names, source in _IMPORT.findall(_read(path)):
        if not source.startswith(("./", "../")):
            raise AssetError(f'{path}: "{source}" is not a file of ours; imports start with ./ or ../')
        target = (path.parent / source).resolve()
        if not target.is_file():
            raise AssetError(f'{path}: imports "{source}", but there is no file {target}')
        pairs = [_pair(path, name) for name in names.split(",") if name.strip()]
        missing = [there for there, _here in pairs if there not in _exports(target)]
        if missing:
            raise AssetError(f"{path}: imports {', '.join(missing)}, but {target.name} does not export it")
        found.append((pairs, target))
    return found


def _pair(path: Path, text: str) -> tuple[str, str]:
    there, _as, here = re.sub(r"\s+as\s+", " as ", text.strip()).partition(" as ")
    pair = there, here or there
    if not all(_NAME.fullmatch(name) for name in pair):
        raise AssetError(f'{path}: cannot read "{text.strip()}"; write import {{a, b as c}} from "./y.js"')
    return pair


def _exports(path: Path) -> list[str]:
    return [name for _kind, name in _EXPORT.findall(_read(path))]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise AssetError(f"{path}: there is no such script") from None


def _wrap(path: Path, names: Mapping[Path, str]) -> str:
    head = ""
    for pairs, target in _imports(path):
        taken = ",".join(there if there == here else f"{there}:{here}" for there, here in pairs)
        head += f"const {{{taken}}}={names[target]};\n"
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub("", _read(path)))
    left = _LEFT_OVER.search(body)
    if left:
        raise AssetError(
            f"{path}: cannot join \"{left[0].strip()}\"; only import {{a}} from './y.js', "
            "export function, export async function, export const and export class are known"
        )
    tail = "return {" + ",".join(_exports(path)) + "};"
    return f'const {names[path]}=(function(){{"use strict";\n{head}{minify_script(body)}\n{tail}}})();'


def minify_script(text: str) -> str:
    """The same script without indentation, empty lines and comments that begin a line.

    A script with template strings is left alone, for their lines may look like comments.
    """
    if "`" in text:
        return text.strip()
    text = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*$", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
