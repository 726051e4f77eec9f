"""The rules: what a sentence says by its place and its words, as data and a spaCy component.

The way of the rules, one module each::

    cues        data files            -> phrases and what each one says
    matching    phrases over a Doc    -> hits, sorted onto the sentences
    findings    hits of a sentence    -> strength, weakness, which clause is which
    orders      hits of a sentence    -> is the authority told to do something
    topics      hits of all sentences -> themes, with what heading and neighbour lend
    amounts     hits of a sentence    -> progress, extent, cohorts
    place       the unit              -> whether its place alone decides
    tagger      all of it             -> RuleLabels per sentence
    factory     the spaCy factory ``ofsted_rules``

The separation of a pipe into logic, patterns and factory follows EDS-NLP (Dura et al., Zenodo,
2022); words that change their neighbours as data with a scope follow ConText (Harkema et al.,
J. Biomed. Inform. 42, 2009) as medspaCy has it (Eyre et al., AMIA, 2021). All words live in
``data/*.toml``.
"""

from ofsted_extract.classify.rules.labels import RuleLabels, decide

__all__ = ["RuleLabels", "decide"]
