"""What teachers say while a fold is held out, with small networks that are really fitted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_tokenizer import made_tokenizer
from tokenizers import Tokenizer

from ofsted_extract.classify.model.wordpieces import (
    CLS,
    HEADING_MARK,
    MASK,
    PAD,
    SEP,
    TEXT_MARK,
    wordpiece_ids,
)

torch = pytest.importorskip("torch", reason="networks are fitted with torch")

from ofsted_extract.evaluation.corpus import Passage  # noqa: E402
from ofsted_extract.labels import FOLDS  # noqa: E402
from ofsted_extract.themes import theme_ids  # noqa: E402
from ofsted_extract.training.distillation import Distillation  # noqa: E402
from ofsted_extract.training.network import OUTPUTS, Encoder  # noqa: E402
from ofsted_extract.training.steps import Steps, digest  # noqa: E402
from ofsted_extract.training.training_data import TrainingData  # noqa: E402
from ofsted_extract.training.windows import FAMILY_MARKS  # noqa: E402

WORDS = ["plans", "are", "clear", "late", "visits", "improve", "better", "often", "today"]
VOCABULARY = [PAD, "[UNK]", CLS, SEP, MASK, TEXT_MARK, HEADING_MARK, *FAMILY_MARKS.values(), *WORDS]
#: Sentences with the numbers of their finding, their theme and their progress; -1: no label.
SENTENCES = [
    ("Plans are clear", 1, 0, 0),
    ("Visits are late", 2, 1, 0),
    ("Improve plans", 4, 0, 0),
    ("Visits are better", 1, 1, 1),
    ("Today", 0, 2, 0),
    ("Often late", -1, 0, 0),
]


def tokenizer() -> Tokenizer:
    return made_tokenizer(VOCABULARY)


def passage(fold: int) -> Passage:
    # every fold begins elsewhere, so that no two passages are alike
    rows = [SENTENCES[(number + fold) % len(SENTENCES)] for number in range(12)]
    texts = [text for text, *_ in rows]
    themes = np.zeros((len(rows), len(theme_ids())), np.float32)
    themes[np.arange(len(rows)), [theme for _, _, theme, _ in rows]] = 1
    return Passage(
        name=f"letter {fold}",
        fold=fold,
        family="letter",
        texts=texts,
        pieces=wordpiece_ids(tokenizer(), texts, [False] * len(texts)),
        headings=np.zeros(len(texts), np.bool_),
        finding=np.array([finding for _, finding, *_ in rows]),
        themes=themes,
        progress=np.array([progress for *_, progress in rows]),
        rule_themes=np.zeros((len(rows), len(theme_ids())), np.float32),
        rule_progress=np.zeros(len(rows), np.int64),
        draws=np.full(len(rows), "train"),
    )


class SmallData(TrainingData):
    """Passages that are given, and an encoder of one layer that has read nothing."""

    def __init__(self, work: Path, passages: list[Passage]) -> None:
        self.steps = Steps(work)
        self.labels = digest([part.finding.tolist() for part in passages])
        self.recipe = {
            "seed": 0,
            "label_weight": 0.6,
            "rule_weight": 0.3,
            "rule_weight_taught": 0.2,
            "teacher": {"epochs": 1, "rate": 1e-3, "length": 40},
        }
        self.report = lambda _: None
        self.passages = passages
        self.pieces = tokenizer()

    @property
    def encoder_path(self) -> Path:
        return Path("encoder-without-reading.pt")

    def encoder(self) -> Encoder:
        torch.manual_seed(0)
        return Encoder(1, len(VOCABULARY), 32)


def passages() -> list[Passage]:
    return [passage(fold) for fold in range(FOLDS)]


@pytest.mark.parametrize("held_out", [0, 3])
def test_nothing_of_the_fold_held_out_is_taught(tmp_path, held_out):
    others = passages()
    others[held_out] = replace(
        others[held_out],
        pieces=others[held_out].pieces[::-1],
        finding=np.full(12, 2),
        themes=1 - others[held_out].themes,
        rule_themes=np.ones((12, len(theme_ids())), np.float32),
    )
    first, second = (
        Distillation(SmallData(tmp_path / name, given), held_out)
        for name, given in (("as it is", passages()), ("otherwise", others))
    )
    for one, two in zip(first.taught(), second.taught(), strict=True):
        assert one.fold != held_out
        assert one.soft is not None and one.soft.shape == (12, OUTPUTS)
        assert np.array_equal(one.soft, two.soft)
    found, again = first.calibration(), second.calibration()
    for head, arrays in found.items():
        for name, values in arrays.items():
            assert np.array_equal(values, again[head][name])


def test_the_rest_is_taught_to_it(tmp_path):
    others = passages()
    others[2] = replace(others[2], finding=np.full(12, 2))
    first, second = (
        Distillation(SmallData(tmp_path / name, given), 0).taught()
        for name, given in (("as it is", passages()), ("otherwise", others))
    )
    assert not np.array_equal(first[0].soft, second[0].soft)


def test_what_is_said_of_labels_comes_from_the_teacher_that_had_not_seen_them(tmp_path):
    others = passages()
    others[2] = replace(others[2], finding=np.full(12, 2))
    for fold, same in ((2, True), (1, False)):
        first, second = (
            Distillation(SmallData(tmp_path / f"{fold} {name}", given), 0)
            for name, given in (("as it is", passages()), ("otherwise", others))
        )
        number = [part.fold for part in first.stretches].index(fold)
        assert np.array_equal(first.unseen()[number], second.unseen()[number]) is same


def test_a_teacher_serves_both_folds_it_has_not_seen(tmp_path):
    data = SmallData(tmp_path / "work", passages())
    first = Distillation(data, 1).teacher(3).state_dict()
    second = Distillation(data, 3).teacher(1).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert len(list(data.steps.folder.glob("teacher-1-3-*.pt"))) == 1
    assert len(list(data.steps.folder.glob("teacher*"))) == 1


def test_a_broken_run_goes_on_with_what_it_has(tmp_path):
    data = SmallData(tmp_path / "work", passages())
    whole = Distillation(data, 0).taught()
    for path in data.steps.folder.glob("votes-0-*"):
        path.unlink()
    again = Distillation(data, 0).taught()
    assert all(np.array_equal(one.soft, two.soft) for one, two in zip(whole, again, strict=True))


def test_a_teacher_of_other_labels_or_settings_is_fitted_anew(tmp_path):
    data = SmallData(tmp_path / "work", passages())
    Distillation(data, 1).teacher(3)
    data.recipe["teacher"]["epochs"] = 2
    Distillation(data, 1).teacher(3)
    others = passages()
    others[2] = replace(others[2], finding=np.full(12, 2))
    Distillation(SmallData(tmp_path / "work", others), 1).teacher(3)
    assert len(list(data.steps.folder.glob("teacher-1-3-*.pt"))) == 3
