"""A real Bluesky server per test run, and the connector before it."""

from tests.bluesky.fixtures import accounts, bluesky, client, kept, pds, person

__all__ = ["accounts", "bluesky", "client", "kept", "pds", "person"]
