"""The tasks of the action plan that come with Suyu Learn."""

from __future__ import annotations

from pathlib import Path

import pytest

from suyu_learn.content import plan_tasks as reading
from suyu_learn.domain.problems import Problem
from suyu_learn.services import plan_tasks


def test_the_plan_has_thirty_six_tasks_with_short_titles_in_both_languages() -> None:
    plan = plan_tasks.plan()
    kinds = [group.kind for group in plan.groups for _task in group.tasks]
    assert {kind: kinds.count(kind) for kind in kinds} == {"act": 18, "project": 14, "guarantee": 4}
    assert len({task.code for task in plan.tasks}) == len({task.number for task in plan.tasks}) == 36
    assert all(0 < len(task.title.zh) <= 20 and task.title.en for task in plan.tasks)
    assert plan.number == "绥政办发〔2022〕18号"


def test_a_plan_that_leaves_something_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('code = "a"\ndocument_number = "1"\n[document]\nzh_Hans = "x"\nen = "x"\n', encoding="utf-8")
    with pytest.raises(Problem, match="field_missing"):
        reading.read_plan(path)
