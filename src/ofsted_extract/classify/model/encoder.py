"""``ofsted_encoder``: one vector per unit, from a small transformer run by onnxruntime.

The network is all-MiniLM-L6-v2 (Apache-2.0) with the vocabulary cut to what inspection reports
use, fine-tuned on windows of whole letters and stored with 8-bit weights. The hidden state of a
unit's mark and the mean over its word pieces go through one layer of rectified units: its vector.
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
from ofsted_extract.classify.model.storage import Arrays, Storable, pack_arrays, unpack_arrays
from ofsted_extract.letter import NO_FINDING_ROLES, UnitKind

#: Key of ``doc.user_data``: array (units, size of a vector).
VECTORS = "ofsted_vectors"

_GRAPH, _PIECES, _LAYER = "encoder.onnx", "pieces.json", "unit.npz"


class OfstedEncoder(Storable):
    """Writes ``doc.user_data["ofsted_vectors"]``.

    Parameters
    ----------
    length
        word pieces in a window; what the network was trained with
    threads
        threads of onnxruntime; one, because letters are read in parallel by processes

    """

    def __init__(self, length: int = 128, threads: int = 1) -> None:
        self.length = length
        self.threads = threads
        self._files: dict[str, bytes] = {}
        self._session: Any = None
        self._pieces: Any = None
        self._layer: Arrays = {}

    def __call__(self, doc: Doc) -> Doc:
        units = units_of(doc)
        # boilerplate gets no finding whatever it says: one unit in ten need not be read
        read = [
            index
            for index, unit in enumerate(units)
            if unit.kind is UnitKind.HEADING or unit.role not in NO_FINDING_ROLES
        ]
        vectors = self.encode(
            [units[index].text for index in read],
            [units[index].kind is UnitKind.HEADING for index in read],
            windows.family(doc.user_data.get(KIND, "other")),
        )
        doc.user_data[VECTORS] = np.zeros((len(units), vectors.shape[1]), np.float32)
        doc.user_data[VECTORS][read] = vectors
        return doc

    def encode(
        self, texts: Sequence[str], headings: Sequence[bool], family: str
    ) -> npt.NDArray[np.float32]:
        """Return one vector per text, array (texts, size), texts in reading order."""
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
        states = [self._states(window) for window in packed]
        if not states:
            return np.zeros((0, len(self._layer["b"])), np.float32)
        both = np.concatenate(states) @ self._layer["w"] + self._layer["b"]
        return np.asarray(np.maximum(both, 0), np.float32)

    def _states(self, window: windows.Window) -> npt.NDArray[np.float32]:
        """Return mark and mean of the units of one window, array (units, 2 * hidden size).

        Windows go through the network one by one: that needs neither padding nor a mask, stays in
        the processor's cache (measured: a third faster than sixteen at once), and 8-bit scales
        never depend on what else is in a batch.
        """
        pieces = np.array([window.pieces], np.int32)
        positions = np.arange(pieces.shape[1], dtype=np.int32)[None]
        (hidden,) = self._session.run(None, {"pieces": pieces, "positions": positions})
        flat = hidden[0]
        begins = np.array([begin for _, begin, _ in window.targets])
        ends = np.array([end for _, _, end in window.targets])
        # reduceat sums from each index to the next: every second sum is that of a unit, and the
        # piece after a unit always exists, for it is the separator
        sums = np.add.reduceat(flat, np.stack([begins, ends], axis=1).ravel())[::2]
        return np.concatenate(
            [flat[begins], sums / (ends - begins)[:, None].astype(np.float32)], axis=1
        )

    def _load(self) -> None:
        import onnxruntime  # noqa: PLC0415 - half of what loading the program would cost
        from tokenizers import Tokenizer  # noqa: PLC0415

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
        self._layer = unpack_arrays(files[_LAYER])
        self._session = self._pieces = None

    def set_network(self, graph: bytes, pieces: bytes, layer: Arrays) -> None:
        """Take over a trained network.

        Parameters
        ----------
        graph
            ONNX graph: ``pieces`` and ``positions`` (1, length) to ``hidden`` (1, length, size)
        pieces
            a ``tokenizers`` JSON file
        layer
            ``w`` (2 * hidden size, size of a vector) and ``b``

        """
        self.restore({_GRAPH: graph, _PIECES: pieces, _LAYER: pack_arrays(layer)})


@Language.factory(
    "ofsted_encoder", default_config={"length": 128, "threads": 1}, requires=["doc.spans"]
)
def make_encoder(nlp: Language, name: str, length: int, threads: int) -> OfstedEncoder:
    """Return an encoder without weights; ``from_disk`` or ``set_network`` gives it some."""
    return OfstedEncoder(length, threads)
