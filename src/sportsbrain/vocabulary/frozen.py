"""Frozen dataclasses to canonical JSON and back, for every problem of the brain."""

import hashlib
import json
import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: Any) -> str:
    """Return a dataclass as canonical JSON: keys in order, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_fields_of)


def _fields_of(value: Any) -> dict[str, Any]:
    """Return the fields of a nested dataclass: the encoder asks for what it does not know."""
    if not is_dataclass(value):
        message = f"{type(value).__name__} has no JSON"
        raise TypeError(message)
    return {name: getattr(value, name) for name in _names(type(value))}  # type: ignore[arg-type]  # classes are hashable


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON."""
    return hashlib.sha256(to_json(value).encode()).hexdigest()


def from_json(kind: type[T], text: str) -> T:
    """
    Return the dataclass of its JSON.

    Raises
    ------
    ValueError
        When a field is unknown or missing.

    """
    return _dataclass_of(kind, json.loads(text))


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _dataclass_of(kind: type[T], raw: dict[str, Any]) -> T:
    hints = _hints(kind)  # type: ignore[arg-type]  # classes are hashable
    unknown = set(raw) - {f.name for f in fields(kind)}  # type: ignore[arg-type]  # checked by callers
    if unknown:
        message = f"{kind.__name__} has no field {', '.join(sorted(unknown))}"
        raise ValueError(message)
    try:
        return kind(**{key: _value_of(hints[key], value) for key, value in raw.items()})
    except TypeError as error:
        message = f"{kind.__name__}: {error}"
        raise ValueError(message) from error


def _value_of(hint: Any, raw: Any) -> Any:
    if raw is None:
        return None
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _value_of(next(p for p in parts if p is not type(None)), raw)
    if origin is tuple:
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_value_of(parts[0], item) for item in raw)
        return tuple(_value_of(part, item) for part, item in zip(parts, raw, strict=True))
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass_of(hint, raw)
    return hint(raw) if hint in {int, float, str} else raw
