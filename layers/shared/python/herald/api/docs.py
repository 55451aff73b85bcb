"""The API's own description: the OpenAPI document that `make openapi` writes, and a page that shows it to people."""

from pathlib import Path

from herald.api.reply import Reply

DOCUMENT, PAGE = (Path(__file__).with_name(name) for name in ("openapi.json", "docs.html"))
ITSELF_ALONE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"


def openapi() -> Reply:
    return Reply(status=200, body=DOCUMENT.read_text())


def page() -> Reply:
    """It asks for the document, and for nothing from anywhere else."""
    headers = {"Content-Security-Policy": ITSELF_ALONE}
    return Reply(status=200, body=PAGE.read_text(), headers=headers, content_type="text/html; charset=utf-8")
