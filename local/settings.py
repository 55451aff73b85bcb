"""What `make run` reads from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

ORIGIN = re.compile(r"\*|https?://[^/\s,]+")
SENDER = "herald@example.com"  # the emulator sends no mail; it keeps it to be read


class LocalError(Exception):
    """A reason to stop, shown as one line at the terminal."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to listen, where to keep state, and the template's parameters."""

    template: Path
    port: int
    data_dir: Path
    time_scale: float
    allow_private_targets: str
    allowed_origins: str
    emulator_port: int | None

    @property
    def parameters(self) -> dict[str, str]:
        """Return parameters for the template. It need not have all of them."""
        return {
            "Architecture": "x86_64",  # the emulator runs functions on this machine, whatever it is
            "TimeScale": f"{self.time_scale:f}".rstrip("0").rstrip("."),
            "AllowPrivateTargets": self.allow_private_targets,
            "AllowedOrigins": self.allowed_origins,
            "SenderAddress": SENDER,
            "PublicAddress": f"http://127.0.0.1:{self.port}",
        }


def read_settings(template: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings. Raises LocalError for a value that cannot be used."""
    emulator_port = environ.get("EMULATOR_PORT", "")
    return Settings(
        template=template.resolve(),
        port=port("PORT", environ.get("PORT") or "3000"),
        data_dir=Path(environ.get("DATA_DIR") or ".local").resolve(),
        time_scale=_scale(environ.get("TIME_SCALE") or "1"),
        allow_private_targets=_networks(environ.get("ALLOW_PRIVATE_TARGETS", "127.0.0.1,::1")),
        allowed_origins=_origins(environ.get("ALLOWED_ORIGINS", "")),
        emulator_port=port("EMULATOR_PORT", emulator_port) if emulator_port else None,
    )


def port(name: str, text: str) -> int:
    """Return the port that a variable names. Raises LocalError."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise LocalError(f"{name} must be a port number, not {text!r}")


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0
    if 0.0001 <= scale <= 1000:
        return scale
    raise LocalError(f"TIME_SCALE must be a number between 0.0001 and 1000, not {text!r}")


def _networks(text: str) -> str:
    """Check networks as the functions check them when they start."""
    for network in _parts(text):
        try:
            ip_network(network)
        except ValueError:
            kind = "addresses or networks, like 127.0.0.1 or fd00::/8"
            raise LocalError(f"ALLOW_PRIVATE_TARGETS must be {kind}, not {network!r}") from None
    return ",".join(_parts(text))


def _origins(text: str) -> str:
    for origin in _parts(text):
        if not ORIGIN.fullmatch(origin):
            raise LocalError(
                f"ALLOWED_ORIGINS must be origins, like http://localhost:5173, not {origin!r}"
            )
    return ",".join(_parts(text))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
