"""Deploys a template into the emulated account, and only what changed in it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.aws import REGION, STACK, client
from local.package import package
from local.settings import LocalError
from local.template import Document, code_of, expand, read_template

ARTIFACTS = f"{STACK}-artifacts"
TEMPLATE = "template.json"
DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack.

    The expanded template, the physical name of each resource, the outputs, and the logical ids of
    the resources that the last deployment changed.
    """

    expanded: Document
    names: Mapping[str, str]
    outputs: Mapping[str, str]
    changed: frozenset[str]


class Deployment:
    """Deploys one template to one emulator, again and again."""

    def __init__(self, template: Path, parameters: Mapping[str, str], endpoint: str) -> None:
        self._template = template
        self._parameters = dict(parameters)
        self._endpoint = endpoint
        self._cloudformation = client("cloudformation", endpoint)
        self._s3 = client("s3", endpoint)

    def deploy(self) -> Stack:
        """Create the stack or update it. Raises LocalError with what was refused."""
        template = read_template(self._template)
        known = {
            name: value
            for name, value in self._parameters.items()
            if name in template.get("Parameters", {})
        }
        zips = self._upload(template)
        expanded = expand(template, known, zips)
        before, parameters = self._deployed()
        if before != expanded or not known.items() <= parameters.items():
            self._apply(expanded, known, new=before is None)
            self._settle(expanded)
            self._clear_away(zips.values())
        return self._stack(expanded, _changed(before or {}, expanded))

    def _upload(self, template: Document) -> dict[str, str]:
        """Upload every zip to an address made of its contents."""
        with suppress(self._s3.exceptions.BucketAlreadyOwnedByYou):
            self._s3.create_bucket(
                Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        uris = {}
        for code in code_of(template, self._template.parent):
            if not code.folder.is_dir():
                raise LocalError(f"{code.resource}: {code.folder} does not exist")
            data = package(code.folder, code.prefix)
            key = f"{hashlib.sha256(data).hexdigest()[:32]}.zip"
            self._s3.put_object(Bucket=ARTIFACTS, Key=key, Body=data)
            uris[code.resource] = f"s3://{ARTIFACTS}/{key}"
        return uris

    def _clear_away(self, used: Iterable[str]) -> None:
        """Delete the zips that earlier edits left behind."""
        keys = {uri.rpartition("/")[2] for uri in used}
        for kept in self._s3.list_objects_v2(Bucket=ARTIFACTS)["Contents"]:
            if kept["Key"] not in keys:
                self._s3.delete_object(Bucket=ARTIFACTS, Key=kept["Key"])

    def _deployed(self) -> tuple[Document | None, dict[str, str]]:
        """Return the template and the parameters that the emulator has now.

        The template is None when there is no stack.
        """
        try:
            stack = self._describe()
        except ClientError:
            return None, {}
        body = self._cloudformation.get_template(StackName=STACK)["TemplateBody"]
        parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
        return (json.loads(body) if isinstance(body, str) else body), parameters

    def _apply(self, expanded: Document, parameters: Mapping[str, str], *, new: bool) -> None:
        act = self._cloudformation.create_stack if new else self._cloudformation.update_stack
        sent = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        # A request takes a template of 51,200 bytes; ours is longer, so it goes through S3.
        self._s3.put_object(Bucket=ARTIFACTS, Key=TEMPLATE, Body=json.dumps(expanded).encode())
        url = f"{self._endpoint}/{ARTIFACTS}/{TEMPLATE}"
        try:
            act(StackName=STACK, TemplateURL=url, Capabilities=CAPABILITIES, Parameters=sent)
        except ClientError as error:
            refusal = error.response["Error"]["Message"]
            raise LocalError(f"the template is refused: {refusal}") from error
        while (status := self._status()).endswith("IN_PROGRESS"):
            time.sleep(0.02)
        if status not in DONE:
            why = "; ".join(self._failures()) or status
            raise LocalError(f"the stack could not be deployed: {why}")

    def _describe(self) -> Any:
        return self._cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]

    def _status(self) -> str:
        return str(self._describe()["StackStatus"])

    def _failures(self) -> list[str]:
        events = self._cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if "FAILED" in event["ResourceStatus"]
        ]

    def _settle(self, expanded: Document) -> None:
        """Tell the services what the emulator's CloudFormation accepts and forgets, and who mails.

        Calls DynamoDB, S3 and SES.
        """
        names = self._names()
        dynamodb = client("dynamodb", self._endpoint)
        if sender := self._parameters.get("SenderAddress"):
            client("ses", self._endpoint).verify_email_identity(EmailAddress=sender)
        for logical, resource in expanded["Resources"].items():
            properties = resource.get("Properties", {})
            match resource["Type"], properties:
                case "AWS::DynamoDB::Table", {"TimeToLiveSpecification": ttl}:
                    _expire(dynamodb, names[logical], ttl)
                case "AWS::S3::Bucket", {"BucketEncryption": encryption}:
                    self._encrypt(names[logical], encryption)

    def _encrypt(self, bucket: str, encryption: Mapping[str, Any]) -> None:
        rules = [
            {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
            for rule in encryption["ServerSideEncryptionConfiguration"]
        ]
        self._s3.put_bucket_encryption(
            Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules}
        )

    def _names(self) -> dict[str, str]:
        resources = self._cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        return {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}

    def _stack(self, expanded: Document, changed: frozenset[str]) -> Stack:
        outputs = {
            output["OutputKey"]: output["OutputValue"]
            for output in self._describe().get("Outputs", [])
        }
        return Stack(expanded, self._names(), outputs, changed)


def _expire(dynamodb: Any, table: str, ttl: Mapping[str, Any]) -> None:
    """Switch on the table's time to live, unless it is on: asking twice is an error."""
    described = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if described["TimeToLiveStatus"] != "ENABLED":
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=ttl)


def _changed(before: Document, after: Document) -> frozenset[str]:
    old = before.get("Resources", {})
    new = after["Resources"]
    return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
