"""The template as data, its intrinsic functions left as they are."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[1]


@cache
def template() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of that type, by logical id."""
    return {
        name: each.get("Properties", {})
        for name, each in template()["Resources"].items()
        if each["Type"] == kind
    }


def functions() -> dict[str, dict[str, Any]]:
    return resources("AWS::Serverless::Function")


def statements(function: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in function.get("Policies", []):
        yield from policy["Statement"]


def actions(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return action if isinstance(action, list) else [action]


def environment(made: dict[str, str]) -> dict[str, str]:
    """Return the settings that the Globals give each function, without those of Powertools.

    `made` says what a parameter or a resource is (`Table`), or an attribute of it (`Key.Arn`). What
    it does not name is a parameter's default, or is called as the template calls it.
    """
    parameters = template()["Parameters"].items()
    known = {name: parameter["Default"] for name, parameter in parameters} | made
    buckets = resources("AWS::S3::Bucket").items()
    known |= {called(bucket["BucketName"]): known.get(name, name) for name, bucket in buckets}
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    named = {
        name: called(value)
        for name, value in variables.items()
        if not name.startswith("POWERTOOLS_")
    }
    return {name: known.get(value, value) for name, value in named.items()}


def called(value: Any) -> str:
    """Return the name in a !Ref, `Key.Arn` of a !GetAtt, the text of a !Sub; of a text, itself."""
    match value:
        case {"Ref": name} | {"Fn::Sub": name}:
            return str(name)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
    return str(value)


def function_of(path: str) -> str:
    """Return the folder of the function that the API hands a path to."""
    folders = routed()
    found = (folders[pattern] for pattern in folders if re.fullmatch(pattern, path, re.DOTALL))
    return next(found, folders["$default"])


@cache
def routed() -> dict[str, str]:
    """Return, by the API's paths as regular expressions, the folders of their functions."""
    return {
        event["Properties"]["Path"].replace("{proxy+}", ".*"): Path(function["CodeUri"]).name
        for function in functions().values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }
