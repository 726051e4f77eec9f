"""What anyone who knows spaCy may do with the pipelines, and with their Docs."""

from __future__ import annotations

import pickle
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

import ofsted_extract
from ofsted_extract.classify.doc import (
    LABELS,
    RULES,
    SCORES,
    SPANS,
    UNITS,
    labels_of,
    make_doc,
    set_labels,
)
from ofsted_extract.classify.models import models_folder
from ofsted_extract.classify.pipeline import classify_letter
from ofsted_extract.classify.rules import cues
from ofsted_extract.letter import (
    Facts,
    RawLetter,
    Role,
    Source,
    StructuredLetter,
    Unit,
    UnitKind,
)
from ofsted_extract.resources import load_toml
from ofsted_extract.schema import FINDINGS, PROGRESS
from ofsted_extract.themes import all_themes, theme_ids

HAS_MODEL = (models_folder() / "ofsted_findings").is_dir()
TEXT = (
    "Plans are not always clear, but most visits to children are timely.\n"
    "Reviews are late and do not lead to change. The quality of audits has improved.\n"
    "Leaders should ensure that audits are regular."
)
FINDINGS_OF_TEXT = ["mixed", "weakness", "strength", "recommendation"]


@pytest.fixture(
    scope="module",
    params=[
        "rules",
        pytest.param("default", marks=pytest.mark.skipif(not HAS_MODEL, reason="no model is here")),
    ],
)
def nlp(request: pytest.FixtureRequest) -> Language:
    return ofsted_extract.load(request.param)


def findings(doc: Doc) -> list[str | None]:
    return [span._.finding for span in doc.spans[SPANS]]


def unit(position: int, text: str, kind: UnitKind = UnitKind.SENTENCE) -> Unit:
    return Unit(position, kind, text, 1, f"p{position}", position, "", (), Role.FINDINGS)


def same(first: Doc, second: Doc) -> bool:
    """Tell whether all that our components wrote is alike."""
    arrays = all(
        (getattr(first.user_data[SCORES], name) == getattr(second.user_data[SCORES], name)).all()
        for name in ("findings", "themes", "progress", "known_themes")
        if SCORES in first.user_data
    )
    return arrays and all(
        tuple(first.user_data[key]) == tuple(second.user_data[key])
        for key in (UNITS, RULES, LABELS)
    )


# ------------------------------------------------------------------- what a Doc says


def test_sentences_serve_as_sents_and_as_spans(nlp):
    doc = nlp(TEXT)
    assert [sent.text.strip() for sent in doc.sents] == [span.text for span in doc.spans[SPANS]]
    assert len(doc.spans[SPANS]) == len(FINDINGS_OF_TEXT)
    assert "".join(sent.text_with_ws for sent in doc.sents) == TEXT


def test_a_letter_with_empty_units_has_sentences_too(nlp):
    doc = make_doc(nlp, (unit(1, ""), unit(2, "Plans are clear."), unit(3, "")), "other")
    assert [text for sent in doc.sents if (text := sent.text.strip())] == ["Plans are clear."]
    assert [span.text for span in doc.spans[SPANS]] == ["", "Plans are clear.", ""]


def test_a_span_is_labelled_with_its_finding(nlp):
    doc = nlp(TEXT)
    assert findings(doc) == [span.label_ for span in doc.spans[SPANS]] == FINDINGS_OF_TEXT


def test_labels_are_found_by_the_bounds_of_a_span(nlp):
    doc = nlp(TEXT)
    second = doc.spans[SPANS][1]
    by_hand = doc[second.start : second.end]
    assert by_hand._.finding == "weakness"
    assert by_hand._.themes == second._.themes == second._.labels.themes
    for foreign in (doc[0:2], doc[second.start : second.end - 1], doc[0 : len(doc)], doc[0:0]):
        assert foreign._.finding is None
        assert foreign._.themes is None
        assert foreign._.labels is None


def test_a_doc_of_another_pipeline_has_no_findings():
    doc = spacy.blank("en")(TEXT)
    assert doc[0:2]._.finding is None
    assert doc._.ofsted_labels is None


# ------------------------------------------------------------------- there and back


def test_bytes(nlp):
    doc = nlp(TEXT)
    copy = Doc(spacy.blank("en").vocab).from_bytes(doc.to_bytes())
    assert same(doc, copy)
    assert findings(copy) == FINDINGS_OF_TEXT
    assert isinstance(copy._.ofsted_units[0].role, Role)


def test_disk(nlp, tmp_path):
    doc = nlp(TEXT)
    doc.to_disk(tmp_path / "doc")
    assert same(doc, Doc(nlp.vocab).from_disk(tmp_path / "doc"))


def test_doc_bin(nlp):
    docs = [nlp(TEXT), nlp("Plans are clear.")]
    stored = DocBin(docs=docs, store_user_data=True).to_bytes()
    copies = list(DocBin().from_bytes(stored).get_docs(spacy.blank("en").vocab))
    assert all(same(doc, copy) for doc, copy in zip(docs, copies, strict=True))


