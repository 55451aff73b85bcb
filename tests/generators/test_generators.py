"""Clients that generators make of the document are compiled, and used for one post each.

The generators have no option that would mend the document.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from herald.api.voxburst import docs
from tests import node
from tests.e2e.stack import Caller
from tests.template import ROOT

HOME = Path(__file__).parent
CLIENTS = HOME / "clients"
BIN = ROOT / ".venv-generators/bin"
STRICT = [
    "--strict",
    "--target",
    "es2022",
    "--module",
    "commonjs",
    "--moduleResolution",
    "node10",
    "--lib",
    "es2022,dom",
]
REPAIRED = (
    "FILEPATH_COLLISION",
    "Empty operationId",
    "Exception",
    "ERROR",
)  # what a generator says of what it could not take


def done(command: Sequence[str | Path], cwd: Path, **environment: str) -> str:
    """What a command that must end well said."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def generated(generator: str, folder: Path) -> Path:
    """The client that openapi-generator makes."""
    client = folder / "client"
    said = done(
        [
            BIN / "openapi-generator-cli",
            "generate",
            "-g",
            generator,
            "-i",
            docs.DOCUMENT,
            "-o",
            client,
        ],
        folder,
    )
    assert [line for line in said.splitlines() if any(word in line for word in REPAIRED)] == []
    return client


def use(
    command: Sequence[str | Path], folder: Path, caller: Caller, account: str, **environment: str
) -> None:
    """Run a client, which creates a post and prints its id."""
    content = f"From {folder.name}"
    said = {"HERALD": caller.base, "KEY": caller.key, "ACCOUNT": account, "CONTENT": content}

    identifier = done(command, folder, **said, **environment)

    assert caller("GET", f"/v1/posts/{identifier}").body["content"] == content


def compiled(script: str, folder: Path) -> Path:
    """A TypeScript client as JavaScript, with the script that uses it."""
    (folder / "node_modules").symlink_to(node.modules(HOME) / "node_modules")
    shutil.copy(CLIENTS / script, folder)
    done([folder / "node_modules/.bin/tsc", *STRICT, "--outDir", "built", script], folder)
    return folder / "built" / Path(script).with_suffix(".js")


def test_openapi_generator_for_python(caller: Caller, account: str, tmp_path: Path) -> None:
    client = generated("python", tmp_path)
    done([BIN / "python", "-m", "compileall", "-q", client], tmp_path)

    use(
        [BIN / "python", CLIENTS / "openapi_generator.py"],
        tmp_path,
        caller,
        account,
        PYTHONPATH=str(client),
    )


def test_openapi_python_client(caller: Caller, account: str, tmp_path: Path) -> None:
    client = tmp_path / "client"
    options = ["--path", str(docs.DOCUMENT), "--output-path", str(client), "--fail-on-warning"]
    done([BIN / "openapi-python-client", "generate", *options], tmp_path)
    done([BIN / "python", "-m", "compileall", "-q", client], tmp_path)

    use(
        [BIN / "python", CLIENTS / "openapi_python_client.py"],
        tmp_path,
        caller,
        account,
        PYTHONPATH=str(client),
    )


def test_openapi_generator_for_typescript(caller: Caller, account: str, tmp_path: Path) -> None:
    generated("typescript-fetch", tmp_path)

    script = compiled("openapi_generator.ts", tmp_path)

    use(["node", script], tmp_path, caller, account)


def test_openapi_typescript(caller: Caller, account: str, tmp_path: Path) -> None:
    tool = node.modules(HOME) / "node_modules/.bin/openapi-typescript"
    done([tool, docs.DOCUMENT, "-o", tmp_path / "client.ts"], tmp_path)

    script = compiled("openapi_typescript.ts", tmp_path)

    use(["node", script], tmp_path, caller, account)
