"""The student in torch, and the same network as the pipeline runs it."""

from __future__ import annotations

import numpy as np
import pytest
from made_tokenizer import made_tokenizer
from tokenizers import Tokenizer

from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.wordpieces import (
    HEADING_MARK,
    MASK,
    PAD,
    TEXT_MARK,
    wordpiece_ids,
)

torch = pytest.importorskip("torch", reason="the network is trained with torch")
pytest.importorskip("onnx", reason="the network is written with onnx")

from ofsted_extract.evaluation.corpus import Passage  # noqa: E402
from ofsted_extract.themes import theme_ids  # noqa: E402
from ofsted_extract.training.assemble import encoder_layers  # noqa: E402
from ofsted_extract.training.export import encoder_graph  # noqa: E402
from ofsted_extract.training.network import (  # noqa: E402
    OUTPUTS,
    PROGRESSES,
    Encoder,
    Student,
    smaller,
    with_vocabulary,
)
from ofsted_extract.training.settings import StudentSettings  # noqa: E402
from ofsted_extract.training.student import UnitBatcher, fit_student, read_with  # noqa: E402

VOCABULARY = [PAD, "[UNK]", MASK, TEXT_MARK, HEADING_MARK]
VOCABULARY += ["plans", "are", "clear", "late", "visits", "children", "in", "care", "often"]
TEXTS = ["Children in care", "Plans are clear", "Visits are late", "Often late"]
HEADINGS = [True, False, False, False]


def tokenizer() -> Tokenizer:
    return made_tokenizer(VOCABULARY)


def passage(repeats: int = 1) -> Passage:
    texts, headings = TEXTS * repeats, HEADINGS * repeats
    count = len(texts)
    soft = np.full((count, OUTPUTS), 0.02, np.float32)
    # "clear" is a strength, "late" a weakness
    soft[:, :5] = [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0]] * repeats
    soft[:, PROGRESSES] = [1, 0, 0, 0]
    return Passage(
        "letter", 1, "letter", texts, wordpiece_ids(tokenizer(), texts, headings),
        np.array(headings), np.full(count, -1), np.zeros((count, len(theme_ids())), np.float32),
        np.zeros(count, np.int64), np.zeros((count, len(theme_ids())), np.float32), np.zeros(count, np.int64),
        np.full(count, ""), soft,
    )  # fmt: skip


def student() -> Student:
    torch.manual_seed(0)
    return Student(Encoder(2, len(VOCABULARY), 64, rectified=True)).eval()


def batcher() -> UnitBatcher:
    return UnitBatcher(tokenizer().token_to_id)


def test_cutting_a_letter_changes_nothing_but_rounding():
    network, letter = student(), passage(6)
    (whole,) = read_with(network, batcher(), [letter])
    chunks = list(batcher().chunks(letter, 10, 4))
    assert len(chunks) > 5
    assert sorted(np.concatenate([chunk.numbers for chunk in chunks])) == list(range(24))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        parts = [network(*batcher().tensors([chunk])).float().numpy() for chunk in chunks]
        together = network(*batcher().tensors(chunks)).float().numpy()
    assert np.allclose(np.concatenate(parts), whole, atol=0.03)
    assert np.allclose(together, whole, atol=0.03)


def test_the_exported_network_says_what_the_trained_one_said():
    network, letter = student(), passage()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    graph = encoder_graph(
        {
            name.removeprefix("enc."): value
            for name, value in weights.items()
            if name.startswith("enc.")
        },
        rectified=True,
    )
    encoder = OfstedEncoder()
    upper = {name.removeprefix("upper."): value for name, value in weights.items()}
    encoder.set_network(graph, tokenizer().to_str().encode(), encoder_layers(upper))
    vectors = encoder.encode(TEXTS, HEADINGS, "letter")
    given = vectors @ upper["out.weight"].T + upper["out.bias"]
    with torch.no_grad():
        groups, *others = batcher().tensors(list(batcher().chunks(letter, 1000)))
        expected = network(groups, *others).numpy()
    assert given.shape == expected.shape == (4, OUTPUTS)
    assert np.abs(given - expected).max() < 0.05
    assert np.corrcoef(given.ravel(), expected.ravel())[0, 1] > 0.995


def test_the_context_counts():
    network, letter = student(), passage()
    alone = letter.select(np.array([2]))
    (whole,), (single,) = (read_with(network, batcher(), [one]) for one in (letter, alone))
    assert np.abs(whole[2] - single[0]).max() > 0.005


def test_a_student_learns_what_it_is_told():
    settings = StudentSettings(
        epochs=40, rate=1e-3, pieces_per_step=60, without_headings=0, alone=0, masked=0
    )
    fitted = fit_student(student(), batcher(), [passage(3)], settings, lambda _: None)
    (scores,) = read_with(fitted, batcher(), [passage()])
    assert scores[:, :5].argmax(axis=1).tolist() == [0, 1, 2, 2]


def test_the_same_seed_gives_the_same_weights():
    settings = StudentSettings(epochs=2, rate=3e-4, pieces_per_step=40, seed=7)
    first, second = (
        fit_student(student(), batcher(), [passage(3)], settings, lambda _: None).state_dict()
        for _ in range(2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_smaller_encoder_with_new_pieces_starts_from_the_old_ones():
    large = Encoder(3, 6, 32)
    small = with_vocabulary(smaller(large, [0, 2], 16), [[0], [1, 2], [5]])
    assert len(small.layers) == 2
    assert small.layers[1].f1.weight.shape == (16, 384)
    assert torch.equal(small.layers[1].qkv.weight, large.layers[2].qkv.weight)
    assert torch.allclose(small.word.weight[1], large.word.weight[1:3].mean(dim=0))
