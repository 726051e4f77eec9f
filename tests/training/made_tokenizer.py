"""A small word-piece tokenizer, as those that training makes."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers


def made_tokenizer(vocabulary: Sequence[str]) -> Tokenizer:
    """Return a tokenizer whose pieces are numbered as they stand in ``vocabulary``."""
    numbers = {word: number for number, word in enumerate(vocabulary)}
    found = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    found.normalizer = normalizers.BertNormalizer()
    found.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return found
