"""The edges of the queues and of the stream: what fails comes back, the rest is done."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from herald import worker


def queued(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    }


def streamed(*texts: str) -> dict[str, Any]:
    return {
        "Records": [
            {"dynamodb": {"SequenceNumber": f"{number}", "text": text}}
            for number, text in enumerate(texts)
        ]
    }


def failed(answer: Mapping[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def number(body: dict[str, Any]) -> int:
    return int(body["number"])


def text(record: Mapping[str, Any]) -> list[str]:
    said = json.loads(record["dynamodb"]["text"])
    return [said] if said else []


def test_each_message_fails_alone() -> None:
    def handle(body: dict[str, Any]) -> None:
        1 / number(body)

    answer = worker.work(queued('{"number":1}', '{"number":0}', "no json", '{"number":2}'), handle)

    assert failed(answer) == ["m1", "m2"]


def test_a_batch_is_handled_as_one_and_names_what_failed() -> None:
    seen: list[Sequence[int]] = []

    def handle(numbers: Sequence[int]) -> Collection[int]:
        seen.append(numbers)
        return [each for each in numbers if each == 2]

    answer = worker.together(
        queued('{"number":1}', '{"number":2}', "{}", '{"number":2}'), number, handle
    )

    assert seen == [[1, 2, 2]]
    assert failed(answer) == ["m2", "m1", "m3"]


def test_a_batch_that_breaks_fails_as_a_whole() -> None:
    def handle(numbers: Sequence[int]) -> Collection[int]:
        raise ConnectionError

    answer = worker.together(queued('{"number":1}', "{}"), number, handle)

    assert sorted(failed(answer)) == ["m0", "m1"]


def test_a_stream_goes_on_from_the_first_record_that_cannot_be_read() -> None:
    seen: list[str] = []

    answer = worker.stream(streamed('"a"', '""', '"b"', "no json", '"c"'), text, seen.extend)

    assert seen == ["a", "b"]
    assert failed(answer) == ["3"]


def test_a_stream_that_breaks_comes_again_from_its_start() -> None:
    def handle(_: Sequence[str]) -> None:
        raise ConnectionError

    assert failed(worker.stream(streamed('"a"', "no json"), text, handle)) == ["0"]


def test_what_went_well_does_not_come_again() -> None:
    assert failed(worker.stream(streamed('"a"'), text, lambda _: None)) == []
    assert failed(worker.together(queued('{"number":1}'), number, lambda _: [])) == []
