"""The document that is served is the one that the doors and models make, and is OpenAPI."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from herald.api.voxburst import docs
from herald.domain.formats import OFFERED, SUBSCRIBABLE, Format
from openapi.document import document, text
from openapi.doors import routes
from openapi.operations import OPERATIONS

DOCUMENT = document()
METHODS = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]


def test_the_served_document_is_current() -> None:
    assert docs.DOCUMENT.read_text() == text(), "run `make docs`"


def test_every_route_is_described_and_nothing_else_is() -> None:
    described = {(function, door) for function in OPERATIONS for door in OPERATIONS[function]}

    assert described == {(route.function, route.name) for route in routes()}


def test_no_two_operations_have_one_name() -> None:
    names = [operation["operationId"] for operation in METHODS]

    assert len(set(names)) == len(names)


def test_what_herald_calls_shares_no_name_with_what_is_called() -> None:
    """Generators write a client for each tag, and a method for each operation.

    Both share one namespace.
    """
    told = [each["post"] for each in DOCUMENT["webhooks"].values()]

    assert len({each["operationId"] for each in told}) == len(told)
    assert {each["operationId"] for each in told}.isdisjoint(
        each["operationId"] for each in METHODS
    )
    assert {tag for each in told for tag in each["tags"]}.isdisjoint(
        tag for each in METHODS for tag in each["tags"]
    )


@pytest.mark.parametrize("name", ["CreatePost", "ValidatePost"])
def test_a_post_goes_somewhere_and_its_schema_is_one_type(name: str) -> None:
    schema = DOCUMENT["components"]["schemas"][name]
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    account = {"accountIds": ["acc_0mpc9k1s00000000000000x0"]}

    assert not {"anyOf", "oneOf", "allOf"} & set(schema)
    assert validator.is_valid({"content": "Hi"} | account)
    assert validator.is_valid({"content": "Hi", "platforms": ["TWITTER"]} | account)
    assert validator.is_valid({"content": "Hi", "platforms": ["TWITTER"]})
    assert not validator.is_valid({"content": "Hi"})


def test_every_body_and_answer_has_a_valid_schema_under_a_name_of_its_own() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert name.isalpha(), f"{name}: two models have that name"
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere() -> None:
    named = {
        line.split('"')[3]
        for line in json.dumps(DOCUMENT, indent=1).splitlines()
        if '"$ref"' in line
    }

    for reference in named:
        part = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


def test_what_needs_a_key_says_so() -> None:
    for operation in METHODS:
        assert (
            bool(operation["security"])
            == ("401" in operation["responses"])
            == ("429" in operation["responses"])
        )


def test_every_event_is_described_and_what_can_happen_is_shown_in_each_format_that_has_it() -> None:
    told = DOCUMENT["webhooks"]
    bodies = {
        name: each["post"]["requestBody"]["content"]["application/json"]
        for name, each in told.items()
    }
    envelope = {"$ref": "#/components/schemas/Event", "components": DOCUMENT["components"]}

    assert list(told) == list(SUBSCRIBABLE)
    silent = {name for name, body in bodies.items() if "examples" not in body}
    assert silent == {
        name
        for name, each in told.items()
        if each["post"]["summary"].endswith("Nothing tells it yet.")
    }
    for name in told.keys() - silent:
        examples = bodies[name]["examples"]
        assert set(examples) == {kind for kind in Format if name in OFFERED[kind]}
        assert examples["voxburst"]["value"]["type"] == name
        assert not list(Draft202012Validator(envelope).iter_errors(examples["voxburst"]["value"]))
        offered = Draft202012Validator(
            {**bodies[name]["schema"], "components": DOCUMENT["components"]}
        )
        assert all(offered.is_valid(each["value"]) for each in examples.values())
        assert all(
            each["value"]["event"] == OFFERED[Format.POSTFUZE][name]
            for form, each in examples.items()
            if form != "voxburst"
        )


def test_every_field_and_every_parameter_is_described() -> None:
    fields = {
        f"{name}.{field}": said
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for field, said in schema.get("properties", {}).items()
    }
    parameters = {
        f"{operation['operationId']} {said['name']}": said
        for operation in METHODS
        for each in operation.get("parameters", ())
        for said in [resolved(each)]
    }

    assert [
        name for name, said in (fields | parameters).items() if not said.get("description")
    ] == []


def test_every_example_of_a_field_is_one_that_its_schema_takes() -> None:
    shared = {"components": DOCUMENT["components"]}
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for field, said in schema.get("properties", {}).items():
            for example in said.get("examples", ()):
                assert Draft202012Validator({**said, **shared}).is_valid(example), (
                    f"{name}.{field}: {example}"
                )


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    found: dict[str, Any] = (
        DOCUMENT["components"]["parameters"][part["$ref"].split("/")[-1]]
        if "$ref" in part
        else part
    )
    return found
