"""Expands template.yaml from SAM to CloudFormation, without what one machine has no use for."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse
from yaml import YAMLError

from local.settings import LocalError

Document = dict[str, Any]

CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
NOBODY_IS_WOKEN = {"AWS::CloudWatch::Alarm"}  # alarms have nobody to wake here
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Code:
    """A folder that a resource is packaged from. `prefix` is the files' folder inside the zip."""

    resource: str
    folder: Path
    prefix: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that runs every `period` seconds of unscaled time."""

    name: str
    function: str
    period: float


def read_template(path: Path) -> Document:
    """Return the template. Raises LocalError for a file that is missing or no template."""
    try:
        template = yaml_parse(path.read_text())
    except FileNotFoundError:
        raise LocalError(f"{path} does not exist") from None
    except YAMLError as error:
        raise LocalError(f"{path.name}: {' '.join(str(error).split())}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise LocalError(f"{path.name} has no Resources")
    return template


def code_of(template: Mapping[str, Any], base: Path) -> Iterator[Code]:
    """Return the folder of every function and layer."""
    shared = template.get("Globals", {}).get("Function", {})
    for name, resource in template["Resources"].items():
        if key := CODE.get(resource["Type"]):
            uri = resource.get("Properties", {}).get(key, shared.get(key))
            # sam build adds python/ itself
            built = key == "ContentUri" and "BuildMethod" in resource.get("Metadata", {})
            yield Code(name, (base / uri).resolve(), "python/" if built else "")


def expand(
    template: Mapping[str, Any], parameters: Mapping[str, str], code: Mapping[str, str]
) -> Document:
    """Return plain CloudFormation. `code` holds the s3:// address of each function and layer."""
    document = json.loads(json.dumps(template))
    for name, uri in code.items():
        resource = document["Resources"][name]
        resource.setdefault("Properties", {})[CODE[resource["Type"]]] = uri
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    try:
        expanded = transform(document, dict(parameters), _ManagedPolicies())
    except InvalidDocumentException as error:
        reasons = f"{' '.join(error.message.split())} {_causes(error)}".rstrip()
        raise LocalError(f"the template is refused: {reasons}") from error
    return for_emulator(json.loads(json.dumps(expanded)))


def for_emulator(expanded: Document) -> Document:
    """Leave out what the emulator cannot hold, and change what would get in the way."""
    resources = {
        name: resource
        for name, resource in expanded["Resources"].items()
        if resource["Type"] not in NOBODY_IS_WOKEN
    }
    for resource in resources.values():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Events::Rule":
                properties["State"] = "DISABLED"  # local/schedule.py drives it, in scaled time
            case "AWS::S3::BucketPolicy":
                _allow_plain_http(properties["PolicyDocument"])
            case "AWS::IAM::Role":
                for policy in properties.get("Policies", []):
                    _allow_batches(policy["PolicyDocument"])
    return {**expanded, "Resources": resources}


def rules(expanded: Mapping[str, Any]) -> Iterator[Rule]:
    """Return every rate(...) rule and the function it runs."""
    for name, resource in expanded["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Events::Rule" and "ScheduleExpression" in properties:
            for target in properties["Targets"]:
                function = target["Arn"]["Fn::GetAtt"][0]
                yield Rule(name, function, period_of(properties["ScheduleExpression"]))


def period_of(expression: str) -> float:
    """Return the seconds between two runs of `rate(…)`.

    Raises LocalError for cron(…), which nothing here drives.
    """
    if match := RATE.fullmatch(expression):
        return int(match[1]) * SECONDS[match[2]]
    raise LocalError(f"the schedule {expression} cannot be driven locally; only rate(…) can")


def open_api(expanded: Mapping[str, Any]) -> Document:
    """Return the HTTP API's OpenAPI body, empty when the template has no API."""
    for resource in expanded["Resources"].values():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            body: Document = resource["Properties"].get("Body", {})
            return body
    return {}


def _allow_plain_http(policy: Document) -> None:
    """Drop TLS-only statements: on one machine nothing speaks TLS."""
    policy["Statement"] = [
        statement
        for statement in policy["Statement"]
        if "aws:SecureTransport" not in json.dumps(statement.get("Condition", {}))
    ]


def _allow_batches(policy: Document) -> None:
    """Allow sqs:SendMessageBatch wherever sqs:SendMessage is allowed.

    On AWS sqs:SendMessage covers both. The emulator asks for an action that IAM does not have.
    """
    for statement in policy["Statement"]:
        if statement["Action"] == "sqs:SendMessage":
            statement["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]


def _causes(error: Any) -> str:
    return "; ".join(" ".join(cause.message.split()) for cause in getattr(error, "causes", []))


class _ManagedPolicies:
    """The managed policies that the translator would ask IAM for."""

    def load(self) -> dict[str, str]:
        names = [
            "service-role/AWSLambdaBasicExecutionRole",
            "AWSXrayWriteOnlyAccess",
            "AWSXRayDaemonWriteAccess",
        ]
        return {name.split("/")[-1]: f"arn:aws:iam::aws:policy/{name}" for name in names}
