"""
The folder of a Mosquitto of ours: certificates, who may do what, settings that lose nothing.

Private keys are made here and are readable by their owner alone; a principal's certificate has its
name, which is its place in every topic.
"""

import datetime as dt
import ipaddress
import os
import pathlib
import pwd
import shutil
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEARS = dt.timedelta(days=3 * 365)
INGEST, SPEAKER, HOME_NAME = "ingest", "speaker", "home"
ACL = """\
# Made by `sportsbrain devices init`. A principal's name is the third part of its topics.
user ingest
topic read sb/#
user speaker
topic write sb/v1/+/+/+/set
topic write homeassistant/#
topic read homeassistant/status
topic read sb/home/#
user home
topic read homeassistant/#
topic write homeassistant/status
topic write sb/home/+/+/+/ask
{heard}pattern write sb/v1/%u/+/+/state
pattern write sb/v1/%u/+/+/event
pattern write sb/v1/%u/+/+/reply
pattern write sb/v1/%u/status
pattern read sb/v1/%u/+/+/set
pattern read sb/v1/trust/#
"""
CONFIG = """\
# Made by `sportsbrain devices init`. Start it with: mosquitto -c {folder}/mosquitto.conf
per_listener_settings false
listener {port} {address}
cafile {folder}/ca.crt
certfile {folder}/server.crt
keyfile {folder}/server.key
crlfile {folder}/crl.pem
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
allow_anonymous false
acl_file {folder}/acl
# A queue that holds an hour of a village, saved each second: what a killed broker may lose.
max_queued_messages 1000000
max_inflight_messages 2000
max_packet_size 65536
persistence true
persistence_location {folder}/kept/
autosave_interval 1
persistent_client_expiration 14d
{user}log_dest stderr
log_type error
log_type warning
log_type notice
"""


class BrokerFolderError(ValueError):
    """A folder that is not one of ours, or is one already; the text says what to do."""


def init_broker(
    folder: pathlib.Path, *, address: str, port: int, hosts: list[str], user: str = ""
) -> None:
    """
    Make a folder with everything a Mosquitto needs; ``hosts`` are names people reach it by.

    ``user`` is whom Mosquitto runs as when root starts it; nothing: its own, where there is one.

    Raises
    ------
    BrokerFolderError
        When there is one already: its certificates are in use.

    """
    if (folder / "ca.key").exists():
        message = f"{folder} has a broker already, its certificates are in use: name a new folder"
        raise BrokerFolderError(message)
    (folder / "kept").mkdir(parents=True, exist_ok=True)
    (folder / "principals").mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Sports Brain devices")
    authority = (
        _certificate(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / "ca.key", key)
    _write(folder / "ca.crt", authority.public_bytes(serialization.Encoding.PEM))
    _issue(folder, "server", folder / "server", hosts)
    _issue(folder, INGEST, folder / INGEST, [])
    _issue(folder, SPEAKER, folder / SPEAKER, [])
    _write_revoked(folder, [])
    _write(folder / "acl", ACL.format(heard="").encode())
    if not user and os.getuid() == 0:
        user = "mosquitto" if _is_user("mosquitto") else "root"
    words = f"user {user}\n" if user else ""
    config = CONFIG.format(folder=folder.resolve(), address=address, port=port, user=words)
    _write(folder / "mosquitto.conf", config.encode())
    if user not in {"", "root"} and os.getuid() == 0:  # it gives up root before it reads its key
        for place in (folder / "kept", folder / "server.key"):
            shutil.chown(place, user)


def add_principal(folder: pathlib.Path, name: str) -> pathlib.Path:
    """
    Make the key and certificate of a principal and return where they are, without their endings.

    Raises
    ------
    BrokerFolderError
        When the folder has no broker, or the principal has a certificate already.

    """
    _authority(folder)
    place = folder / "principals" / name
    if place.with_name(f"{name}.crt").exists() or name in {INGEST, SPEAKER, HOME_NAME, "server"}:
        message = f"{name} has a certificate already"
        raise BrokerFolderError(message)
    _issue(folder, name, place, [])
    return place


def let_home_hear(folder: pathlib.Path, points: list[tuple[str, str, str]]) -> pathlib.Path:
    """
    Let a house's own automation hear some points, (principal, device, key), and nothing else.

    Returns where its certificate is; the broker reads its rights again when told so (SIGHUP).

    Raises
    ------
    BrokerFolderError
        When the folder has no broker.

    """
    _authority(folder)
    place = folder / "principals" / HOME_NAME
    if not place.with_name(f"{HOME_NAME}.crt").exists():
        _issue(folder, HOME_NAME, place, [])
    lines = [f"topic read sb/v1/{'/'.join(point)}/state\n" for point in sorted(points)]
    lines += [f"topic read sb/v1/{name}/status\n" for name in sorted({p[0] for p in points})]
    _write(folder / "acl", ACL.format(heard="".join(lines)).encode())
    return place


def revoke_certificate(folder: pathlib.Path, name: str) -> None:
    """
    Put a principal's certificate on the list that the broker reads; it has to be told (SIGHUP).

    Raises
    ------
    BrokerFolderError
        When there is no such certificate.

    """
    place = folder / "principals" / f"{name}.crt"
    if not place.exists():
        message = f"{name} has no certificate here"
        raise BrokerFolderError(message)
    known = x509.load_pem_x509_crl((folder / "crl.pem").read_bytes())
    gone = [row.serial_number for row in known]
    gone.append(x509.load_pem_x509_certificate(place.read_bytes()).serial_number)
    _write_revoked(folder, sorted(set(gone)))


def tls_of(folder: pathlib.Path, place: pathlib.Path | None = None) -> ssl.SSLContext:
    """Return what a client of the broker needs: the ingest, or a principal's place."""
    own = place or folder / INGEST
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(f"{own}.crt", f"{own}.key")
    return context


def _authority(folder: pathlib.Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    if not (folder / "ca.key").exists():
        message = f"{folder} has no broker: make one by `sportsbrain devices init`"
        raise BrokerFolderError(message)
    key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        message = f"{folder}/ca.key is not one of ours"
        raise BrokerFolderError(message)
    return key, x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())


def _issue(folder: pathlib.Path, name: str, place: pathlib.Path, hosts: list[str]) -> None:
    signer, authority = _authority(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _certificate(_name(name), authority.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_signed_by(signer), critical=False)
    )
    if hosts:
        made = made.add_extension(
            x509.SubjectAlternativeName([_host(word) for word in hosts]), critical=False
        )
    signed = made.sign(signer, hashes.SHA256())
    _write_key(place.with_name(f"{place.name}.key"), key)
    _write(place.with_name(f"{place.name}.crt"), signed.public_bytes(serialization.Encoding.PEM))


def _signed_by(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    """Return the name of the key that signed: strict verifiers ask for it."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _host(word: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(word))
    except ValueError:
        return x509.DNSName(word)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + YEARS)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _write_revoked(folder: pathlib.Path, serials: list[int]) -> None:
    key, authority = _authority(folder)
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
    made = made.last_update(now - dt.timedelta(minutes=5)).next_update(now + YEARS)
    for serial in serials:
        made = made.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        )
    signed = made.add_extension(_signed_by(key), critical=False).sign(key, hashes.SHA256())
    _write(folder / "crl.pem", signed.public_bytes(serialization.Encoding.PEM))


def _name(word: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word)])


def _write_key(path: pathlib.Path, key: ec.EllipticCurvePrivateKey) -> None:
    _write(
        path,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        mode=0o600,
    )


def _write(path: pathlib.Path, content: bytes, *, mode: int = 0o644) -> None:
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_bytes(content)
