"""The OpenAPI document that `make docs` writes, and the page on which RapiDoc shows it.

RapiDoc is not in this repository. `local/renderer.py` fetches it and accepts only the file that
DIGEST names.
"""

from pathlib import Path

from herald.api.edge.response import Response
from herald.domain.errors import NotFoundError

FOLDER = Path(__file__).parents[1]
DOCUMENT = FOLDER / "openapi.json"
RENDERER = FOLDER / "rapidoc.js.gz"
RAPIDOC = "9.3.8"
# The SHA-384 of RapiDoc's dist/rapidoc-min.js.
DIGEST = "szzoYhqSJqZH8X90KwbBjYL1CMLEa3U7xl/oAZg4ViKpYEY5GVhM+peBQB4u7ANM"
# Each content has its own name, so browsers may keep it for ever.
SCRIPT = f"rapidoc-{DIGEST[:16].replace('/', '_').replace('+', '-')}.js"
FOR_EVER = "public, max-age=31536000, immutable"
ITSELF_ALONE = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    # RapiDoc writes its styles into its elements.
    "style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NO_SCRIPT = "This page needs its script. The document is /v1/openapi.json."
LOOKS = (
    'spec-url="/v1/openapi.json" load-fonts="false" show-header="false" '
    'allow-server-selection="false" render-style="focused"\n'
    '  show-method-in-nav-bar="as-colored-text" schema-description-expanded="true" '
    'regular-font="system-ui, sans-serif"\n'
    '  mono-font="ui-monospace, monospace"'
)
HTML = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>herald API</title>
<style>rapi-doc:not(:defined)::before {{ content: "{NO_SCRIPT}" }}</style>
<script src="/v1/docs/{SCRIPT}" integrity="sha384-{DIGEST}" defer></script>
<rapi-doc {LOOKS}></rapi-doc>
</html>
"""


def root(version: str) -> dict[str, str]:
    """Return the first answer for somebody who knows only the address."""
    return {
        "name": "herald",
        "description": "Write a post once; it goes out in its second, exactly once, "
        "and signed webhooks say so.",
        "version": version,
        "docs": "/v1/docs",
        "openapi": "/v1/openapi.json",
        "health": "/v1/health",
    }


def openapi() -> Response:
    return Response(status=200, body=DOCUMENT.read_text())


def docs_page() -> Response:
    """Return the page. It loads the document and its one script, and nothing from other hosts."""
    headers = {"Content-Security-Policy": ITSELF_ALONE}
    return Response(status=200, body=HTML, headers=headers, content_type="text/html; charset=utf-8")


def script(name: str) -> Response:
    """Return the script of the page.

    Raises NotFoundError for any other name, and when RapiDoc was not fetched.
    """
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
