"""The pipelines that ship: what they promise whoever loads them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import numpy as np
import pytest
import spacy

from ofsted_extract.classify.doc import LABELS, SCORES, make_doc
from ofsted_extract.classify.model.scores import Scores
from ofsted_extract.classify.models import ModelError, models_folder, read_meta, seal
from ofsted_extract.classify.pipeline import load_pipeline, store_pipeline
from ofsted_extract.letter import Role, Unit, UnitKind
from ofsted_extract.themes import theme_ids

SHIPPED = [
    folder for name in ("ofsted_findings",)
    if (folder := models_folder() / name).is_dir()
]  # fmt: skip
MEGABYTES = 45

TEXTS = (
    "Social workers are close to children and visit them often.",
    "Reviews of plans are too often late and do not lead to change.",
    "The local authority has good plans for most children, but supervision is infrequent.",
)


def unit(position: int, text: str, kind: UnitKind = UnitKind.SENTENCE) -> Unit:
    return Unit(position, kind, text, 1, f"p{position}", position, "", (), Role.FINDINGS)


def scores(nlp: spacy.Language, *texts: str) -> Scores:
    units = tuple(unit(number, text) for number, text in enumerate(texts, start=1))
    doc = make_doc(nlp, units, "ilacs_inspection")
    for _, component in nlp.pipeline:
        doc = component(doc)
    found = doc.user_data[SCORES]
    assert isinstance(found, Scores)
    return found


@pytest.fixture(params=SHIPPED, ids=lambda folder: folder.name, scope="module")
def nlp(request):
    return spacy.load(request.param)


def test_strengths_and_weaknesses_are_told_apart(nlp):
    found = scores(nlp, *TEXTS)
    strength, weakness, _ = found.findings.T
    assert strength[0] > 0.8 > 0.3 > weakness[0]
    assert weakness[1] > 0.8 > 0.3 > strength[1]
    assert found.themes.shape == (3, len(theme_ids()))


@pytest.mark.parametrize(
    "change",
    [str.upper, lambda text: text.replace(" ", "  "), lambda text: text.replace(",", "\u00ad,")],
    ids=["capitals", "spaces", "soft hyphens"],
)
def test_the_form_of_a_text_does_not_matter(nlp, change):
    plain, changed = scores(nlp, *TEXTS), scores(nlp, *map(change, TEXTS))
    assert np.allclose(plain.findings, changed.findings, atol=0.02)


def test_the_same_letter_gives_the_same_scores(nlp):
    first, second = scores(nlp, *TEXTS), scores(nlp, *TEXTS)
    assert (first.themes == second.themes).all()


def test_plain_text_needs_no_structure(nlp):
    doc = nlp("\n".join(TEXTS))
    assert [span._.finding for span in doc.spans["sentences"]][:2] == ["strength", "weakness"]


def test_a_mixed_sentence_is_cut_into_its_clauses(nlp):
    doc = nlp("Social workers visit children often, but plans are too often out of date.")
    (label,) = doc.user_data[LABELS]
    assert label.is_strength and label.is_weakness
    assert label.strength_text == "Social workers visit children often"
    assert label.weakness_text == "plans are too often out of date."


def test_the_sentence_before_tells_the_theme(nlp):
    told = scores(nlp, "Foster carers are well supported.", "This means that few of them leave.")
    alone = scores(nlp, "This means that few of them leave.")
    column = theme_ids().index("placements")
    assert told.themes[1, column] > alone.themes[0, column] + 0.2


def test_an_empty_text_is_no_error(nlp):
    assert len(nlp("").spans["sentences"]) == 0


def test_a_pipeline_survives_bytes(nlp):
    copy = spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())
    assert (scores(copy, *TEXTS).findings == scores(nlp, *TEXTS).findings).all()


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_size(folder):
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert size < MEGABYTES * 2**20


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_torch_is_not_needed(folder):
    program = (
        "import sys; sys.modules['torch'] = None; import spacy; "
        f"nlp = spacy.load({str(folder)!r}); nlp('Visits are timely.'); "
        "assert 'sklearn' not in sys.modules and 'onnx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


@pytest.fixture
def copied(tmp_path):
    """A whole copy of the small model."""
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED[-1], folder)
    return folder


def test_a_whole_copy_is_loaded(copied):
    assert load_pipeline(str(copied)).meta["name"] == SHIPPED[-1].name


@pytest.mark.parametrize(
    "name",
    ["ofsted_encoder/encoder.onnx", "ofsted_encoder/context.npz", "ofsted_theme/head.npz",
     "ofsted_theme/cfg", "config.cfg", "tokenizer", "vocab/strings.json"],
)  # fmt: skip
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_a_damaged_copy_is_found_at_once_and_the_file_named(copied, name, damage):
    path = copied / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=path.name):
        load_pipeline(str(copied))


@pytest.mark.parametrize("content", [b"", b"{", b'{"lang": "en"'])
def test_a_damaged_list_of_files(copied, content):
    (copied / "meta.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"meta\.json is damaged"):
        load_pipeline(str(copied))


def test_a_network_that_is_none_is_found_when_it_is_loaded(copied):
    (copied / "ofsted_encoder" / "encoder.onnx").write_bytes(b"no graph")
    seal(copied)
    with pytest.raises(ModelError, match=r"encoder\.onnx cannot be run"):
        load_pipeline(str(copied))


def test_a_pipeline_that_was_stored_again_is_whole(copied, tmp_path):
    store_pipeline(load_pipeline(str(copied)), tmp_path / "again")
    assert load_pipeline(str(tmp_path / "again")).meta["name"] == SHIPPED[-1].name
    load_pipeline(str(copied)).to_disk(tmp_path / "by spacy alone")
    assert "files" not in read_meta(tmp_path / "by spacy alone")
    load_pipeline(str(tmp_path / "by spacy alone"))
