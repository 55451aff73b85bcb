"""Lints the OpenAPI document: `python -m tests.lint.document`. A warning fails as an error does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from herald.api.voxburst import docs
from tests import node

HOME = Path(__file__).parent
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def problems() -> Iterator[str]:
    """What the linter says of the document that is served, one line each."""
    redocly = node.modules(HOME) / "node_modules/.bin/redocly"
    rules = HOME / "redocly.yaml"
    options = ["--config", str(rules), "--format", "json", "--max-problems", "1000"]
    command = [str(redocly), "lint", str(docs.DOCUMENT), *options]
    done = subprocess.run(
        command, env=os.environ | QUIET, capture_output=True, text=True, check=False
    )
    if not done.stdout.startswith("{"):
        yield done.stderr
        return
    for each in json.loads(done.stdout)["problems"]:
        yield f"{each['location'][0]['pointer']}: {each['message']} ({each['ruleId']})"


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or None)
