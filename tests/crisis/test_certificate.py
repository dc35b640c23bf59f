"""The certificate of one's own: what it holds, when it is kept and when made anew; and what is said of an operator's."""

import hashlib
import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from crisis import certificate
from crisis.certificate import (
    Unusable,
    fingerprint,
    fingerprint_for_cards,
    keep_fingerprint,
    names_of,
    on_file,
    operators,
    own,
    served,
)
from crisis.tls import options_of
from tests.authority import Authority, pem_of_key, put

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
HOSTS = ["localhost", "127.0.0.1", "[::1]", "laptop", "10.1.2.3"]
DAY = timedelta(days=1)


def extension(made, kind):
    return made.certificate.extensions.get_extension_for_class(kind).value


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ── What it holds ──


def test_it_names_every_host_that_this_vigie_answers_to(tmp_path):
    names = extension(own(tmp_path, HOSTS, NOW), x509.SubjectAlternativeName)

    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "laptop"}
    assert set(names.get_values_for_type(x509.IPAddress)) == set(
        map(ipaddress.ip_address, ("127.0.0.1", "::1", "10.1.2.3"))
    )


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("*", set()),
        (".hospital.example", {"hospital.example", "*.hospital.example"}),
        ("hôpital.example", {"xn--hpital-ixa.example"}),
        ("[fe80::1%eth0]", {ipaddress.ip_address("fe80::1")}),
    ],
)
def test_hosts_are_named_as_certificates_write_them(host, names):
    assert {each.value for each in names_of([host])} == names


