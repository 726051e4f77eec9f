from __future__ import annotations

import pytest

from ofsted_extract.training.steps import Steps, digest


def test_a_result_is_found_again_for_the_same_inputs_only(tmp_path):
    steps = Steps(tmp_path / "work")
    first = steps.path("teacher.pt", {"epochs": 8, "rate": 1e-4}, "labels")
    assert first.parent.is_dir()
    assert first == steps.path("teacher.pt", {"rate": 1e-4, "epochs": 8}, "labels")
    others = [
        steps.path("teacher.pt", {"epochs": 9, "rate": 1e-4}, "labels"),
        steps.path("teacher.pt", {"epochs": 8, "rate": 1e-4}, "other labels"),
        steps.path("student.pt", {"epochs": 8, "rate": 1e-4}, "labels"),
    ]
    assert len({first, *others}) == 4


def test_what_a_result_is_made_from_counts(tmp_path):
    steps = Steps(tmp_path)
    one, two = (steps.path("encoder.pt", epochs) for epochs in (1, 2))
    assert steps.path("student.pt", one) != steps.path("student.pt", two)
    elsewhere = Steps(tmp_path / "elsewhere").path("encoder.pt", 1)
    assert steps.path("student.pt", one).name == steps.path("student.pt", elsewhere).name


def test_what_has_no_certain_text_is_refused():
    with pytest.raises(TypeError, match="set"):
        digest({1, 2})
