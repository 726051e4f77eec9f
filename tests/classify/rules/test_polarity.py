from __future__ import annotations

import pytest
import spacy
from spacy.language import Language

from ofsted_extract.classify.doc import labels_of
from ofsted_extract.classify.pipeline import load_pipeline
from ofsted_extract.classify.rules.labels import RuleLabels
from ofsted_extract.classify.rules.polarity import compile_form


@pytest.fixture(scope="module")
def rules() -> Language:
    return load_pipeline("rules")


def verdict(rules: Language, text: str) -> RuleLabels:
    (label,) = rules(text).user_data["ofsted_rules"]
    return label


@pytest.mark.parametrize(
    ("text", "finding", "progress"),
    [
        ("There is no backlog of visits to children in Northmarsh.", "strength", "none"),
        ("There are no unallocated cases in the district teams.", "strength", "none"),
        ("Children never wait for a place at the family centre.", "strength", "none"),
        ("Few families wait for therapy.", "strength", "none"),
        ("Inspectors did not find any children in unsafe situations.", "strength", "none"),
        ("Caseloads are low across the service.", "strength", "none"),
        ("Waiting times are not too long.", "strength", "none"),
        ("Exclusions have halved since the spring.", "strength", "improved"),
        ("Vacancies have come down.", "strength", "improved"),
        ("Staff retention has increased.", "strength", "improved"),
        ("Delays have not increased.", "strength", "none"),
        ("Caseloads have grown in the last year.", "weakness", "declined"),
        ("Attainment has fallen at every key stage.", "weakness", "declined"),
        ("Turnover is high among newly qualified workers.", "weakness", "none"),
        ("There is no oversight by senior managers.", "weakness", "none"),
        ("There is an absence of challenge in the panel.", "weakness", "none"),
    ],
)
def test_a_form_that_opens_the_sentence_decides(rules, text, finding, progress):
    found = verdict(rules, text)
    assert found.verdict == finding
    (label,) = labels_of(rules(text))
    assert label.finding == finding
    assert label.progress == progress
    assert label.method == "rule"
    assert label.evidence in text


@pytest.mark.parametrize(
    "text",
    [
        "Managers should ensure that there is no drift.",
        "Caseloads are low, but visits are late.",
        "Plans aim to reduce delay so that no child waits.",
        "There is no doubt that help comes early.",
        "A few children wait for therapy.",
        "Not all children have a plan.",
        "When vacancies are high, managers step in.",
        "Leaders have strengthened the workforce after a rise in vacancies.",
    ],
)
def test_what_is_wished_conditional_or_opposed_decides_nothing(rules, text):
    assert verdict(rules, text).verdict == ""


def test_a_form_knows_gaps_alternatives_and_lists():
    letters = {"no": "A", "harm": "B", "load": "C"}
    form = compile_form("no ~2 harm|load+", letters)
    assert form.search("..A.B")
    assert form.search("AC,B").group() == "AC,B"
    assert not form.search("A...B")
    assert not form.search("A|B")
    with pytest.raises(KeyError):
        compile_form("no luck", letters)


def test_the_rules_need_no_trained_model():
    nlp = spacy.blank("en")
    for name in ("ofsted_sentences", "ofsted_rules", "ofsted_combine"):
        nlp.add_pipe(name)
    (label,) = labels_of(nlp("There is no waiting list."))
    assert label.is_strength
    assert label.strength_score > 0.9 > 0.1 > label.weakness_score
