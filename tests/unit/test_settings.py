"""herald/settings.py: the environment is judged as a whole, in one line."""

from dataclasses import MISSING, fields

import pytest

from herald import settings
from herald.settings import Settings, SettingsError
from tests import template

OPTIONAL = {field.name.upper() for field in fields(Settings) if field.default is not MISSING}
NEEDED = {name: value for name, value in template.environment({}).items() if name not in OPTIONAL}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    for name in OPTIONAL:
        monkeypatch.delenv(name, raising=False)


def test_what_is_optional_has_a_default() -> None:
    found = settings.load()

    assert (found.sender_address, found.allow_private_targets, found.time_scale) == (None, (), 1.0)


def test_what_is_set_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "SENDER_ADDRESS": "a@b.example",
        "ALLOW_PRIVATE_TARGETS": "127.0.0.1, fd00::/8,",
        "TIME_SCALE": "0.05",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    found = settings.load()

    assert found.allow_private_targets == ("127.0.0.1", "fd00::/8")
    assert (found.sender_address, found.time_scale) == ("a@b.example", 0.05)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", ["", None])
def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"^{name} is not set$"):
        settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOW_PRIVATE_TARGETS", "none"),
        ("ALLOW_PRIVATE_TARGETS", "localhost"),
        ("ALLOW_PRIVATE_TARGETS", "10.0.0.1/8"),
        ("TIME_SCALE", ""),
        ("TIME_SCALE", "fast"),
        ("TIME_SCALE", "0"),
        ("TIME_SCALE", "-1"),
        ("TIME_SCALE", "nan"),
        ("TIME_SCALE", "1e999"),
        ("PUBLIC_ADDRESS", "api.example.com"),
        ("PUBLIC_ADDRESS", "https://api.example.com/"),
        ("SENDER_ADDRESS", "none"),
        ("SENDER_ADDRESS", "a@b, c@d"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=rf"^{name} must be [^\n]*, not {value!r}$"):
        settings.load()
