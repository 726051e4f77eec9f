"""The spaCy factory ``ofsted_rules``."""

from __future__ import annotations

from spacy.language import Language

from ofsted_extract.classify.rules.tagger import OfstedRules


@Language.factory("ofsted_rules", requires=["doc.spans"], assigns=["doc._.ofsted_rules"])
def make_rules(nlp: Language, name: str) -> OfstedRules:
    """Return the component; all its settings are in the data files."""
    return OfstedRules(nlp, name)
