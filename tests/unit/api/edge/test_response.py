"""What a door answers."""

import json

from herald.api.edge import response


def test_json_is_as_short_as_it_can_be_and_says_what_it_said() -> None:
    said = {"text": "Grüße 🚀", "list": [1, None]}

    assert response.to_json(said) == '{"text":"Grüße 🚀","list":[1,null]}'
    assert json.loads(response.to_json(said)) == said


def test_each_answer_has_its_status() -> None:
    assert [make({}).status for make in (response.ok, response.created, response.accepted)] == [
        200,
        201,
        202,
    ]
