"""An authority of our own, and certificates that are right, or wrong in one way each."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """Signs certificates; `file` is what a client that trusts it loads."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._made = 0
        own = self._signed(self._name, self._key, [], 2 * DAY, authority=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def server(self, *names: str, valid: timedelta = DAY) -> ssl.SSLContext:
        """Return a server's side of TLS, with a certificate for these names or addresses.

        A `valid` below zero makes an expired certificate.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        signed = self._signed(subject, key, names, valid, authority=False)
        return context(self._write(signed, key))

    def own(self) -> ssl.SSLContext:
        """A server's side of TLS with the authority's own certificate, which is self-signed."""
        certificate = self._signed(self._name, self._key, ["hook.example"], DAY, authority=True)
        return context(self._write(certificate, self._key))

    def trusting(self) -> ssl.SSLContext:
        """A client's side that trusts this authority alone."""
        return ssl.create_default_context(cafile=str(self.file))

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        names: Sequence[str],
        valid: timedelta,
        *,
        authority: bool,
    ) -> x509.Certificate:
        end = datetime.now(UTC) + valid
        builder = (
            x509.CertificateBuilder(
                self._name, subject, key.public_key(), x509.random_serial_number()
            )
            .not_valid_before(end - 3 * DAY)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(usage(authority=authority), critical=True)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([alternative(name) for name in names]), critical=False
            )
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Path:
        self._made += 1
        file = self._folder / f"{self._made}.pem"
        encoding, shape = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
        file.write_bytes(
            certificate.public_bytes(encoding)
            + key.private_bytes(encoding, shape, serialization.NoEncryption())
        )
        return file


def usage(*, authority: bool) -> x509.KeyUsage:
    """An authority signs certificates, a server signs handshakes."""
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def alternative(name: str) -> x509.GeneralName:
    return (
        x509.IPAddress(ip_address(name)) if name[0].isdigit() or ":" in name else x509.DNSName(name)
    )


def context(file: Path) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(file)
    return found
