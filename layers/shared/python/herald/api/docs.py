"""The API's own description: the OpenAPI document that `make openapi` writes, and a page that shows it to people."""

from pathlib import Path

from herald.api.reply import Reply

DOCUMENT, PAGE = (Path(__file__).with_name(name) for name in ("openapi.json", "docs.html"))
ITSELF_ALONE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"


def root(version: str) -> dict[str, str]:
    """What somebody finds who knows the address and nothing else."""
    return {
        "name": "herald",
        "description": "Write a post once; it goes out in its second, exactly once, and signed webhooks say so.",
        "version": version,
        "docs": "/v1/docs",
        "openapi": "/v1/openapi.json",
        "health": "/v1/health",
    }


def openapi() -> Reply:
    return Reply(status=200, body=DOCUMENT.read_text())


def page() -> Reply:
    """It asks for the document, and for nothing from anywhere else."""
    headers = {"Content-Security-Policy": ITSELF_ALONE}
    return Reply(status=200, body=PAGE.read_text(), headers=headers, content_type="text/html; charset=utf-8")
