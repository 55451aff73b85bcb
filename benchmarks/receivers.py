"""Receivers over TLS on loopback, each on an address of its own, in a process of their own.

`python -m benchmarks.receivers`.

A POST to /quick is answered after the time that the process's argument names, a POST to /hang
never. A GET tells what came. The process ends when its stdin ends.
"""

import asyncio
import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FIRST = IPv4Address("127.77.0.1")
TRUSTED = "trusted.pem"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class Receivers:
    """The running receivers.

    `tls` trusts them. So does `bundle`, beside all the authorities that a program of today trusts.
    """

    hosts: list[str]
    bundle: Path
    tls: ssl.SSLContext

    def came(self, *, release: bool = False) -> dict[str, Any]:
        """Return how many deliveries wait, and the ages of those that came since the last call.

        An age is in seconds, from the event's creation to the delivery's arrival. `release` answers
        the deliveries that hang.
        """
        connection = HTTPSConnection(self.hosts[0], context=self.tls)
        connection.request("GET", "/release" if release else "/")
        counts: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return counts


@contextmanager
def receivers(number: int, *, answer_after: float) -> Iterator[Receivers]:
    """Run receivers, each of which answers after so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [folder, str(number), str(answer_after)]
        command = [sys.executable, "-m", "benchmarks.receivers", *arguments]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            trusted = Path(folder) / TRUSTED
            bundle = Path(folder) / "bundle.pem"
            bundle.write_bytes(Path(certifi.where()).read_bytes() + trusted.read_bytes())
            tls = ssl.create_default_context(cafile=trusted)
            hosts = [f"{FIRST + index}:{port}" for index in range(number)]
            yield Receivers(hosts, bundle, tls)
            assert process.stdin is not None
            process.stdin.close()


class Site:
    """Serves the requests to all receivers."""

    def __init__(self, answer_after: float) -> None:
        self.answer_after = answer_after
        self.waiting = 0
        self.ages: list[float] = []
        self.released = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if head.startswith("GET"):
            if head.startswith("GET /release"):
                self.released.set()
                self.released = asyncio.Event()
            return await self._tell(writer)
        length = next(
            int(line.split(":")[1])
            for line in head.splitlines()
            if line.lower().startswith("content-length:")
        )
        body = json.loads(await reader.readexactly(length))
        age = datetime.now(UTC) - datetime.fromisoformat(body["createdAt"])
        self.ages.append(age.total_seconds())
        self.waiting += 1
        try:
            if head.startswith("POST /hang"):
                await self.released.wait()
            else:
                await asyncio.sleep(self.answer_after)
        finally:
            self.waiting -= 1
        writer.write(ANSWER)
        return await writer.drain()

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        body = json.dumps({"waiting": self.waiting, "ages": self.ages}).encode()
        self.ages = []
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        writer.write(head + body)
        await writer.drain()


def certificate(folder: Path, hosts: list[IPv4Address]) -> ssl.SSLContext:
    """Write one self-signed certificate for all hosts, and return a server's TLS context."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receivers")])
    names = x509.SubjectAlternativeName([x509.IPAddress(host) for host in hosts])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(pem)
    (folder / TRUSTED).write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / TRUSTED, folder / "key.pem")
    return tls


async def serve(folder: Path, number: int, answer_after: float) -> None:
    hosts = [FIRST + index for index in range(number)]
    tls = certificate(folder, hosts)
    site = Site(answer_after)
    first = await asyncio.start_server(site.serve, str(hosts[0]), 0, ssl=tls, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    for host in hosts[1:]:
        await asyncio.start_server(site.serve, str(host), port, ssl=tls, backlog=1024)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
