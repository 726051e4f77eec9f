"""The vocabulary of inspection reports, and the encoder's reading of them before any label."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from ofsted_extract.classify.model.wordpieces import CLS, MASK, SEP, normalised
from ofsted_extract.training.network import HIDDEN_SIZE, Encoder, minilm_folder

#: Word pieces kept: marks, single characters, the commonest of English, what the reports use twice.
_COMMON = range(1996, 6000)
_TIMES = 2

LENGTH, WINDOWS = 128, 32


def cut_vocabulary(texts: Sequence[str]) -> tuple[str, list[int]]:
    """Return a tokenizer (JSON) for the word pieces that ``texts`` use, and their old numbers."""
    path = minilm_folder() / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    counts = np.zeros(tokenizer.get_vocab_size(), np.int64)
    for found in tokenizer.encode_batch(
        [normalised(text) for text in texts], add_special_tokens=False
    ):
        np.add.at(counts, found.ids, 1)
    data = json.loads(path.read_text(encoding="utf-8"))
    names = {number: name for name, number in data["model"]["vocab"].items()}
    kept = [
        number
        for number, name in sorted(names.items())
        if counts[number] >= _TIMES
        or number in _COMMON
        or number <= 20  # padding and the first reserved marks
        or name in ("[UNK]", CLS, SEP, MASK)
        or len(name.removeprefix("##")) == 1
    ]
    data["model"]["vocab"] = {names[old]: new for new, old in enumerate(kept)}
    for token in data["added_tokens"]:
        token["id"] = data["model"]["vocab"][token["content"]]
    data |= {"post_processor": None, "truncation": None, "padding": None}
    return json.dumps(data, ensure_ascii=False), kept


class _Guess(nn.Module):
    """Hidden states of hidden pieces to scores over the vocabulary (weights tied to the words)."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.dense = nn.Linear(HIDDEN_SIZE, HIDDEN_SIZE)
        self.norm = nn.LayerNorm(HIDDEN_SIZE)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, hidden: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        return functional.linear(self.norm(functional.gelu(self.dense(hidden))), words, self.bias)


def pretrain(
    encoder: Encoder,
    texts: Sequence[str],
    pieces: Tokenizer,
    epochs: float,
    seed: int,
    report: Callable[[str], None] = print,
) -> Encoder:
    """Return the encoder after guessing hidden words of ``texts`` (letters, one string each).

    One word piece in five is to be guessed; of those 80% are hidden and 10% replaced.
    """
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    vocabulary = pieces.get_vocab_size()
    number = {name: pieces.token_to_id(name) or 0 for name in (CLS, SEP, MASK)}
    found = pieces.encode_batch([normalised(text) for text in texts], add_special_tokens=False)
    stream = np.concatenate([np.array([*part.ids, number[SEP]], np.int64) for part in found])
    guess = _Guess(vocabulary)
    groups = [
        {"params": encoder.parameters(), "lr": 3e-4},
        {"params": guess.parameters(), "lr": 1e-3},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    rows = len(stream) // (LENGTH - 1)
    steps = int(epochs * rows / WINDOWS)
    lengths = torch.full((WINDOWS,), LENGTH)
    step = 0
    while step < steps:
        offset = int(random.integers(0, LENGTH - 1))
        order = random.permutation((len(stream) - offset) // (LENGTH - 1))
        for first in range(0, len(order) - WINDOWS + 1, WINDOWS):
            if step >= steps:
                break
            for group, rate in zip(optimiser.param_groups, (3e-4, 1e-3), strict=True):
                group["lr"] = rate * min(1, (step + 1) / 60) * max(0.02, 1 - step / steps)
            places = offset + order[first : first + WINDOWS, None] * (LENGTH - 1)
            goal = stream[places + np.arange(LENGTH - 1)]
            goal = np.concatenate([np.full((WINDOWS, 1), number[CLS]), goal], axis=1)
            chosen = (random.random(goal.shape) < 0.2) & (goal > number[MASK])
            fate = random.random(goal.shape)
            given = np.where(chosen & (fate < 0.8), number[MASK], goal)
            swapped = chosen & (fate > 0.9)
            given[swapped] = random.integers(number[MASK] + 1, vocabulary, swapped.sum())
            hidden_places = torch.from_numpy(chosen)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                hidden = encoder(torch.from_numpy(given), lengths)
                scores = guess(hidden[hidden_places], encoder.word.weight)
            loss = functional.cross_entropy(scores.float(), torch.from_numpy(goal)[hidden_places])
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            step += 1
            if step % 100 == 0:
                report(f"reading step {step} of {steps}: loss {loss.item():.2f}")
    return encoder
