from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from grait_runtime.contract import OPERATIONS, Count, Message, WireStruct
from grait_runtime.schema import Normal, canonical, contract_hash, normalise, normalised_headers, normalised_operations


class Loose(msgspec.Struct):
    id: str


class Optional(WireStruct):
    id: str = ""


def normal(kind: Any) -> Normal:
    return normalise(msgspec.json.schema(kind))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (str, "string"),
        (float, "number"),
        (int, "integer"),
        (Count, "count"),
        (bool, "boolean"),
        (Any, "any"),
        (list[Count], {"array": "count"}),
        (list[Any], {"array": "any"}),
        (dict[str, float], {"map": "number"}),
        (Literal["b", "a"], {"enum": ["a", "b"]}),
        (str | None, {"anyOf": ["null", "string"]}),
        (Literal["a"] | None, {"anyOf": ["null", {"enum": ["a"]}]}),
        (str | float | bool, {"anyOf": ["boolean", "number", "string"]}),
        (
            Message | None,
            {"anyOf": ["null", {"object": {"content": "string", "role": {"enum": ["assistant", "system", "user"]}}}]},
        ),
    ],
)
def test_a_type_has_one_normal_form(kind: Any, expected: Normal) -> None:
    assert normal(kind) == expected


@pytest.mark.parametrize(
    "kind", [Loose, Optional, Annotated[int, Meta(ge=1)], Annotated[str, Meta(min_length=1)], tuple[int, str]]
)
def test_what_the_normal_form_cannot_say_is_refused(kind: Any) -> None:
    with pytest.raises(ValueError, match=r"cannot say|optional|lets other"):
        normal(kind)


def test_canonical_json_depends_on_neither_order_nor_spaces() -> None:
    assert canonical({"b": [1, 2], "a": "é"}) == '{"a":"é","b":[1,2]}' == canonical({"a": "é", "b": [1, 2]})


def test_every_operation_and_header_has_a_normal_form_and_the_hash_is_of_64_hex_digits() -> None:
    assert normalised_operations().keys() == OPERATIONS.keys()
    assert normalised_headers().keys() == {"client", "control", "server"}
    assert len(bytes.fromhex(contract_hash())) == 32


def test_a_changed_operation_changes_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = contract_hash()
    contract_hash.cache_clear()
    monkeypatch.setitem(OPERATIONS, "noop", OPERATIONS["countTokens"])
    assert contract_hash() != before
    contract_hash.cache_clear()
