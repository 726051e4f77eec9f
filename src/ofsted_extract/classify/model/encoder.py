"""``ofsted_encoder``: one vector per unit, from a small transformer run by onnxruntime.

The network is a few layers of all-MiniLM-L6-v2 (Apache-2.0) with the vocabulary of inspection
reports, phrases included, taught by larger networks and stored with 8-bit weights. It reads every
unit alone: the hidden state of the unit's mark and the mean over its pieces become its own vector.
Then one layer joins that with the vectors of the units around it and of the heading above.
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
from ofsted_extract.classify.model.pieces import neighbours, unit_pieces
from ofsted_extract.classify.model.storage import Arrays, Storable, pack_arrays, unpack_arrays
from ofsted_extract.kinds import FAMILIES, OTHER, document_kind
from ofsted_extract.letter import NO_FINDING_ROLES, UnitKind

#: Key of ``doc.user_data``: array (units, size of a vector).
VECTORS = "ofsted_vectors"

_GRAPH, _PIECES, _LAYERS = "encoder.onnx", "pieces.json", "context.npz"
#: Most pieces that go through the network at once; more do not stay in a processor's cache.
_AT_ONCE = 512

Array = npt.NDArray[np.float32]


class OfstedEncoder(Storable):
    """Writes ``doc.user_data["ofsted_vectors"]``.

    Parameters
    ----------
    threads
        threads of onnxruntime; one, because letters are read in parallel by processes

    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._files: dict[str, bytes] = {}
        self._session: Any = None
        self._pieces: Any = None
        self._layers: Arrays = {}

    def __call__(self, doc: Doc) -> Doc:
        units = units_of(doc)
        # boilerplate gets no finding whatever it says: one unit in nine need not be read
        read = [index for index, unit in enumerate(units) if unit.role not in NO_FINDING_ROLES]
        vectors = self.encode(
            [units[index].text for index in read],
            [units[index].kind is UnitKind.HEADING for index in read],
            document_kind(doc.user_data.get(KIND, OTHER)).family,
        )
        doc.user_data[VECTORS] = np.zeros((len(units), vectors.shape[1]), np.float32)
        doc.user_data[VECTORS][read] = vectors
        return doc

    def encode(
        self, texts: Sequence[str], headings: Sequence[bool], kind: str, *, alone: bool = False
    ) -> Array:
        """Return one vector per text, array (texts, size).

        Parameters
        ----------
        texts
            the units of a letter in reading order
        headings
            which of them are headings
        kind
            the family of forms that the letter belongs to, one of ``kinds.FAMILIES``
        alone
            read every text beside nothing, as if it were the only one

        """
        if self._session is None:
            self._load()
        layers = self._layers
        if not texts:
            return np.zeros((0, len(layers["context_b"])), np.float32)
        pooled = self._pooled(unit_pieces(self._pieces, texts, headings))
        own = np.maximum(pooled @ layers["unit_w"] + layers["unit_b"], 0)
        total = own @ layers["context_w"][: own.shape[1]]
        total += layers["context_b"] + layers["kind"][FAMILIES.index(kind)]
        if not alone:
            # the row behind the last is what -1 finds: nothing
            rows = np.concatenate([own, np.zeros((1, own.shape[1]), np.float32)])
            around = rows[neighbours(headings)].reshape(len(own), -1)
            total += around @ layers["context_w"][own.shape[1] :]
        return np.asarray(np.maximum(total, 0), np.float32)

    def _pooled(self, pieces: Sequence[Sequence[int]]) -> Array:
        """Return mark and mean of every unit, array (units, 2 * hidden size).

        Units of one length go through the network together: that needs neither padding nor mask.
        """
        by_length: dict[int, list[int]] = {}
        for number, unit in enumerate(pieces):
            by_length.setdefault(len(unit), []).append(number)
        pooled: Array | None = None
        for length in sorted(by_length):
            numbers = by_length[length]
            step = max(1, _AT_ONCE // length)
            for first in range(0, len(numbers), step):
                part = numbers[first : first + step]
                given = np.array([pieces[number] for number in part], np.int32)
                (found,) = self._session.run(None, {"pieces": given})
                if pooled is None:
                    pooled = np.empty((len(pieces), found.shape[1]), np.float32)
                pooled[part] = found
        assert pooled is not None
        return pooled

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
        self._layers = unpack_arrays(files[_LAYERS])
        self._session = self._pieces = None

    def set_network(self, graph: bytes, pieces: bytes, layers: Arrays) -> None:
        """Take over a trained network.

        Parameters
        ----------
        graph
            ONNX graph: ``pieces`` (units, length) to ``pooled`` (units, 2 * hidden size)
        pieces
            a ``tokenizers`` JSON file
        layers
            ``unit_w`` (2 * hidden size, hidden size) and ``unit_b``; ``context_w`` (5 * hidden
            size, size of a vector) and ``context_b``, for a unit and its ``NEIGHBOURS``; ``kind``
            (families, size of a vector)

        """
        self.restore({_GRAPH: graph, _PIECES: pieces, _LAYERS: pack_arrays(layers)})


@Language.factory("ofsted_encoder", default_config={"threads": 1}, requires=["doc.spans"])
def make_encoder(nlp: Language, name: str, threads: int) -> OfstedEncoder:
    """Return an encoder without weights; ``from_disk`` or ``set_network`` gives it some."""
    return OfstedEncoder(threads)
