"""Only addresses of the public internet are fetched, however they are written."""

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat_app.adapters.tools.web.addresses import AllowList, Refused, checked_addresses, is_internal, is_public
from chat_app.settings.ai.tools import ToolSettings

INSIDE_4 = [
    ipaddress.IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
    )
]
OUTSIDE_4 = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1"]
INSIDE_6 = (
    *("::/128", "::1/128", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16"),
    *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::254/128", "3fff::/20", "4000::/3"),
)


def test_every_network_that_is_not_public_is_refused():
    for network in INSIDE_4:
        assert not is_public(network[0])
        assert not is_public(network[-1])
    for text in OUTSIDE_4:
        assert is_public(ipaddress.ip_address(text))


@given(st.sampled_from(INSIDE_4).flatmap(lambda network: st.ip_addresses(v=4, network=network)))
def test_inner_address_is_refused_in_every_disguise(inner: ipaddress.IPv4Address):
    number = int(inner)
    disguises = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address((0x20010000 << 96) | (number ^ 0xFFFF_FFFF)),
        ipaddress.IPv6Address(number),
    ]
    assert not any(map(is_public, [inner, *disguises]))


@given(st.ip_addresses())
@example(ipaddress.ip_address("2606:4700:4700::1111"))
def test_no_address_is_both_public_and_internal(address: ipaddress.IPv4Address | ipaddress.IPv6Address):
    assert not (is_public(address) and is_internal(address))
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(address)


@given(st.sampled_from(INSIDE_6).flatmap(lambda network: st.ip_addresses(v=6, network=network)))
def test_every_special_network_of_version_6_is_refused(address: ipaddress.IPv6Address):
    assert not is_public(address)


def test_public_addresses_of_version_6_and_their_translations_are_fetched():
    for text in ("2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "64:ff9b::808:808", "::ffff:8.8.8.8"):
        assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "fd00:ec2::254"])
def test_no_metadata_of_clouds_even_where_internal_addresses_are_allowed(text: str):
    assert not is_internal(ipaddress.ip_address(text))
    assert not is_public(ipaddress.ip_address(text))


async def test_one_inner_address_among_public_ones_is_enough_to_refuse():
    async def resolve(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(Refused):
        await checked_addresses(resolve, "mixed.example", 443, internal=False)
    assert await checked_addresses(resolve, "mixed.example", 443, internal=True) == ["8.8.8.8", "10.0.0.1"]


def test_allow_list_has_names_wildcards_and_ports():
    allowed = AllowList.of(["Example.org", "*.example.com", "intranet.example:8080", "[::1]:9000", "例え.jp"])
    assert allowed.allows("example.org", 443)
    assert allowed.allows("a.b.example.com", 80)
    assert allowed.allows("intranet.example", 8080)
    assert allowed.allows("::1", 9000)
    assert allowed.allows("xn--r8jz45g.jp", 443)
    for host, port in (("example.com", 443), ("badexample.com", 443), ("example.org", 8080), ("intranet.example", 80)):
        assert not allowed.allows(host, port)
    assert ("example.org", 443) not in allowed.ports


@pytest.mark.parametrize("entry", ["http://a", "a/b", "a:b", "*.a:80", "*", "a*b", "a b", "u@h", "a:99999999"])
def test_entry_that_is_no_host_stops_the_start(entry: str):
    with pytest.raises(ValueError, match="not a host"):
        ToolSettings(tools_fetch_allow=entry)


def test_entries_are_separated_by_commas():
    assert ToolSettings(tools_fetch_allow=" a.example, *.b.example ,").tools_fetch_allow == ("a.example", "*.b.example")