def test_it_is_for_a_server_and_can_sign_for_nobody_else(tmp_path):
    made = own(tmp_path, HOSTS, NOW)

    assert extension(made, x509.BasicConstraints).ca is False
    assert extension(made, x509.KeyUsage).key_cert_sign is False
    assert list(extension(made, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert isinstance(made.key.curve, ec.SECP256R1)
    made.certificate.verify_directly_issued_by(made.certificate)


def test_it_holds_though_a_clock_is_a_year_behind_and_ends_before_apple_refuses_it(tmp_path):
    made = own(tmp_path, HOSTS, NOW).certificate

    assert made.not_valid_before_utc == NOW - 366 * DAY
    assert made.not_valid_after_utc == NOW + 397 * DAY
    assert made.not_valid_after_utc - made.not_valid_before_utc < 825 * DAY


def test_only_the_owner_reads_the_key(tmp_path):
    own(tmp_path, HOSTS, NOW)

    assert (tmp_path / "certificate_key.pem").stat().st_mode & 0o777 == 0o600
    (tmp_path / "certificate_key.pem").chmod(0o644)
    own(tmp_path, HOSTS, NOW)
    assert (tmp_path / "certificate_key.pem").stat().st_mode & 0o777 == 0o600


def test_the_fingerprint_is_the_sha256_that_browsers_show_in_groups(tmp_path):
    made = own(tmp_path, HOSTS, NOW)
    shown = made.fingerprint

    digest = hashlib.sha256(made.certificate.public_bytes(Encoding.DER)).hexdigest().upper()
    assert shown.replace(" ", "").replace(":", "") == digest
    assert [len(group.split(":")) for group in shown.split(" ")] == [4] * 8


# ── Kept, and made anew ──


@pytest.mark.parametrize("hosts", [HOSTS, HOSTS[:3], [*HOSTS, "*"]])
@pytest.mark.parametrize("later", [timedelta(0), 389 * DAY, -300 * DAY])
def test_it_is_kept_while_it_holds_and_names_what_is_reached(tmp_path, hosts, later):
    first = own(tmp_path, HOSTS, NOW)
    before = content_of(tmp_path)

    again = own(tmp_path, hosts, NOW + later)

    assert (again.fingerprint, again.replaces) == (first.fingerprint, False)
    assert content_of(tmp_path) == before


@pytest.mark.parametrize("moment", [NOW + 391 * DAY, NOW + 4000 * DAY, NOW - 367 * DAY])
def test_it_is_made_anew_in_its_last_week_or_when_the_clock_was_set_back_before_it(tmp_path, moment):
    first = own(tmp_path, HOSTS, NOW)

    again = own(tmp_path, ["localhost"], moment)

    assert again.replaces
    assert again.fingerprint != first.fingerprint
    assert again.certificate.not_valid_after_utc == moment + 397 * DAY
    assert certificate.names_in(again.certificate) == names_of(["localhost"])


def test_a_laptop_between_two_networks_changes_its_fingerprint_once(tmp_path):
    at_home, in_town = ["localhost", "10.1.2.3"], ["localhost", "192.168.7.7"]
    first = own(tmp_path, at_home, NOW)
    second = own(tmp_path, in_town, NOW + DAY)

    assert second.replaces
    assert second.fingerprint != first.fingerprint
    for hosts in (at_home, in_town):
        third = own(tmp_path, hosts, NOW + 2 * DAY)
        assert (third.fingerprint, third.replaces) == (second.fingerprint, False)


@pytest.mark.parametrize("name", ["certificate.pem", "certificate_key.pem"])
@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_that_broke_is_made_anew_with_its_other_half(tmp_path, name, content):
    first = own(tmp_path, HOSTS, NOW)
    (tmp_path / name).write_bytes(content)

    again = own(tmp_path, HOSTS, NOW)

    assert again.replaces
    assert again.fingerprint != first.fingerprint
    assert on_file(tmp_path).fingerprint == again.fingerprint


def test_a_key_of_another_certificate_is_never_served(tmp_path):
    first = own(tmp_path, HOSTS, NOW)
    (tmp_path / "certificate_key.pem").write_bytes(pem_of_key(ec.generate_private_key(ec.SECP256R1())))

    assert on_file(tmp_path) is None
    assert own(tmp_path, HOSTS, NOW).fingerprint != first.fingerprint


def test_what_is_half_written_when_the_power_goes_is_no_obstacle(tmp_path):
    (tmp_path / "certificate_key.new").write_bytes(b"half a k")

    made = own(tmp_path, HOSTS, NOW)

    assert not made.replaces
    assert set(content_of(tmp_path)) == {"certificate.pem", "certificate_key.pem", "certificate.lock"}


@given(st.lists(st.sampled_from(["localhost", "10.1.2.3", "[::1]", "laptop", "*", ".example"]), unique=True))
def test_every_host_is_covered_whatever_the_order(hosts):
    key = ec.generate_private_key(ec.SECP256R1())
    made = certificate.made(key, names_of([*hosts, "localhost"]), NOW)

    assert certificate.names_in(made) == names_of([*reversed(hosts), "localhost"])


# ── What the settings choose ──


def swapped(path: Path) -> None:
    """Something that no account can read as a file."""
    path.unlink()
    path.mkdir()


@pytest.fixture
def installed(settings, tmp_path):
    """Served by another server than `up`, over HTTPS; what a test lets `up` serve is forgotten after it."""
    settings.DATA_DIR, settings.ALLOWED_HOSTS = tmp_path / "data", HOSTS
    settings.TLS_CERTIFICATE = settings.TLS_KEY = ""
    settings.BEHIND_TLS_PROXY, settings.HTTPS = False, True
    yield settings
    certificate._served.clear()


def test_without_a_setting_its_own_is_served_and_stands_on_the_cards(installed):
    assert fingerprint_for_cards() == ""

    made = served()

    assert made.is_own
    assert fingerprint_for_cards() == made.fingerprint


def test_over_plain_http_the_cards_name_no_fingerprint_that_nobody_would_see(installed):
    served()
    keep_fingerprint(None)
    assert fingerprint_for_cards() == ""

    certificate._served.clear()
    installed.HTTPS = False

    assert fingerprint_for_cards() == ""


def test_the_operators_is_served_and_stands_on_the_cards(installed, tmp_path):
    paths = put(tmp_path, *Authority().server("vigie.example"))
    installed.TLS_CERTIFICATE, installed.TLS_KEY = map(str, paths)

    assert not served().is_own
    assert fingerprint_for_cards() == served().fingerprint
    assert not installed.DATA_DIR.exists()


def test_a_certificate_that_ended_while_it_is_served_stays_on_the_cards(installed, tmp_path):
    paths = put(tmp_path, *Authority(NOW - 4000 * DAY).server("vigie.example"))
    installed.TLS_CERTIFICATE, installed.TLS_KEY = map(str, paths)
    with pytest.raises(Unusable, match="ended on"):
        served()

    assert fingerprint_for_cards() == fingerprint(x509.load_pem_x509_certificates(paths[0].read_bytes())[0])


@pytest.mark.parametrize("ruin", [Path.unlink, lambda path: path.write_bytes(b"nonsense"), swapped])
def test_what_up_serves_stays_on_the_cards_and_a_file_that_cannot_be_read_is_no_error(ruin, installed):
    made = served()
    keep_fingerprint(made)
    ruin(installed.DATA_DIR / "certificate.pem")
    assert fingerprint_for_cards() == made.fingerprint

    certificate._served.clear()

    assert fingerprint_for_cards() == ""


def test_a_certificate_of_its_own_that_cannot_be_read_is_said(installed):
    served()
    swapped(installed.DATA_DIR / "certificate.pem")

    with pytest.raises(Unusable, match=r"The certificate cannot be kept in .*data \(Is a directory\)\."):
        served()


@pytest.mark.parametrize("name", ["TLS_CERTIFICATE", "TLS_KEY"])
def test_half_of_the_operators_settings_is_refused(installed, name, tmp_path):
    setattr(installed, name, str(tmp_path))

    with pytest.raises(Unusable, match="TLS_CERTIFICATE and TLS_KEY belong together: set both, or neither"):
        served()
    assert not installed.DATA_DIR.exists()


def test_a_folder_that_cannot_be_written_is_said(installed, tmp_path):
    (tmp_path / "data").write_text("a file, where a folder should be")

    with pytest.raises(Unusable, match=r"The certificate cannot be kept in .*data \(File exists\)\."):
        served()


# ── The operator's ──


@pytest.fixture
def authority() -> Authority:
    return Authority(NOW)


def test_the_operators_chain_is_read_as_it_stands(authority, tmp_path):
    paths = put(tmp_path, *authority.server("vigie.example"))

    found = operators(*paths, NOW)

    assert len(found.chain) == 1
    assert fingerprint(found.chain[0]) == fingerprint(authority.between)
    found.certificate.verify_directly_issued_by(found.chain[0])


def test_a_path_that_leads_nowhere_is_named(authority, tmp_path):
    certificate_path, key_path = put(tmp_path, *authority.server("vigie.example"))
    nowhere = tmp_path / "nowhere.pem"

    with pytest.raises(Unusable, match=r"TLS_CERTIFICATE=.*nowhere.pem cannot be read \(No such file or directory\)"):
        operators(nowhere, key_path, NOW)
    with pytest.raises(Unusable, match=r"TLS_KEY=.*nowhere.pem cannot be read \(No such file or directory\)"):
        operators(certificate_path, nowhere, NOW)


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_or_no_key_is_named_and_not_repeated(content, authority, tmp_path):
    paths = put(tmp_path, *authority.server("vigie.example"))
    paths[0].write_bytes(content)
    with pytest.raises(Unusable, match=r"TLS_CERTIFICATE=.* holds no certificate: write it as PEM"):
        operators(*paths, NOW)

    paths = put(tmp_path, *authority.server("vigie.example"))
    paths[1].write_bytes(content)
    with pytest.raises(Unusable, match=r"TLS_KEY=.* holds no key that can be used: write it as PEM") as refused:
        operators(*paths, NOW)
    assert "nonsense" not in str(refused.value)


def test_a_key_behind_a_password_is_refused(authority, tmp_path):
    chain, key = authority.server("vigie.example")
    paths = put(tmp_path, chain, key)
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hunter2")))

    with pytest.raises(Unusable, match="holds no key that can be used: write it as PEM, without a password"):
        operators(*paths, NOW)


def test_a_key_that_does_not_belong_is_refused_and_so_is_a_chain_the_wrong_way_round(authority, tmp_path):
    chain, key = authority.server("vigie.example")
    for wrong in ((chain, ec.generate_private_key(ec.SECP256R1())), (chain[::-1], key)):
        with pytest.raises(Unusable, match=r"TLS_KEY=.* does not belong to the first certificate of TLS_CERTIFICATE"):
            operators(*put(tmp_path, *wrong), NOW)


def test_a_certificate_that_ended_or_has_not_begun_is_refused_with_its_day(authority, tmp_path):
    paths = put(tmp_path, *authority.server("vigie.example"))

    with pytest.raises(Unusable, match="ended on 2026-08-12: have it renewed, or set this machine's clock"):
        operators(*paths, NOW + 90 * DAY)
    with pytest.raises(Unusable, match="holds only from 2026-05-13 on: set this machine's clock"):
        operators(*paths, NOW - 2 * DAY)


def test_a_key_that_is_too_weak_is_refused_before_anybody_connects(authority, tmp_path, settings):
    weak = rsa.generate_private_key(65537, 1024)
    paths = put(tmp_path, *authority.server("vigie.example", weak))
    settings.TLS_CERTIFICATE = str(paths[0])

    with pytest.raises(Unusable, match=r"The certificate .* cannot be served \(.*key too small.*\)"):
        options_of(operators(*paths, NOW))
