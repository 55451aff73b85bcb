"""A person in a browser, without the browser: follows a consent's address and presses a button."""

import html
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

FIELD = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
ACTION = re.compile(r'<form method="post" action="([^"]+)"')


def decided(address: str, decision: str = "allow", username: str = "alice") -> str:
    """Open the page of consent and decide. Return the address that the person is sent back to."""
    page = requests.get(address, timeout=10)
    assert page.status_code == 200, page.text
    [action] = ACTION.findall(page.text)
    fields = {name: html.unescape(value) for name, value in FIELD.findall(page.text)}
    answer = requests.post(
        urljoin(address, html.unescape(action)),
        {**fields, "username": username, "decision": decision},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def query_of(address: str) -> Mapping[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
