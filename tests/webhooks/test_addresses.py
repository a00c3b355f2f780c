"""Where nothing is sent: addresses that are not of the internet, by their form or by where a name leads."""

from ipaddress import ip_address
from typing import Any

import pytest

from compliance.webhooks import addresses
from compliance.webhooks.addresses import RefusedError, is_public, resolve, target

REFUSED = """
0.0.0.0 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16 :: ::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::a00:1 64:ff9b::8.8.8.8
64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1 fc00::1
fd00:ec2::254 fe80::1 fec0::1 ff02::1
""".split()  # noqa: SIM905
PUBLIC = "1.1.1.1 8.8.8.8 172.32.0.1 100.128.0.1 192.0.1.1 2606:4700::1111 2a01:e0a::1".split()  # noqa: SIM905


def test_only_addresses_of_the_internet_are_public() -> None:
    assert [one for one in REFUSED if is_public(ip_address(one))] == []
    assert [one for one in PUBLIC if is_public(ip_address(one))] == PUBLIC


@pytest.mark.parametrize(
    "url",
    [
        "", "hook.example.org", "ftp://hook.example.org/", "file:///etc/passwd", "https://", "https:///path",
        "http://hook.example.org/", "https://user:word@hook.example.org/", "https://@hook.example.org/",
        "https://hook.example.org/#part", "https://hook.example.org:99999/", "https://[::1/",
        "https://hook.example.org/\r\nX-Evil: 1", "https://hook.example.org/a b", "https://hôpital.example/",
        "https://hook.example.org\t/", "https:\\\\hook.example.org/", "https://a.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_an_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(RefusedError):
        target(url, loopback=False)


def test_the_parts_of_an_address() -> None:
    place = target("https://Hook.Example.org:8443?key=1", loopback=False)
    assert (place.secure, place.host, place.port, place.path) == (True, "hook.example.org", 8443, "/?key=1")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "0"]
)
def test_no_way_of_writing_this_machine_passes(host: str) -> None:
    with pytest.raises(RefusedError, match="public internet"):
        resolve(target(f"https://{host}/", loopback=False), loopback=False)


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*known: str) -> None:
        found: list[Any] = [(0, 0, 0, "", (one, 443)) for one in known]
        monkeypatch.setattr(addresses, "getaddrinfo", lambda *_, **__: found)

    place = target("https://hook.example.org/", loopback=True)
    answers("1.1.1.1", "2606:4700::1111")
    assert list(map(str, resolve(place, loopback=False))) == ["1.1.1.1", "2606:4700::1111"]
    for private in ("10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", "127.0.0.1"):
        answers("1.1.1.1", private)
        with pytest.raises(RefusedError):
            resolve(place, loopback=False)
    answers("1.1.1.1")
    with pytest.raises(RefusedError, match="https"):  # plain HTTP goes to this machine only
        resolve(target("http://hook.example.org/", loopback=True), loopback=True)
