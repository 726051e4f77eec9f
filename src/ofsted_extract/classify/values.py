"""The values that travel in a Doc's user data, as msgpack, which is what spaCy stores it in.

spaCy asks ``srsly`` for encoders and decoders by name; they are registered here, and as entry
points for a program that reads a stored Doc without importing this package first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import srsly

from ofsted_extract.classify.model.scores import Scores
from ofsted_extract.classify.rules.labels import RuleLabels
from ofsted_extract.letter import Role, Unit, UnitKind, UnitLabels

#: Key of a stored value that names its class.
_CLASS = "__ofsted_extract__"
_CLASSES: dict[str, type[Any]] = {
    cls.__name__: cls for cls in (Unit, UnitLabels, RuleLabels, Scores)
}
_ENUMS: dict[str, type[Any]] = {"kind": UnitKind, "role": Role}


def encode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """Return one of our values as a dictionary; anything else goes on along the ``chain``."""
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        return value if chain is None else chain(value)
    return {_CLASS: name, **{field.name: getattr(value, field.name) for field in fields(value)}}


def decode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """Return what ``encode`` was given; anything else goes on along the ``chain``."""
    name = value.get(_CLASS) if isinstance(value, dict) else None
    if name not in _CLASSES:
        return value if chain is None else chain(value)
    given = {key: _frozen(part) for key, part in value.items() if key != _CLASS}
    if name == Unit.__name__:
        given |= {key: enum(given[key]) for key, enum in _ENUMS.items()}
    return _CLASSES[name](**given)


def _frozen(value: Any) -> Any:
    """Return lists as the tuples that they were: msgpack knows but one of the two."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


srsly.msgpack_encoders("ofsted_extract", func=encode)
srsly.msgpack_decoders("ofsted_extract", func=decode)
