"""template.yaml as the emulator can hold it: SAM expanded to CloudFormation, less what has no meaning on one machine."""

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
    """A folder that a resource is packaged from; prefix is where its files lie inside the zip."""

    resource: str
    folder: Path
    prefix: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that runs every so many seconds of unscaled time."""

    name: str
    function: str
    period: float


def read_template(path: Path) -> Document:
    """Raise LocalError for a file that is missing or no template."""
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
    """Every function's and layer's folder."""
    shared = template.get("Globals", {}).get("Function", {})
    for name, resource in template["Resources"].items():
        if key := CODE.get(resource["Type"]):
            uri = resource.get("Properties", {}).get(key, shared.get(key))
            built = (
                "BuildMethod" in resource.get("Metadata", {}) and key == "ContentUri"
            )  # sam build adds python/ itself
            yield Code(name, (base / uri).resolve(), "python/" if built else "")


def expand(
    template: Mapping[str, Any], parameters: Mapping[str, str], code: Mapping[str, str]
) -> Document:
    """Plain CloudFormation; `code` says at which s3:// address each function and layer was put."""
    document = json.loads(json.dumps(template))
    for name, uri in code.items():
        resource = document["Resources"][name]
        resource.setdefault("Properties", {})[CODE[resource["Type"]]] = uri
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    try:
        expanded = transform(document, dict(parameters), _ManagedPolicies())
    except InvalidDocumentException as error:
        raise LocalError(
            f"the template is refused: {' '.join(error.message.split())} {_causes(error)}".rstrip()
        ) from error
    return for_emulator(json.loads(json.dumps(expanded)))


def for_emulator(expanded: Document) -> Document:
    """Set aside what the emulator cannot hold or what would get in the way."""
    resources = {
        name: r for name, r in expanded["Resources"].items() if r["Type"] not in NOBODY_IS_WOKEN
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
    """Every rate(...) rule and the function it runs."""
    for name, resource in expanded["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Events::Rule" and "ScheduleExpression" in properties:
            for target in properties["Targets"]:
                yield Rule(
                    name,
                    target["Arn"]["Fn::GetAtt"][0],
                    period_of(properties["ScheduleExpression"]),
                )


def period_of(expression: str) -> float:
    """Seconds between two runs of `rate(…)`; LocalError for cron(…), which nothing here drives."""
    if match := RATE.fullmatch(expression):
        return int(match[1]) * SECONDS[match[2]]
    raise LocalError(f"the schedule {expression} cannot be driven locally; only rate(…) can")


def open_api(expanded: Mapping[str, Any]) -> Document:
    """The HTTP API's OpenAPI body, empty when the template has no API."""
    bodies = (
        r["Properties"].get("Body", {})
        for r in expanded["Resources"].values()
        if r["Type"] == "AWS::ApiGatewayV2::Api"
    )
    return next(bodies, {})


def _allow_plain_http(policy: Document) -> None:
    """Drop TLS-only statements: on one machine nothing speaks TLS."""
    policy["Statement"] = [
        s
        for s in policy["Statement"]
        if "aws:SecureTransport" not in json.dumps(s.get("Condition", {}))
    ]


def _allow_batches(policy: Document) -> None:
    """On AWS sqs:SendMessage covers SendMessageBatch; the emulator asks for an action of that name, which IAM does not have."""
    for statement in policy["Statement"]:
        if statement["Action"] == "sqs:SendMessage":
            statement["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]


def _causes(error: Any) -> str:
    return "; ".join(" ".join(cause.message.split()) for cause in getattr(error, "causes", []))


class _ManagedPolicies:
    """What the translator would ask IAM for."""

    def load(self) -> dict[str, str]:
        names = [
            "service-role/AWSLambdaBasicExecutionRole",
            "AWSXrayWriteOnlyAccess",
            "AWSXRayDaemonWriteAccess",
        ]
        return {name.split("/")[-1]: f"arn:aws:iam::aws:policy/{name}" for name in names}
