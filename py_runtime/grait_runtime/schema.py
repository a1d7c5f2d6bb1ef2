"""Puts the contract into a normal form, the same as on the TypeScript side (src/bridge/schema.ts), and hashes it.

    {"object": {field: type}}   every field required, no others accepted
    {"array": type}, {"map": type}, {"enum": [words, sorted]}, {"anyOf": [types, sorted by canonical JSON, flattened]}
    "string", "number", "integer", "count" (an integer >= 0), "boolean", "null", "any"

A schema that this form cannot express (an optional field, a length limit) is an error, so that no difference is missed.
`python -m grait_runtime.schema` prints the hash and every operation.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from typing import Any

import msgspec

from grait_runtime import contract

#: A type in normal form: one of the words above, or a map with one key.
Normal = str | dict[str, Any]

_PLAIN = ("string", "number", "boolean", "null")
#: Keywords that do not affect which values are accepted.
_SILENT = {"title", "description", "$defs", "discriminator"}


def canonical(value: object) -> str:
    """JSON text with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def normalise(schema: dict[str, Any], definitions: dict[str, Any] | None = None) -> Normal:
    """The normal form of a JSON Schema written by msgspec."""
    known = schema.get("$defs", definitions or {})
    told = {key: value for key, value in schema.items() if key not in _SILENT}
    if "$ref" in told:
        return normalise(known[told["$ref"].removeprefix("#/$defs/")], known)
    if "anyOf" in told:
        return any_of([normalise(member, known) for member in told["anyOf"]])
    if "enum" in told:
        return _words(told["enum"])
    if not told:
        return "any"
    match told.pop("type"):
        case "object":
            return _object(told, known)
        case "array":
            items = told.pop("items", {})
            return _finished({"array": normalise(items or {}, known)}, told)
        case "integer":
            minimum = told.pop("minimum", None)
            if minimum not in (None, 0):
                told["minimum"] = minimum
            return _finished("integer" if minimum is None else "count", told)
        case str(plain) if plain in _PLAIN:
            return _finished(plain, told)
        case other:
            raise ValueError(f"the contract's normal form cannot say type {other}")


def any_of(members: list[Normal]) -> Normal:
    """The union of `members`: nested unions are flattened, and the order does not matter."""
    flat: list[Normal] = []
    for member in members:
        flat.extend(member["anyOf"] if isinstance(member, dict) and "anyOf" in member else [member])
    return {"anyOf": sorted(flat, key=canonical)}


def _object(told: dict[str, Any], known: dict[str, Any]) -> Normal:
    additional = told.pop("additionalProperties", {})
    if additional is not False:
        if "properties" in told:
            raise ValueError(f"an object lets other fields through: {sorted(told['properties'])}")
        return _finished({"map": normalise(additional, known)}, told)
    fields = told.pop("properties")
    if set(told.pop("required")) != set(fields):
        raise ValueError(f"a field is optional; say absence with null: {sorted(fields)}")
    return _finished({"object": {name: normalise(field, known) for name, field in fields.items()}}, told)


def _words(values: list[str | None]) -> Normal:
    words: Normal = {"enum": sorted(value for value in values if value is not None)}
    return any_of([words, "null"]) if None in values else words


def _finished(normal: Normal, rest: dict[str, Any]) -> Normal:
    if rest:
        raise ValueError(f"the contract's normal form cannot say {sorted(rest)}")
    return normal


def normalised_operations() -> dict[str, dict[str, Normal | None]]:
    """Every operation's request, item (None: it does not stream) and result."""
    return {
        name: {
            "request": _of(operation.request),
            "item": None if operation.item is None else _of(operation.item),
            "result": _of(operation.result),
        }
        for name, operation in contract.OPERATIONS.items()
    }


def normalised_headers() -> dict[str, Normal]:
    """The headers that a client sends on data and control, and those that the runtime sends."""
    server = (
        contract.ItemMessage
        | contract.ProgressMessage
        | contract.WarningMessage
        | contract.ResultMessage
        | contract.ErrorMessage
        | contract.PongMessage
    )
    return {"client": _of(contract.ClientHeader), "control": _of(contract.ControlHeader), "server": _of(server)}


@functools.cache
def contract_hash() -> str:
    """SHA-256 (hex) of everything that both sides must agree on."""
    agreed = {
        "protocol": contract.PROTOCOL_VERSION,
        "operations": normalised_operations(),
        "headers": normalised_headers(),
    }
    return hashlib.sha256(canonical(agreed).encode()).hexdigest()


def _of(kind: Any) -> Normal:
    return normalise(msgspec.json.schema(kind))


if __name__ == "__main__":
    report = {"hash": contract_hash(), "operations": normalised_operations(), "headers": normalised_headers()}
    sys.stdout.write(json.dumps(report) + "\n")