def test_a_doc_bin_without_user_data_keeps_the_findings(nlp):
    stored = DocBin(docs=[nlp(TEXT)]).to_bytes()
    (copy,) = DocBin().from_bytes(stored).get_docs(spacy.blank("en").vocab)
    assert findings(copy) == FINDINGS_OF_TEXT
    assert copy.spans[SPANS][0]._.themes is None  # not said, rather than said to be none


@pytest.mark.skipif(
    "ofsted_extract" not in {found.name for found in entry_points(group="srsly_msgpack_decoders")},
    reason="the package was installed before it had this entry point: install it again",
)
def test_a_stored_doc_is_read_without_importing_us_first(nlp, tmp_path):
    path = tmp_path / "letters.spacy"
    DocBin(docs=[nlp(TEXT)], store_user_data=True).to_disk(path)
    program = (
        "import spacy; from spacy.tokens import DocBin; "
        f"(doc,) = DocBin().from_disk({str(path)!r}).get_docs(spacy.blank('en').vocab); "
        "label = doc.user_data['ofsted_labels'][0]; "
        "assert type(label).__name__ == 'UnitLabels', type(label); print(label.finding)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert run.stdout.split() == ["mixed"]


def test_several_processes(nlp):
    texts = [TEXT, "Plans are clear.", "", TEXT]
    alone = [labels_of(doc) for doc in nlp.pipe(texts)]
    together = [labels_of(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=1)]
    assert together == alone


def test_pickle(nlp):
    copy = pickle.loads(pickle.dumps(nlp))
    doc = nlp(TEXT)
    assert labels_of(copy(TEXT)) == labels_of(doc)
    assert same(doc, pickle.loads(pickle.dumps(doc)))


def test_a_pipeline_survives_disk(nlp, tmp_path):
    nlp.to_disk(tmp_path / "model")
    assert labels_of(spacy.load(tmp_path / "model")(TEXT)) == labels_of(nlp(TEXT))


# ------------------------------------------------------------------- what a pipeline says of itself


def test_analyze_pipes_sees_every_component(nlp):
    analysis = nlp.analyze_pipes()
    assert list(analysis["summary"]) == nlp.pipe_names
    assert all(entry["assigns"] for entry in analysis["summary"].values())
    assert not any(analysis["problems"].values())


def test_analyze_pipes_finds_what_is_missing():
    nlp = spacy.blank("en")
    nlp.add_pipe("ofsted_sentences")
    nlp.add_pipe("ofsted_finding")
    assert nlp.analyze_pipes()["problems"]["ofsted_finding"] == ["doc._.ofsted_vectors"]


def test_the_labels_are_in_the_meta_data(nlp):
    labels = nlp.meta["labels"]
    assert labels["ofsted_combine"] == list(FINDINGS)
    if "ofsted_theme" in nlp.pipe_names:
        assert labels["ofsted_theme"] == list(theme_ids())
        assert labels["ofsted_progress"] == list(PROGRESS)


def test_evaluate_is_right_where_all_is_as_predicted(nlp):
    gold = nlp(TEXT)
    figures = nlp.evaluate([Example(nlp.make_doc(TEXT), gold)])
    assert (
        figures["findings_macro_f"] == figures["themes_micro_f"] == figures["progress_macro_f"] == 1
    )
    assert set(figures["findings_per_type"]) == {"strength", "weakness", "recommendation"}


def test_evaluate_counts_what_is_wrong(nlp):
    gold = nlp(TEXT)
    labels = list(labels_of(gold))
    labels[1] = labels[0]  # a weakness that was predicted is mixed
    set_labels(gold, tuple(labels))
    figures = nlp.evaluate([Example(nlp.make_doc(TEXT), gold)])
    strength = figures["findings_per_type"]["strength"]
    assert (strength["p"], strength["r"]) == (1, pytest.approx(2 / 3))
    assert figures["findings_per_type"]["weakness"]["f"] == 1
    assert figures["themes_micro_f"] < 1


def test_evaluate_with_findings_alone(nlp):
    gold = nlp(TEXT)
    del gold.user_data[LABELS]
    figures = nlp.evaluate([Example(nlp.make_doc(TEXT), gold)])
    assert figures["findings_macro_f"] == 1
    assert figures["themes_micro_f"] is None and figures["progress_macro_f"] is None


def test_evaluate_without_any_gold(nlp):
    blank = spacy.blank("en")
    figures = nlp.evaluate([Example(nlp.make_doc(TEXT), blank(TEXT))])
    assert figures["findings_macro_f"] is None


# ------------------------------------------------------------------- parts of a pipeline


@pytest.mark.skipif(not HAS_MODEL, reason="no model is here")
@pytest.mark.parametrize("names", [
    ["ofsted_encoder"], ["ofsted_finding"], ["ofsted_theme"], ["ofsted_progress"],
    ["ofsted_rules"], ["ofsted_clauses"],
    ["ofsted_encoder", "ofsted_finding", "ofsted_theme", "ofsted_progress", "ofsted_clauses"],
], ids="+".join)  # fmt: skip
def test_what_is_disabled_is_left_to_the_others(names):
    model = ofsted_extract.load("default")
    with model.select_pipes(disable=names):
        doc = model(TEXT)
    assert len(labels_of(doc)) == len(FINDINGS_OF_TEXT)
    assert findings(doc)[1] == "weakness"
    by_rule = {"ofsted_encoder", "ofsted_finding"} & set(names)
    assert doc.spans[SPANS][1]._.method == ("rule" if by_rule else "model")
    if len(names) > 1:
        rules = ofsted_extract.load("rules")(TEXT)
        assert labels_of(doc) == labels_of(rules)


def test_without_the_last_component_nothing_is_said(nlp):
    with nlp.select_pipes(disable=["ofsted_combine"]):
        doc = nlp(TEXT)
    assert findings(doc) == [None] * len(FINDINGS_OF_TEXT)


def test_without_sentences_the_message_names_the_component(nlp):
    with (
        nlp.select_pipes(disable=["ofsted_sentences"]),
        pytest.raises(ValueError, match="ofsted_sentences"),
    ):
        nlp(TEXT)


# ------------------------------------------------------------------- a theme that was added


@pytest.fixture
def added_theme(monkeypatch):
    """A theme with cues of its own that no model has seen."""
    themes = load_toml("themes.toml")
    row = {"id": "stargazing", "code": "XX", "name": "Stargazing", "covers": "Nights outdoors"}
    row = {key: row.get(key, value) for key, value in themes["theme"][0].items()}
    monkeypatch.setitem(themes, "theme", [*themes["theme"], row])
    monkeypatch.setitem(
        load_toml("theme_cues.toml")["themes"], "stargazing",
        {"carry": 0.5, "carry_pronoun": 0.7, "certain": ["telescope clubs"]},
    )  # fmt: skip
    caches = (all_themes, theme_ids, cues.phrases)
    for cached in caches:
        cached.cache_clear()
    yield "stargazing"
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


MODELS = ["rules", *(["default"] if HAS_MODEL else [])]


@pytest.mark.parametrize("model", MODELS)
def test_an_added_theme_is_decided_by_rules_and_changes_nothing_else(added_theme, model):
    doc = ofsted_extract.load(model)("Telescope clubs are well run. Reviews of plans are too late.")
    first, second = labels_of(doc)
    assert added_theme in first.themes
    assert added_theme not in second.themes
    assert "planning" in second.themes


@pytest.mark.parametrize("model", MODELS)
def test_an_added_theme_without_cues_is_never_given(added_theme, model, monkeypatch):
    monkeypatch.delitem(load_toml("theme_cues.toml")["themes"], added_theme)
    cues.phrases.cache_clear()
    doc = ofsted_extract.load(model)("Telescope clubs are well run. Reviews of plans are too late.")
    assert all(added_theme not in label.themes for label in labels_of(doc))
    assert "planning" in labels_of(doc)[1].themes


# ------------------------------------------------------------------- memory


def test_memory_zone(nlp):
    before = len(nlp.vocab.strings)
    with nlp.memory_zone():
        found = findings(nlp("Zyxwvut plans are too often late."))
    assert found == ["weakness"]
    assert len(nlp.vocab.strings) == before
    assert findings(nlp(TEXT)) == FINDINGS_OF_TEXT


def letter_of(number: int) -> StructuredLetter:
    words = " ".join(f"qx{number}z{word}k" for word in range(150))
    units = (unit(1, f"Reviews of {words} are late."), unit(2, TEXT.split("\n")[0]))
    source = Source(f"{number}.txt", f"{number:064x}", "text", "text")
    return StructuredLetter(RawLetter(source, ()), units)


def test_memory_over_300_letters_of_new_words_stays_flat():
    model = ofsted_extract.load("rules")
    facts = Facts(document_kind="other")
    classify_letter(model, letter_of(0), facts)
    classify_letter(model, letter_of(0), facts)  # now its words are known to recur
    strings, lexemes = len(model.vocab.strings), len(list(model.vocab))
    labels = [classify_letter(model, letter_of(number), facts) for number in range(1, 301)]
    assert {label[1].finding for label in labels} == {"mixed"}
    # the second sentence and the words of the first that all letters have may be kept
    assert len(model.vocab.strings) - strings < 50
    assert len(list(model.vocab)) - lexemes < 50


# ------------------------------------------------------------------- finding the model


def test_rules_are_a_model_without_a_folder():
    assert ofsted_extract.load("rules").meta["name"] == "rules"


@pytest.mark.skipif(not HAS_MODEL, reason="no model is here")
def test_the_model_is_found_by_the_packages_name():
    assert ofsted_extract.model_path("default") == models_folder() / "ofsted_findings"
    assert spacy.load("ofsted_extract").meta["name"] == "ofsted_findings"
    assert (
        ofsted_extract.load("default", exclude=["ofsted_clauses"]).pipe_names[-1]
        == "ofsted_combine"
    )


def test_a_model_that_is_not_there():
    with pytest.raises(FileNotFoundError, match="no model in"):
        ofsted_extract.load(str(Path("no") / "such"))
