"""Each edit of a small application changes the step's behaviour, or does not, and the change is named."""

from pathlib import Path

import pytest

from loomwork.flow.behaviour import diff_parts
from tests.flow.behaviour.apps import behaviour_at, edited, put
from tests.flow.behaviour.edits import Edit, adversarial, classes, data, functions, modules, wrappers

EDITS = [*adversarial.EDITS, *data.EDITS, *functions.EDITS, *classes.EDITS, *modules.EDITS, *wrappers.EDITS]


@pytest.mark.parametrize("case", EDITS, ids=[case.name for case in EDITS])
def test_an_edit_changes_what_it_touches_and_nothing_else(case: Edit, tmp_path: Path) -> None:
    before = behaviour_at(put(tmp_path, case.files), case.target)
    after = behaviour_at(put(tmp_path, edited(case.files, case.edit)), case.target)
    found = {change.name for change in diff_parts(before.parts, after.parts)}
    if case.changed:
        assert before.digest != after.digest
        assert found == set(case.changed)
    else:
        assert before.digest == after.digest, found
        assert found == set()
    assert before.outside == ()


def test_there_are_enough_edits_and_no_two_of_one_name() -> None:
    assert len(EDITS) >= 200
    assert len({case.name for case in EDITS}) == len(EDITS)
