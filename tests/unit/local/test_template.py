"""local/template.py: template.yaml as the emulator can hold it."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.settings import LocalError
from local.template import (
    Rule,
    code_of,
    expand,
    for_emulator,
    open_api,
    period_of,
    read_template,
    rules,
)

ROOT = Path(__file__).parents[3]
PARAMETERS = {"Architecture": "x86_64", "TimeScale": "1", "AllowPrivateTargets": ""}


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    template = read_template(ROOT / "template.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        return expand(
            template,
            PARAMETERS,
            {code.resource: "s3://zips/some.zip" for code in code_of(template, ROOT)},
        )


def test_every_function_and_the_layer_have_a_folder() -> None:
    codes = {code.resource: code for code in code_of(read_template(ROOT / "template.yaml"), ROOT)}

    assert codes["PostsFunction"].folder == ROOT / "functions" / "posts"
    assert codes["PostsFunction"].prefix == ""
    assert codes["SharedLayer"].prefix == "python/"


def test_our_own_template_expands(expanded: dict[str, Any]) -> None:
    types = {resource["Type"] for resource in expanded["Resources"].values()}

    assert "AWS::IAM::Role" in types
    assert "AWS::CloudWatch::Alarm" not in types
    assert "$default" in json.dumps(open_api(expanded)["paths"])


def test_the_emulator_fires_no_rule_itself(expanded: dict[str, Any]) -> None:
    found = [r for r in expanded["Resources"].values() if r["Type"] == "AWS::Events::Rule"]

    assert found
    assert all(rule["Properties"]["State"] == "DISABLED" for rule in found)


def test_every_rule_is_driven_from_here(expanded: dict[str, Any]) -> None:
    assert Rule("ReleaseDueFunctionEveryMinute", "ReleaseDueFunction", 60) in set(rules(expanded))


def test_a_bucket_policy_keeps_all_but_its_tls_rule() -> None:
    tls = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    other = {"Effect": "Deny", "Action": "s3:DeleteObject"}
    policy = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"PolicyDocument": {"Statement": [tls, other]}},
    }

    kept = for_emulator({"Resources": {"Policy": policy}})

    assert kept["Resources"]["Policy"]["Properties"]["PolicyDocument"]["Statement"] == [other]


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(1 hour)", 3600)],
)
def test_a_rate_is_so_many_seconds(expression: str, seconds: int) -> None:
    assert period_of(expression) == seconds


def test_a_cron_is_refused_by_name() -> None:
    with pytest.raises(LocalError, match=r"cron\(0 12"):
        period_of("cron(0 12 * * ? *)")


def test_a_template_that_is_no_yaml_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Resources: [\n")

    with pytest.raises(LocalError, match=r"^template.yaml: .*line 2") as refused:
        read_template(tmp_path / "template.yaml")

    assert "\n" not in str(refused.value)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="does not exist"):
        read_template(tmp_path / "template.yaml")
