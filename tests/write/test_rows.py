"""A letter as rows."""

from dataclasses import replace

import pytest
from made_letters import SAMPLE, make_letter

from ofsted_extract.schema import DOCUMENT_TABLES, table
from ofsted_extract.write.rows import Partition, letter_rows


def test_every_row_has_the_columns_of_the_schema_in_order():
    tables = letter_rows(make_letter(SAMPLE))
    assert list(tables) == [each.name for each in DOCUMENT_TABLES]
    for name, rows in tables.items():
        assert rows, name
        for row in rows:
            assert tuple(row) == table(name).column_names


def test_a_sentence_says_where_it_stands_and_what_it_is():
    tables = letter_rows(make_letter(SAMPLE))
    first = tables["sentences"][1]
    document_id = tables["documents"][0]["document_id"]
    assert first["sentence_id"] == f"{document_id}-2"
    assert (first["finding"], first["section"]) == ("strength", "Headline findings")
    assert first["strength_score"] == 0.9124
    assert first["theme_scores"] == [0.9, 0.6667]
    assert tables["recommendations"][0]["sentence_ids"] == [f"{document_id}-5"]
    assert tables["recommendations"][0]["themes"] == ["leadership", "supervision"]
    assert tables["documents"][0]["sentences"] == 5


@pytest.mark.parametrize(
    "slug", ["", "..", "../../etc", "/etc/passwd", "a/b", "A B", "x\0y", "a" * 5000, "é", "-"]
)
@pytest.mark.parametrize("kind", ["focused_visit", "../../x", "a/b", ""])
def test_a_partition_never_leads_out_of_the_dataset(slug: str, kind: str):
    letter = make_letter(SAMPLE)
    letter = replace(letter, facts=replace(letter.facts, authority_slug=slug, document_kind=kind))
    partition = Partition.of(letter)
    for part in (partition.authority_slug, partition.visit):
        assert part and part[0] not in ".-" and len(part) <= 100
        assert set(part) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_visit_is_the_start_else_the_publication_else_undated():
    def visit(text: str) -> str:
        return Partition.of(make_letter(text)).visit

    assert visit(SAMPLE) == "2024-05-14_focused_visit"
    assert visit(SAMPLE.replace("visit: 2024-05-14\n", "")) == "2024-06-20_focused_visit"
    assert visit("kind: other\nText.") == "undated_other"


def test_what_no_table_can_store_is_replaced():
    letter = make_letter("Nul \x00 and surrogate \ud800 stay out.", path="bad\udce9name.txt")
    tables = letter_rows(letter)
    assert tables["sentences"][0]["text"] == "Nul \ufffd and surrogate \ufffd stay out."
    assert tables["documents"][0]["source_path"] == "bad\ufffdname.txt"


def test_an_empty_letter_has_one_document_and_nothing_else():
    tables = letter_rows(make_letter(""))
    assert {name: len(rows) for name, rows in tables.items()} == {
        "documents": 1,
        "judgements": 0,
        "sentences": 0,
        "recommendations": 0,
    }


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("sentences.progress", lambda letter: _with_label(letter, progress="sideways")),
        ("sentences.extent", lambda letter: _with_label(letter, extent="a handful")),
        ("sentences.method", lambda letter: _with_label(letter, method="magic")),
        ("sentences.progress", lambda letter: _with_label(letter, progress="")),
        ("sentences.method", lambda letter: _with_label(letter, method="")),
        ("documents.document_kind", lambda letter: _with_facts(letter, document_kind="poem")),
    ],
)
def test_what_the_schema_does_not_allow_is_told(column: str, change):
    with pytest.raises(ValueError, match=rf"{column} holds"):
        letter_rows(change(make_letter(SAMPLE)))


def test_an_optional_cell_may_be_empty():
    rows = letter_rows(_with_label(make_letter(SAMPLE), extent=""))
    assert rows["sentences"][0]["extent"] == ""


def _with_label(letter, **changed):
    return replace(letter, labels=(replace(letter.labels[0], **changed), *letter.labels[1:]))


def _with_facts(letter, **changed):
    return replace(letter, facts=replace(letter.facts, **changed))
