"""KMS: secrets sealed under one key, each bound to its owner by the encryption context."""

from functools import cached_property
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

AT_ONCE = 10  # calls: botocore keeps as many connections
# Opened secrets that a warm function keeps, so that a busy account costs no call.
MAX_CACHED_KEYS = 1_000


class Vault:
    """A vault that seals and opens short secrets (at most 4,096 bytes).

    An opened secret is kept in memory only.
    """

    def __init__(self, key_arn: str) -> None:
        self.key_arn = key_arn
        self._opened: dict[tuple[bytes, str], bytes] = {}
        self._opening: dict[tuple[bytes, str], Lock] = {}
        self._lock = Lock()
        self._asking = BoundedSemaphore(AT_ONCE)

    @cached_property
    def client(self) -> "KMSClient":
        """The client, made on first use. Most functions that read accounts never open a secret."""
        return boto3.client("kms")

    def seal(self, secret: bytes, *, owner: str) -> bytes:
        answer = self.client.encrypt(
            KeyId=self.key_arn, Plaintext=secret, EncryptionContext={"owner": owner}
        )
        return answer["CiphertextBlob"]

    def open(self, sealed: bytes, *, owner: str) -> bytes:
        """Return the secret. Fails when it was sealed for another owner.

        Many threads may open secrets at the same time. Deliveries of one batch that ask for the
        same secret wait for one call.
        """
        with self._lock:
            if len(self._opening) >= MAX_CACHED_KEYS:
                self._opening = {}
                self._opened = {}
            opening = self._opening.setdefault((sealed, owner), Lock())
            opened = self._opened
            client = self.client
        with opening:
            if (sealed, owner) not in opened:
                with self._asking:
                    answer = client.decrypt(
                        KeyId=self.key_arn,
                        CiphertextBlob=sealed,
                        EncryptionContext={"owner": owner},
                    )
                opened[sealed, owner] = answer["Plaintext"]
            return opened[sealed, owner]

    def __repr__(self) -> str:
        return f"Vault({self.key_arn})"
