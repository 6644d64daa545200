"""Times on pages and on paper."""

from __future__ import annotations

import pytest

from suyu_learn.web.i18n import dated_time, local_time
from tests.clock import START, FrozenClock
from tests.conftest import MakeApp


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_paper_always_says_the_year(make_app: MakeApp) -> None:
    app = make_app(clock=FrozenClock())
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert "年" not in local_time(START)
        assert dated_time(START) == f"2026年{local_time(START)}"
        assert dated_time(None) == ""
