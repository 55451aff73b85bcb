"""local/settings.py: what `make run` reads from the environment."""

from pathlib import Path

import pytest

from local.settings import LocalError, read_settings

TEMPLATE = Path("/app/template.yaml")


def test_nothing_has_to_be_set() -> None:
    settings = read_settings(TEMPLATE, {})

    assert settings.port == 3000
    assert settings.data_dir == Path(".local").resolve()
    assert settings.emulator_port is None
    assert settings.parameters == {
        "Architecture": "x86_64",
        "TimeScale": "1",
        "AllowPrivateTargets": "127.0.0.1,::1",
        "AllowedOrigins": "",
        "SenderAddress": "herald@example.com",
        "PublicAddress": "http://127.0.0.1:3000",
    }


def test_what_is_set_reaches_the_template() -> None:
    settings = read_settings(
        TEMPLATE,
        {
            "TIME_SCALE": "0.05",
            "ALLOW_PRIVATE_TARGETS": "",
            "PORT": "3001",
            "EMULATOR_PORT": "4566",
        },
    )

    assert settings.parameters["TimeScale"] == "0.05"
    assert settings.parameters["AllowPrivateTargets"] == ""
    assert (settings.port, settings.emulator_port) == (3001, 4566)


@pytest.mark.parametrize(
    ("scale", "told"), [("10", "10"), ("1e-3", "0.001"), ("0.50", "0.5"), ("100", "100")]
)
def test_a_time_scale_is_told_as_the_template_wants_it(scale: str, told: str) -> None:
    assert read_settings(TEMPLATE, {"TIME_SCALE": scale}).parameters["TimeScale"] == told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("EMULATOR_PORT", "-1"),
        ("TIME_SCALE", "fast"),
        ("TIME_SCALE", "0"),
        ("TIME_SCALE", "nan"),
        ("TIME_SCALE", "1e999"),
        ("ALLOW_PRIVATE_TARGETS", "none"),
        ("ALLOW_PRIVATE_TARGETS", "127.0.0.1, localhost"),
        ("ALLOW_PRIVATE_TARGETS", "10.0.0.1/8"),
        ("ALLOWED_ORIGINS", "app.example.com"),
        ("ALLOWED_ORIGINS", "https://app.example.com/"),
        ("ALLOWED_ORIGINS", "none"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(LocalError, match=f"^{name} must be .*{value.rpartition(' ')[2]}'$"):
        read_settings(TEMPLATE, {name: value})


def test_lists_may_have_spaces_and_ends() -> None:
    said = {
        "ALLOW_PRIVATE_TARGETS": " 127.0.0.1 , ::1,",
        "ALLOWED_ORIGINS": "https://a.example, http://localhost:5173 ",
    }

    settings = read_settings(TEMPLATE, said)

    assert settings.parameters["AllowPrivateTargets"] == "127.0.0.1,::1"
    assert settings.parameters["AllowedOrigins"] == "https://a.example,http://localhost:5173"
