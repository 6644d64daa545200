"""What the picture of a result says: what its page shows, and nothing that the policy hides."""

from __future__ import annotations

import json

from suyu_learn.web.i18n import _
from suyu_learn.web.pages.sitting import Result, ResultState


def picture_of(page: Result, *, at: str) -> str:
    """Title, verdict and facts as JSON, for the script that draws them; `at` with its year, since pictures are kept."""
    if page.state is ResultState.VOIDED or page.trial:
        return ""
    rows = [(_("Name"), page.person), (_("Unit"), page.unit), (_("Pass mark"), page.pass_mark),
            (_("Handed in at"), at), (_("Receipt"), page.receipt)]  # fmt: skip
    verdict = "" if page.passed is None else _("Passed") if page.passed else _("Not passed yet")
    return json.dumps(
        {
            "title": page.title,
            "large": page.points or _("Handed in"),
            "beside": _("out of %(points)s", points=page.out_of) if page.out_of is not None else "",
            "verdict": verdict,
            "good": page.passed is not False,
            "rows": [[label, value] for label, value in rows if value],
        },
        ensure_ascii=False,
    )
