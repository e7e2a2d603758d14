"""Where nothing is sent: every address that is not one of the open Internet, however a name leads there."""

import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from matchmaker.integrations import webhook_sender
from matchmaker.integrations.webhook_sender import NotDeliveredError, RefusedAddressError, is_public, post

PRIVATE = (
    *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "100.100.100.200", "0.0.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:10.0.0.1"),
    *("::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "::7f00:1"),
    *(
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
    ),
)
PUBLIC = ("8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e")
WRONG = (
    *("http://hooks.example.com/", "https://hooks.example.com:8443/", "https://hooks.example.com:22/"),
    *("https://me@hooks.example.com/", "https://hooks.example.com/#x", "ftp://hooks.example.com/"),
    *("https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://localhost/"),
    *("https://hooks/", "https://hooks.example.com\\@evil.example/", "https://hooks.example.com/a b"),
    *("https://hooks.example.com/\r\nHost: x", "https://hooks.example.com:99999/", "//hooks.example.com", ""),
    *(
        "https://hooks.example.com./",
        "https://ｅxample.com/",
        "https://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
    ),
)


@pytest.fixture(autouse=True)
def _sends(settings):
    settings.WEBHOOKS = "on"


def test_no_private_address_is_public():
    assert [address for address in PRIVATE if is_public(address)] == []


def test_public_addresses_are_public():
    assert all(map(is_public, PUBLIC))


def test_an_address_that_is_refused_is_not_even_looked_up():
    for url in WRONG:
        with pytest.raises(RefusedAddressError):
            post(url, b"", {}, resolve=lambda _name: pytest.fail("The name was looked up."))


@pytest.mark.parametrize(
    "found", [[], ["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["2606:4700::1", "::ffff:169.254.169.254"]]
)
def test_a_name_with_one_private_address_is_refused_without_a_connection(found, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_where, **_how: pytest.fail("It connected."))
    with pytest.raises(RefusedAddressError):
        post("https://hooks.example.com/", b"", {}, resolve=lambda _name: found)


def test_a_name_is_asked_once_and_the_answer_is_where_the_line_goes(monkeypatch):
    """What the name answers a moment later, a private address, plays no part."""
    asked, connected = iter([["2606:4700::1", "93.184.216.34"], ["127.0.0.1"]]), []

    def connect(where, timeout):
        connected.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_name, **_more: pytest.fail("It asked again."))
    with pytest.raises(NotDeliveredError):
        post("https://hooks.example.com/", b"", {}, resolve=lambda _name: next(asked))
    assert connected == [("93.184.216.34", 443)]


def certificate(folder, name):
    """Return the files of a key, and of a certificate for a name by no one whom others know."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files = folder / "key.pem", folder / "certificate.pem"
    files[0].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    files[1].write_bytes(made.public_bytes(pem))
    return files


@pytest.mark.parametrize(
    ("name", "is_known", "status"),
    [("localhost", True, 200), ("localhost", False, 0), ("elsewhere.example", True, 0)],
)
def test_https_is_spoken_with_whom_the_certificate_names(
    name, is_known, status, tmp_path, receive, settings, monkeypatch
):
    settings.WEBHOOKS = "local"
    monkeypatch.setattr(webhook_sender, "SECONDS", 2.0)
    key, made = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    server = receive(context)
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(made))
    body = b'{"type":"pilot.changed","data":{}}'
    if status:
        assert post(server.url, body, {}).status == status
    else:
        with pytest.raises(NotDeliveredError):
            post(server.url, body, {})
    assert len(server.got) == bool(status)
