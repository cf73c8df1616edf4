# SPDX-License-Identifier: Apache-2.0
"""What goes wrong in a command ends as a sentence and an exit code."""

from __future__ import annotations

import json

import pytest

from koodesk.cli.output import PROBLEMS, report_refusals
from koodesk.domain.problem import Refused, problem


def test_a_refusal_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with report_refusals(as_json=True) as outcome:
        raise Refused(problem("storage.disk_full", file="koodesk.db"))
    assert outcome.code == PROBLEMS
    told = capsys.readouterr()
    assert json.loads(told.out)["problems"][0]["code"] == "storage.disk_full"
    assert "koodesk.db" in told.err


def test_a_defect_is_a_sentence_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KOODESK_DEBUG", raising=False)
    with report_refusals(as_json=False) as outcome:
        raise NameError("no such name")
    assert outcome.code == PROBLEMS
    told = capsys.readouterr()
    assert "NameError" in told.err
    assert "Traceback" not in told.err
    assert not told.out


def test_whoever_looks_for_a_defect_sees_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOODESK_DEBUG", "1")
    with pytest.raises(NameError), report_refusals(as_json=False):
        raise NameError("no such name")
