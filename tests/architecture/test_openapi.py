"""The document that is served is the one that the doors and models make, and is OpenAPI."""

import json

from jsonschema import Draft202012Validator

from herald.api import docs
from herald.domain.webhooks import OFFERED, SUBSCRIBABLE, Format
from openapi.document import document, text
from openapi.doors import routes
from openapi.operations import OPERATIONS

DOCUMENT = document()
METHODS = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]


def test_the_served_document_is_current() -> None:
    assert docs.DOCUMENT.read_text() == text(), "run `make openapi`"


def test_every_route_is_described_and_nothing_else_is() -> None:
    assert set(OPERATIONS) == {f"{route.method} {route.path}" for route in routes()}


def test_no_two_operations_have_one_name() -> None:
    names = [operation["operationId"] for operation in METHODS]

    assert len(set(names)) == len(names)


def test_every_body_and_answer_has_a_valid_schema_under_a_name_of_its_own() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert name.isalpha(), f"{name}: two models have that name"
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere() -> None:
    named = {line.split('"')[3] for line in json.dumps(DOCUMENT, indent=1).splitlines() if '"$ref"' in line}

    for reference in named:
        part = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


def test_what_needs_a_key_says_so() -> None:
    for operation in METHODS:
        assert bool(operation["security"]) == ("401" in operation["responses"]) == ("429" in operation["responses"])


def test_every_event_is_described_and_what_can_happen_is_shown_in_each_format_that_has_it() -> None:
    told = DOCUMENT["webhooks"]
    bodies = {name: each["post"]["requestBody"]["content"]["application/json"] for name, each in told.items()}
    envelope = {"$ref": "#/components/schemas/Event", "components": DOCUMENT["components"]}

    assert list(told) == list(SUBSCRIBABLE)
    silent = {name for name, body in bodies.items() if "examples" not in body}
    assert silent == {name for name, each in told.items() if each["post"]["summary"].endswith("Nothing tells it yet.")}
    for name in told.keys() - silent:
        examples = bodies[name]["examples"]
        assert set(examples) == {kind for kind in Format if name in OFFERED[kind]}
        assert examples["voxburst"]["value"]["type"] == name
        assert not list(Draft202012Validator(envelope).iter_errors(examples["voxburst"]["value"]))
        assert all(
            each["value"]["event"] == OFFERED[Format.POSTFUZE][name] for form, each in examples.items() if form != "voxburst"
        )
