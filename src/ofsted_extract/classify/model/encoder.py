"""``ofsted_encoder``: one vector per unit, from a small transformer run by onnxruntime.

The network is all-MiniLM-L6-v2 (Apache-2.0) with the vocabulary cut to what inspection reports
use, fine-tuned on windows of whole letters and stored with 8-bit weights. A unit's vector is the
hidden state of its mark followed by the mean of its word pieces.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import KIND, units_of
from ofsted_extract.classify.model import windows
from ofsted_extract.classify.model.storage import Storable
from ofsted_extract.letter import UnitKind

#: Key of ``doc.user_data``: array (units, 2 * hidden size).
VECTORS = "ofsted_vectors"

_GRAPH, _PIECES = "encoder.onnx", "pieces.json"


class OfstedEncoder(Storable):
    """Writes ``doc.user_data["ofsted_vectors"]``.

    Parameters
    ----------
    length
        word pieces in a window; what the network was trained with
    batch
        windows in one call of the network
    threads
        threads of onnxruntime; one, because letters are read in parallel by processes
    """

    def __init__(self, length: int = 128, batch: int = 16, threads: int = 1) -> None:
        self.length = length
        self.batch = batch
        self.threads = threads
        self._files: dict[str, bytes] = {}
        self._session: Any = None
        self._pieces: Any = None

    def __call__(self, doc: Doc) -> Doc:
        units = units_of(doc)
        doc.user_data[VECTORS] = self.encode(
            [unit.text for unit in units],
            [unit.kind is UnitKind.HEADING for unit in units],
            windows.family(doc.user_data.get(KIND, "other")),
        )
        return doc

    def encode(
        self, texts: Sequence[str], headings: Sequence[bool], family: str
    ) -> npt.NDArray[np.float32]:
        """Return one vector per text, array (texts, 2 * hidden size), texts in reading order."""
        if self._session is None:
            self._load()
        mark = self._pieces.token_to_id
        text_mark, heading_mark = mark(windows.TEXT_MARK), mark(windows.HEADING_MARK)
        encoded = self._pieces.encode_batch(
            [windows.plain(text) for text in texts], add_special_tokens=False
        )
        packed = windows.pack(
            [
                [heading_mark if heading else text_mark, *pieces.ids[: windows.UNIT_PIECES]]
                for heading, pieces in zip(headings, encoded, strict=True)
            ],
            headings,
            (mark(windows.CLS), mark(windows.FAMILY_MARKS[family])),
            mark(windows.SEP),
            self.length,
        )
        vectors = [
            self._vectors(packed[first : first + self.batch])
            for first in range(0, len(packed), self.batch)
        ]
        return np.concatenate(vectors) if vectors else np.zeros((0, 0), np.float32)

    def _vectors(self, batch: list[windows.Window]) -> npt.NDArray[np.float32]:
        pieces, lengths = windows.collate(batch, self._pieces.token_to_id(windows.PAD))
        positions = np.broadcast_to(np.arange(pieces.shape[1], dtype=np.int32), pieces.shape)
        (hidden,) = self._session.run(
            None, {"pieces": pieces, "positions": np.ascontiguousarray(positions), "lengths": lengths}
        )
        width = pieces.shape[1]
        spans = np.array(
            [
                (row * width + begin, row * width + end)
                for row, window in enumerate(batch)
                for _, begin, end in window.targets
            ]
        )
        flat = hidden.reshape(-1, hidden.shape[2])
        # every second sum of reduceat is that of a unit, the others lie between two units
        sums = np.add.reduceat(np.concatenate([flat, np.zeros_like(flat[:1])]), spans.ravel())[::2]
        means = sums / (spans[:, 1] - spans[:, 0])[:, None].astype(np.float32)
        return np.concatenate([flat[spans[:, 0]], means], axis=1)

    def _load(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        # letters are read in parallel by processes; a thread pool in each would only get in the way
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            self._files[_GRAPH], options, providers=["CPUExecutionProvider"]
        )
        self._pieces = Tokenizer.from_buffer(self._files[_PIECES])

    def files(self) -> dict[str, bytes]:
        return dict(self._files)

    def restore(self, files: dict[str, bytes]) -> None:
        self._files = files
        self._session = self._pieces = None

    def set_network(self, graph: bytes, pieces: bytes) -> None:
        """Take over a trained network: an ONNX graph and a ``tokenizers`` JSON file."""
        self.restore({_GRAPH: graph, _PIECES: pieces})


@Language.factory(
    "ofsted_encoder", default_config={"length": 128, "batch": 16, "threads": 1}, requires=["doc.spans"]
)
def make_encoder(
    nlp: Language, name: str, length: int, batch: int, threads: int  # noqa: ARG001
) -> OfstedEncoder:
    """Return an encoder without weights; ``from_disk`` or ``set_network`` gives it some."""
    return OfstedEncoder(length, batch, threads)
