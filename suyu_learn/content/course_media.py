"""Pictures, films and sounds of course packs: files below `media/`, named as `![words](media/ladder.mp4)`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from suyu_learn.content import films
from suyu_learn.content.drafts import FilmDraft, MediaDraft
from suyu_learn.content.pack_pictures import FOLDER, names_in, with_marks
from suyu_learn.content.reencoding import kind_of
from suyu_learn.domain.problems import Place, Problem


class CourseMedia:
    """The files of one course; only those that lessons name are looked at, each once."""

    def __init__(self, folder: Path, base: Path) -> None:
        self._paths = {
            path.relative_to(folder).as_posix(): path
            for path in sorted((folder / FOLDER).rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }
        self._base = base
        self._faults: dict[str, Problem] = {}
        self.taken: dict[str, MediaDraft | FilmDraft] = {}

    def put_into(self, text: str, place: Place) -> tuple[str, list[Problem]]:
        """The text with each named file as the mark of its medium, and what is wrong with those files."""
        faults = []
        for name in dict.fromkeys(names_in(text)):
            if name not in self._paths:
                faults.append(Problem("pack.media_missing", place=place, name=name))
                continue
            if name not in self.taken and name not in self._faults:
                self._take(name)
            if name in self._faults:
                faults.append(self._faults[name])
        return with_marks(text, self.taken), faults

    def _take(self, name: str) -> None:
        path = self._paths[name]
        place = Place(file=path.relative_to(self._base).as_posix())
        with path.open("rb") as stream:
            kind = kind_of(stream.read(1024))
        if kind and kind != "sound":
            self.taken[name] = MediaDraft(path.read_bytes(), path.name)
            return
        try:
            films.probed(path)
        except Problem as problem:
            self._faults[name] = problem.at(place)
            return
        with path.open("rb") as stream:
            sha = hashlib.file_digest(stream, "sha256").hexdigest()
        self.taken[name] = FilmDraft(path, place, sha)
