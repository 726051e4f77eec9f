"""``ofsted_encoder``: one vector per unit, from a small transformer run by onnxruntime.

The network is a few layers of all-MiniLM-L6-v2 (Apache-2.0) with the vocabulary of inspection
reports, phrases included, taught by larger networks and stored with 8-bit weights. It reads every
unit alone: the hidden state of the unit's mark and the mean over its pieces become its own vector.
Then one layer joins that with the vectors of the units around it and of the heading above.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import KIND, VECTORS, units_of
from ofsted_extract.classify.model.storage import (
    Arrays,
    Parts,
    StoredComponent,
    pack_arrays,
    unpack_arrays,
)
from ofsted_extract.classify.model.wordpieces import NEIGHBOURS, neighbours, wordpiece_ids
from ofsted_extract.classify.models import ModelError
from ofsted_extract.kinds import FAMILIES, OTHER, document_kind
from ofsted_extract.letter import NO_FINDING_ROLES, UnitKind

_GRAPH, _TOKENIZER, _LAYERS = "encoder.onnx", "tokenizer.json", "context.npz"
#: Most wordpieces that go through the network at once; more do not stay in a processor's cache.
_AT_ONCE = 512
#: A family of forms that the model does not know is read as this one.
_UNKNOWN = "unknown"

Array = npt.NDArray[np.float32]


class OfstedEncoder(StoredComponent):
    """Writes ``doc.user_data["ofsted_vectors"]``.

    Parameters
    ----------
    threads
        threads of onnxruntime; one, because letters are read in parallel by processes

    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self.families: tuple[str, ...] = FAMILIES
        self._graph = b""
        self._tokenizer_json = b""
        self._layers: Arrays = {}
        self._session: Any = None
        self._tokenizer: Any = None

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
        layers = self._layers
        if self._session is not None and not texts:
            return np.zeros((0, len(layers["context_b"])), np.float32)
        pooled = self.pooled(texts, headings)
        own = np.maximum(pooled @ layers["unit_w"] + layers["unit_b"], 0)
        total = own @ layers["context_w"][: own.shape[1]]
        total += layers["context_b"] + layers["kind"][self._family(kind)]
        if not alone:
            # the row after the last is what -1 finds: nothing
            rows = np.concatenate([own, np.zeros((1, own.shape[1]), np.float32)])
            around = rows[neighbours(headings)].reshape(len(own), -1)
            total += around @ layers["context_w"][own.shape[1] :]
        return np.asarray(np.maximum(total, 0), np.float32)

    def _family(self, kind: str) -> int:
        return self.families.index(kind if kind in self.families else _UNKNOWN)

    def pooled(self, texts: Sequence[str], headings: Sequence[bool]) -> Array:
        """Return the hidden state of its mark and the mean of all for every text, each read alone.

        Array (texts, 2 * hidden size): what the layers above the transformer are fitted to.
        """
        if self._session is None:
            raise ModelError("the encoder has no weights: load a trained pipeline")
        return self._pooled(wordpiece_ids(self._tokenizer, texts, headings))

    @property
    def tokenizer(self) -> Any:
        """The ``tokenizers.Tokenizer`` of its word pieces."""
        return self._tokenizer

    @property
    def layers(self) -> Arrays:
        """The arrays of ``set_network``'s ``layers``."""
        return dict(self._layers)

    def set_layers(self, layers: Arrays) -> None:
        """Take over other layers above the same transformer; see ``set_network``."""
        self.set_network(self._graph, self._tokenizer_json, layers, self.families)

    def _pooled(self, ids: Sequence[Sequence[int]]) -> Array:
        """Return mark and mean of every unit, array (units, 2 * hidden size).

        Units of one length go through the network together: that needs neither padding nor mask.
        """
        by_length: dict[int, list[int]] = {}
        for number, unit in enumerate(ids):
            by_length.setdefault(len(unit), []).append(number)
        (given,) = self._session.get_inputs()
        pooled: Array | None = None
        for length in sorted(by_length):
            numbers = by_length[length]
            step = max(1, _AT_ONCE // length)
            for first in range(0, len(numbers), step):
                part = numbers[first : first + step]
                batch = np.array([ids[number] for number in part], np.int32)
                (found,) = self._session.run(None, {given.name: batch})
                if pooled is None:
                    pooled = np.empty((len(ids), found.shape[1]), np.float32)
                pooled[part] = found
        assert pooled is not None
        return pooled

    def loaded(self) -> None:
        self._check()
        self._open()

    def _check(self) -> None:
        layers = self._layers
        names = {"unit_w", "unit_b", "context_w", "context_b", "kind"}
        if names - set(layers):
            raise ModelError(f"the encoder's {_LAYERS} lacks {min(names - set(layers))!r}")
        if len(layers["kind"]) != len(self.families) or _UNKNOWN not in self.families:
            raise ModelError(
                f"the encoder has vectors for {len(layers['kind'])} families of forms, and these "
                f"names: {', '.join(self.families)}; its files are not of one model"
            )
        unit, inputs = layers["unit_w"].shape[1], len(layers["context_w"])
        if inputs != (1 + len(NEIGHBOURS)) * unit:
            raise ModelError(
                f"the encoder reads a unit beside {inputs // unit - 1} others, this program gives "
                f"it {len(NEIGHBOURS)}: train it anew"
            )

    def _open(self) -> None:
        """Start onnxruntime: what ``from_disk`` and unpickling end with."""
        import onnxruntime  # noqa: PLC0415 - half of what loading the program would cost
        from tokenizers import Tokenizer  # noqa: PLC0415

        # letters are read in parallel by processes; a thread pool in each would only get in the way
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                self._graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own errors have no common class
            raise ModelError(f"the encoder's {_GRAPH} cannot be run: {error}") from error
        try:
            self._tokenizer = Tokenizer.from_buffer(self._tokenizer_json)
        except ValueError as error:
            raise ModelError(f"the encoder's {_TOKENIZER} cannot be read: {error}") from error

    def __getstate__(self) -> dict[str, Any]:
        # a session cannot be pickled, and what it is made from is here
        return self.__dict__ | {"_session": None, "_tokenizer": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._graph:
            self._open()

    def parts(self) -> Parts:
        return {
            "cfg": (
                lambda: json.dumps({"families": self.families}, indent=1).encode(),
                lambda data: setattr(self, "families", tuple(json.loads(data)["families"])),
            ),
            _GRAPH: (lambda: self._graph, lambda data: setattr(self, "_graph", data)),
            _TOKENIZER: (
                lambda: self._tokenizer_json,
                lambda data: setattr(self, "_tokenizer_json", data),
            ),
            _LAYERS: (
                lambda: pack_arrays(self._layers),
                lambda data: setattr(self, "_layers", unpack_arrays(data)),
            ),
        }

    def set_network(
        self,
        graph: bytes,
        tokenizer: bytes,
        layers: Arrays,
        families: tuple[str, ...] = FAMILIES,
    ) -> None:
        """Take over a trained network.

        Parameters
        ----------
        graph
            ONNX graph: wordpiece ids (units, length) to ``pooled`` (units, 2 * hidden size)
        tokenizer
            a ``tokenizers`` JSON file
        layers
            ``unit_w`` (2 * hidden size, hidden size) and ``unit_b``; ``context_w`` (5 * hidden
            size, size of a vector) and ``context_b``, for a unit and its ``NEIGHBOURS``; ``kind``
            (families, size of a vector)
        families
            the names of the rows of ``kind``

        Raises
        ------
        ModelError
            if they do not fit together, or onnxruntime cannot run the graph.

        """
        self._graph, self._tokenizer_json, self._layers = graph, tokenizer, layers
        self.families = tuple(families)
        self.loaded()


@Language.factory(
    "ofsted_encoder",
    default_config={"threads": 1},
    requires=["doc.spans"],
    assigns=["doc._.ofsted_vectors"],
)
def make_encoder(nlp: Language, name: str, threads: int) -> OfstedEncoder:
    """Return an encoder without weights; ``from_disk`` or ``set_network`` gives it some."""
    return OfstedEncoder(threads)
