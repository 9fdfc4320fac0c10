"""Addresses that lead into a private network are refused where they are written, and again where they are called."""

import contextlib
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from foundation.http.addresses import AddressRefused, origin_of, resolve_urls
from foundation.http.errors import Forbidden, NotSent
from foundation.http.exchange import CallTrace
from foundation.http.outbound import RequestLimits, send
from tests.foundation.http.hostile import HostileServer
from tests.foundation.http.resolver import resolves_to

LIMITS = RequestLimits(connect=5, read=5, total=5, body=1000)
METADATA = "http://169.254.169.254/"
INSIDE = [
    "10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1",
    "0x7f000001", "0", "00.0.0.0", "127.0.0.1.", "169.254.169.254", "2852039166", "100.64.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "192.0.2.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]",
    "[fe80::1]", "[fd00:ec2::254]", "[fc00::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]", "[2001:db8::1]", "192.88.99.1", "[::ffff:192.88.99.255]", "[2002:c058:6301::]",
    "[2001:20::1]", "[2001:2f:ffff::1]", "[3fff::1]", "[3fff:fff:ffff::1]", "[fec0::1]", "[feff::1]",
    "localhost", "LOCALHOST.", "a.localhost", "１２７.0.0.1", "127。0。0。1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, {})


def check_address(url: str) -> None:
    """Check an address as an editor's form does: by its form, then by what its host resolves to."""
    origin_of(url)
    for sentence in resolve_urls([url]).values():
        raise AddressRefused(sentence)


def refusal(url: str) -> str:
    with pytest.raises(AddressRefused) as refused:
        check_address(url)
    return str(refused.value)


# --- Where it is written ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_in_whatever_notation(host: str) -> None:
    assert "red privada" in refusal(f"https://{host}/a")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (METADATA, "https://"),
        ("http://body.example/", "https://"),
        ("ftp://body.example/", "entera"),
        ("https:///a", "entera"),
        ("https://[::1", "entera"),
        ("https://body.example:70000/", "entera"),
        ("https://body.example:22/", "puerto 22"),
        ("https://user:word@body.example/", "contraseña"),
        ("https://@body.example/", "contraseña"),
        ("https://a..b/", "ningún servidor"),
        ("https://a b/", "ningún servidor"),
        ("", "entera"),
    ],
)
def test_an_address_that_is_not_called_is_refused_with_the_reason(url: str, said: str) -> None:
    assert said in refusal(url)


@pytest.mark.parametrize(
    "url", ["https://body.example/a", "https://body.example:8443/", "https://1.1.1.1/", "https://[2606:4700::1111]/"]
)
def test_an_address_outside_may_be_written(url: str) -> None:
    check_address(url)


@pytest.mark.parametrize("inside", ["127.0.0.1", "169.254.169.254", "10.1.2.3", "::1"])
def test_a_name_that_resolves_inside_is_refused(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    resolves_to(monkeypatch, {"body.example": inside})
    assert "red privada" in refusal("https://body.example/a")


def test_a_network_that_is_allowed_may_be_called_but_never_a_link_local_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, {"body.example": "10.1.2.3"})
    settings.OUTBOUND_PRIVATE_NETWORKS = ["10.1.0.0/16", "169.254.0.0/16", "fe80::/10"]
    check_address("https://10.1.2.3/")
    check_address("https://body.example/")
    for host in ("10.2.0.1", "169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"):
        assert "red privada" in refusal(f"https://{host}/")


def test_what_the_operator_has_set_is_trusted_as_it_is(settings: Settings) -> None:
    settings.SANDBOX_URL, settings.CLAVE_URL = "http://127.0.0.1:8001", "https://clave.intern:444/v"
    check_address("http://127.0.0.1:8001/bodies/a/b")
    check_address("https://clave.intern:444/")
    for other in ("http://127.0.0.1:8002/", "https://127.0.0.1:8001/", "http://127.0.0.2:8001/"):
        refusal(other)


# --- Where it is called ----------------------------------------------------------------------------------------------


@pytest.fixture
def server(settings: Settings) -> Iterator[HostileServer]:
    """A server inside: whoever is led to it must say nothing there."""
    with contextlib.closing(HostileServer()) as running:
        running.does(lambda talk: talk.answer(b"secret"))
        settings.OUTBOUND_PORTS = [443, running.port]
        yield running


def call(url: str) -> None:
    send("GET", url, headers={"X-Api-Key": "credential"}, limits=LIMITS)


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_never_called(host: str) -> None:
    with pytest.raises(Forbidden):
        call(f"https://{host}/")


def test_the_machine_of_a_clouds_secrets_is_never_called() -> None:
    with pytest.raises(Forbidden):
        call(METADATA)


@pytest.mark.parametrize("inside", ["127.0.0.1"])
def test_a_name_that_leads_inside_once_it_is_called_is_told_nothing(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    url = f"https://body.example:{server.port}/"
    check_address(url)  # when it was saved, it led nowhere
    resolves_to(monkeypatch, {"body.example": inside})
    with pytest.raises(Forbidden):
        call(url)
    assert server.left.acquire(timeout=10)
    assert server.requests == []


def test_a_name_that_is_not_known_is_unreachable_and_not_forbidden() -> None:
    with pytest.raises(NotSent) as unreachable:
        call("https://body.example/")
    assert not isinstance(unreachable.value, Forbidden)


def test_what_is_watched_tells_how_far_it_came(server: HostileServer, settings: Settings) -> None:
    settings.SANDBOX_URL = f"http://127.0.0.1:{server.port}"
    trace = CallTrace()
    send("GET", f"{settings.SANDBOX_URL}/", headers={}, limits=LIMITS, trace=trace)
    assert (trace.peer, trace.status, trace.size, trace.tls) == ("127.0.0.1", 200, 6, "")
    assert 0 < trace.connected_after <= trace.sent_after <= trace.answered_after


def test_what_is_watched_of_an_address_inside_ends_before_anything_is_sent(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, {"body.example": "127.0.0.1"})
    trace = CallTrace()
    with pytest.raises(Forbidden):
        send("GET", f"https://body.example:{server.port}/", headers={}, limits=LIMITS, trace=trace)
    assert (trace.peer, trace.sent_after, trace.status) == ("", 0, 0)
