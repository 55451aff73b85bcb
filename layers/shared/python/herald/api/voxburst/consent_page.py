"""The page on which a user lands after a consent. It has no script and loads nothing.

No text of the query is shown, because anybody can write a link to this page.
"""

import base64
import hashlib
from collections.abc import Callable
from html import escape

from herald.api.edge.response import Response
from herald.api.voxburst import errors, words
from herald.domain.accounts import Account
from herald.domain.errors import HeraldError
from herald.domain.platforms import NETWORKS

STYLE = (
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}"
    "h1{font-size:1.5rem;line-height:1.25}"
)
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
<main>
<h1>{title}</h1>
<p>{text}</p>
</main>
</html>
"""


def page(status: int, title: str, text: str) -> Response:
    body = PAGE.format(title=escape(title), text=escape(text), style=STYLE)
    return Response(
        status=status, body=body, headers=HEADERS, content_type="text/html; charset=utf-8"
    )


def landing(finish: Callable[[], Account]) -> Response:
    """Finish a consent, and say what became of it."""
    try:
        return welcome(finish())
    except HeraldError as error:
        return apology(error)


def welcome(account: Account) -> Response:
    """Say which account is connected."""
    network = NETWORKS[account.platform].name
    title = f"{account.username} is connected"
    return page(200, title, f"herald can post to this {network} account. You can close this page.")


def apology(error: HeraldError) -> Response:
    """Say what went wrong, and what to do."""
    text = words.public_message(error.message)
    return page(errors.status(error), "The account is not connected", text)
