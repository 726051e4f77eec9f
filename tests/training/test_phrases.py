from __future__ import annotations

import json

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from ofsted_extract.training.phrases import with_phrases

WORDS = [
    "[UNK]",
    "children",
    "in",
    "care",
    "plans",
    "are",
    "clear",
    "for",
    "'",
    "s",
    "social",
    "work",
    "##ers",
    "##er",
    ".",
    ",",
    "late",
]


def pieces_json() -> str:
    tokenizer = Tokenizer(
        models.WordPiece({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer.to_str()


OFTEN = ["Plans are clear for children in care.", "Children's social workers are late."] * 200


def test_what_is_often_said_is_one_piece_and_means_its_parts():
    found, parts = with_phrases(pieces_json(), OFTEN)
    tokenizer = Tokenizer.from_str(found)
    pieces = tokenizer.encode(
        "Plans are clear for children in care, late", add_special_tokens=False
    )
    assert len(pieces.ids) < 5
    old = Tokenizer.from_str(pieces_json())
    spelt = [old.id_to_token(part) for number in pieces.ids for part in parts[number]]
    assert spelt == ["plans", "are", "clear", "for", "children", "in", "care", ",", "late"]


def test_no_phrase_is_as_long_as_a_sentence():
    found, _ = with_phrases(pieces_json(), OFTEN)
    added = [token["content"] for token in json.loads(found)["added_tokens"]]
    assert max(len(phrase.split()) for phrase in added) <= 4


def test_a_phrase_is_found_in_whole_words_only():
    found, _ = with_phrases(pieces_json(), OFTEN)
    tokenizer = Tokenizer.from_str(found)
    assert "children" not in " ".join(tokenizer.encode("grandchildren in careless").tokens)


def test_what_is_seldom_said_stays_apart():
    found, parts = with_phrases(pieces_json(), OFTEN[:20])
    assert len(parts) == len(WORDS)
    assert json.loads(found)["model"] == json.loads(pieces_json())["model"]
