"""Validation of real answers against the OpenAPI files in ``docs/contracts/``."""

from functools import cache
from pathlib import Path
from typing import Any, cast

import requests
import yaml
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # ships no type hints
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "contracts"


@cache
def contract(name: str) -> dict[str, Any]:
    return cast(dict[str, Any], yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def check_answer(name: str, method: str, path: str, answer: requests.Response) -> None:
    """Assert that an answer's status, media type and body match the contract of this operation."""
    responses = contract(name)["paths"][path][method]["responses"]
    stated = responses.get(str(answer.status_code)) or responses["default"]
    stated = _resolved(name, stated)
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    if "content" not in stated:
        assert not answer.content
        return
    assert media_type in stated["content"], f"{media_type} is not in the contract"
    if media_type.endswith("json"):
        check_value(name, stated["content"][media_type]["schema"], answer.json())


def check_value(name: str, schema: dict[str, Any], value: Any) -> None:
    uri = f"contract:{name}"
    resource = Resource.from_contents(contract(name), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(uri, resource)
    absolute = (
        {"$ref": uri + schema["$ref"]} if "$ref" in schema else {"$id": uri + "/inline", **_absolute(uri, schema)}
    )
    Draft202012Validator(absolute, registry=registry, format_checker=FormatChecker()).validate(value)


def _absolute(uri: str, schema: Any) -> Any:
    """Return the schema with every ``$ref`` made absolute, so that it names the contract file."""
    if isinstance(schema, dict):
        return {key: uri + item if key == "$ref" else _absolute(uri, item) for key, item in schema.items()}
    return [_absolute(uri, item) for item in schema] if isinstance(schema, list) else schema


def _resolved(name: str, part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = contract(name)
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return cast(dict[str, Any], found)
