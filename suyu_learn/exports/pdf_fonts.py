"""The fonts of a PDF: Chinese as song and hei, and one that fills the gaps; and which signs none of them has."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from suyu_learn.domain.problems import Problem
from suyu_learn.exports.documents import printable

STANDS_IN = "〓"
"""What Chinese printers set where a sign was missing from the case."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font file, the width of each sign that it has in letters, and what it is called in the file."""

    name: str
    path: str
    widths: dict[int, float]


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts in the order in which they are asked for a sign."""

    text: Font
    bold: Font
    rest: Font
    extra: Font | None = None
    """One that the administrator names, for rare characters of names."""

    @property
    def every(self) -> tuple[Font, ...]:
        """All of them."""
        return (self.text, self.bold, self.rest) + ((self.extra,) if self.extra is not None else ())

    def of(self, sign: str, *, bold: bool) -> Font | None:
        """The font that has the sign; None where no font has it."""
        code = ord(sign)
        own, other = (self.bold, self.text) if bold else (self.text, self.bold)
        return next((font for font in (own, other, *self.every[2:]) if code in font.widths), None)

    def width(self, sign: str, bold: bool) -> float:
        """How wide a sign is in letters; one that no font has is as wide as what stands in for it."""
        font = self.of(sign, bold=bold) or self.text
        return font.widths.get(ord(sign), 1.0)

    def unknown(self, texts: Iterable[str]) -> list[str]:
        """The signs that no font has, once each."""
        every = set().union(*(printable(text) for text in texts))
        return sorted(sign for sign in every if not sign.isspace() and self.of(sign, bold=False) is None)


@contextmanager
def only(signs: Mapping[str, Iterable[str]], *, extra: str = "") -> Iterator[dict[str, str]]:
    """Small fonts with just these signs, by the name of the font: the whole ones cost each file a second."""
    from fontTools import subset

    # FFTM says when a font was made, which no subset needs
    options = subset.Options(
        drop_tables=[*subset.Options._drop_tables_default, "FFTM"],
        layout_features=[],
        notdef_outline=True,
        glyph_names=False,
        hinting=False,
        desubroutinize=True,  # fpdf subsets once more, and that takes half as long without subroutines
    )
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for font in (one for one in load(extra).every if one.name in signs):
            whole = subset.load_font(font.path, options, lazy=True)
            part = subset.Subsetter(options)
            part.populate(text="".join(signs[font.name]))
            part.subset(whole)
            files[font.name] = f"{folder}/{font.name}{Path(font.path).suffix}"
            subset.save_font(whole, files[font.name], options)
            whole.close()
        yield files


_guard = threading.Lock()


def load(extra: str = "") -> Fonts:
    """The fonts; read once in a process, which takes a second. `extra` is the path of one that is asked last.

    Raises Problem where that one cannot be read.
    """
    with _guard:
        fonts = _loaded()
        return replace(fonts, extra=_extra(extra)) if extra else fonts


@lru_cache(maxsize=2)
def _extra(path: str) -> Font:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with Path(path).open("rb") as stream:  # which it would leave open where it is no font
            TTFont(stream, lazy=True)
        return _font("extra", Path(path))
    except (OSError, TTLibError) as error:
        raise Problem("certificate.extra_font", path=path) from error


@lru_cache(maxsize=1)
def _loaded() -> Fonts:
    chinese = Path(str(files("pylopdf_fonts_zh_cn")))
    return Fonts(
        text=_font("song", _found(chinese, "NotoSerifSC-Regular.otf")),
        bold=_font("hei", _found(chinese, "NotoSansSC-Regular.otf")),
        rest=_font("rest", _found(Path(str(files("ziafont"))), "DejaVuSans.ttf")),
    )


def _found(folder: Path, name: str) -> Path:
    return next(folder.rglob(name))


def _font(name: str, path: Path) -> Font:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        units, advances = font["head"].unitsPerEm, font["hmtx"].metrics
        widths = {code: advances[glyph][0] / units for code, glyph in font.getBestCmap().items()}
    return Font(name, str(path), widths)
