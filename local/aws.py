"""The emulated AWS account: its region, its keys, its clients."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "000000000000"
REGION = "eu-west-1"
STACK = "herald"
ADMINISTRATOR = "test"  # the emulator's, key and secret alike
NOBODY = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def never_a_real_account(environ: MutableMapping[str, str]) -> None:
    """Remove every way in which boto3 could find the person's own account."""
    for name in [name for name in environ if name.startswith("AWS_")]:
        del environ[name]
    environ.update(NOBODY, AWS_DEFAULT_REGION=REGION)  # the SAM translator asks for a region


def client(service: str, endpoint: str) -> Any:
    """Return a client of the emulator, as the account's administrator. Threads may share it."""
    config = Config(
        max_pool_connections=64,
        read_timeout=70,  # longer than any function's own timeout
        retries={"total_max_attempts": 1},  # an invocation must not happen twice
        proxies={},
    )
    session: Any = boto3.session.Session(ADMINISTRATOR, ADMINISTRATOR, region_name=REGION)
    return session.client(service, endpoint_url=endpoint, config=config)
