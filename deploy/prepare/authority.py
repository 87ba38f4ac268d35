"""Creation of the local certificate authority and its certificates (RFC 5280)."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 397
"""Browsers reject certificates with a longer lifetime."""


def _names(base_domain: str) -> list[str]:
    return list(dict.fromkeys([base_domain, "localhost"]))


def vouches_for(authority: x509.Certificate, base_domain: str) -> bool:
    """Return True if the authority's name constraint covers ``base_domain``."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return x509.DNSName(base_domain) in (constraints.permitted_subtrees or ())


def make_authority(base_domain: str, key: EllipticCurvePrivateKey) -> x509.Certificate:
    """Create a self-signed authority that is valid only for ``base_domain`` and this machine (RFC 5280 §4.2.1.10)."""
    name = _name(f"VF Services development authority ({base_domain})")
    permitted: list[x509.GeneralName] = [x509.DNSName(domain) for domain in _names(base_domain)]
    permitted += [x509.IPAddress(ipaddress.ip_network(network)) for network in ("127.0.0.0/8", "::1/128")]
    return (
        _builder(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def make_certificate(
    base_domain: str,
    public: EllipticCurvePublicKey,
    authority: x509.Certificate,
    authority_key: EllipticCurvePrivateKey,
) -> x509.Certificate:
    """Create a server certificate for ``base_domain``, its subdomains and this machine."""
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in (*_names(base_domain), f"*.{base_domain}")]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(_name(base_domain), authority.subject, public, CERTIFICATE_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public: EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    return builder.not_valid_after(now + datetime.timedelta(days=days)).add_extension(identifier, critical=False)


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    off = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        decipher_only=False,
        **off,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def key_pem(key: EllipticCurvePrivateKey) -> bytes:
    """Return PKCS #8 PEM without a passphrase."""
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*encoding)
