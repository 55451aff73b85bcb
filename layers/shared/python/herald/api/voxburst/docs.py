"""The API's own description: the OpenAPI document that `make openapi` writes, and the page on which RapiDoc shows it to people.

RapiDoc is not kept here. `local/renderer.py` fetches it, and takes it only when it is the one that DIGEST names.
"""

from pathlib import Path

from herald.api.edge.response import Response
from herald.domain.errors import NotFoundError

DOCUMENT, RENDERER = (
    Path(__file__).parents[1] / name for name in ("openapi.json", "rapidoc.js.gz")
)
RAPIDOC = "9.3.8"
DIGEST = "szzoYhqSJqZH8X90KwbBjYL1CMLEa3U7xl/oAZg4ViKpYEY5GVhM+peBQB4u7ANM"  # SHA-384 of its dist/rapidoc-min.js
SCRIPT = f"rapidoc-{DIGEST[:16].replace('/', '_').replace('+', '-')}.js"  # another content is another name
FOR_EVER = "public, max-age=31536000, immutable"
ITSELF_ALONE = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "style-src 'unsafe-inline'; "  # RapiDoc's styles stand in its elements
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HTML = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>herald API</title>
<style>rapi-doc:not(:defined)::before {{ content: "This page needs its script. The document is /v1/openapi.json." }}</style>
<script src="/v1/docs/{SCRIPT}" integrity="sha384-{DIGEST}" defer></script>
<rapi-doc spec-url="/v1/openapi.json" load-fonts="false" show-header="false" allow-server-selection="false" render-style="focused"
  show-method-in-nav-bar="as-colored-text" schema-description-expanded="true" regular-font="system-ui, sans-serif"
  mono-font="ui-monospace, monospace"></rapi-doc>
</html>
"""


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


def openapi() -> Response:
    return Response(status=200, body=DOCUMENT.read_text())


def docs_page() -> Response:
    """It asks for the document and its one script, and for nothing from anywhere else."""
    headers = {"Content-Security-Policy": ITSELF_ALONE}
    return Response(status=200, body=HTML, headers=headers, content_type="text/html; charset=utf-8")


def script(name: str) -> Response:
    """The page's script. Raises NotFoundError for any other, also where RapiDoc was not fetched."""
    if name != SCRIPT or not RENDERER.exists():
        raise NotFoundError("There is no such script.")
    headers = {
        "Cache-Control": FOR_EVER,
        "Content-Encoding": "gzip",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(
        status=200,
        body=RENDERER.read_bytes(),
        headers=headers,
        content_type="text/javascript; charset=utf-8",
    )
