"""`make licences`."""

from importlib.metadata import distribution

import pytest

from local import licences
from tests.template import ROOT


def test_every_package_that_runs_in_lambda_says_its_licence() -> None:
    packages = list(licences.packages((ROOT / licences.LOCK).read_text()))

    assert {"boto3", "pillow", "pydantic"} <= {package.name for package in packages}
    assert [package.name for package in packages if licences.licence(package) == "not said"] == []


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("boto3", "Apache-2.0"),  # in the free text
        ("pydantic", "MIT"),  # as an expression
        ("python-dateutil", "BSD License, Apache Software License"),  # by classifiers
    ],
)
def test_a_licence_is_found_where_the_package_says_it(name: str, licence: str) -> None:
    assert licences.licence(distribution(name)) == licence


def test_what_a_wheel_bundles_is_named() -> None:
    assert {"avcodec", "x264", "x265"} <= set(licences.bundled(distribution("av")))
    assert licences.bundled(distribution("boto3")) == []
