"""Sentences about films and sounds of lessons."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "course.film_unwatched": N_(
        "“%(film)s” is not watched to its end: %(left)s are left. Go on from %(at)s; then the lesson can be finished."
    ),
    "film.broken": N_(
        "This file is damaged or unusual, and phones would not play it. Export it again as MP4 (a sound as MP3), and "
        "choose the new file."
    ),
    "film.codec": N_(
        "The picture of this film is coded as %(kind)s, which many phones do not play. Export it again as MP4 with "
        "H.264 and AAC, and choose the new file."
    ),
    "film.container": N_(
        "This file is %(kind)s, which many phones do not play. Export it again, a film as MP4 with H.264 and AAC, a "
        "sound as MP3 or M4A, and choose the new file."
    ),
    "film.cut_off": N_(
        "This file is not whole: its end or its tables are missing. Play it to the end on your own device; if that "
        "fails too, export or copy it again, and choose the new file."
    ),
    "film.deep_colours": N_(
        "This film is H.264 with more colours than phones play (10 bits, 4:2:2 or 4:4:4). Export it again with 8 bits "
        "and 4:2:0, profile High or Main."
    ),
    "film.empty": N_("This file is empty. Choose it again."),
    "film.in_pieces": N_(
        "This film is stored piece by piece, as live recordings are, and does not say how long it plays. Open it in a "
        "program for films and export it as a usual MP4."
    ),
    "film.locked": N_("This file is locked by a shop or a service, and plays nowhere else. Choose another one."),
    "film.no_room": N_("The disk of this server is too full for this file. Tell who looks after the server."),
    "film.none": N_("Choose a film or sound: MP4, M4A or MP3."),
    "film.nothing": N_("There is neither picture nor sound in this file that is switched on. Export it again as MP4."),
    "film.pdf": N_("This is a PDF. Go back to the course and make a lesson of it with “Lesson from a PDF”."),
    "film.picture": N_("This is a picture. Go back to the lesson and add it with “Picture”."),
    "film.sound_codec": N_(
        "The sound of this file is coded as %(kind)s, which many phones do not play. Export it again with AAC, or a "
        "sound alone as MP3, and choose the new file."
    ),
    "film.too_large": N_(
        "A film or sound has %(most)s MB at the most. Export it smaller (720p is enough for phones), or in parts, a "
        "lesson each."
    ),
    "film.too_long": N_("This plays longer than %(most)s hours. Cut it into parts, a lesson each."),
    "film.too_many": N_("A lesson has %(most)s films and sounds at the most. Begin another lesson."),
    "film.unknown": N_("This is no film or sound that is known here. Choose an MP4, M4A or MP3."),
    "question.no_films": N_("A question has no films or sounds; they stand in lessons. Take it out."),
}
