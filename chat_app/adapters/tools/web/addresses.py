"""Decide which addresses may be fetched: names are resolved here, and every address is checked."""

import ipaddress
import socket
from asyncio import get_running_loop
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Final

from yarl import URL

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Collection[str]]]
"""Return the addresses of a host. Raises ``OSError`` if it has none."""

PORTS: Final = frozenset({80, 443})

_REFUSED_4: Final = [
    ipaddress.IPv4Network(each)
    for each in (
        "100.64.0.0/10",  # shared by customers of a provider; some clouds keep their metadata there
        "168.63.129.16/32",  # Azure's own server, at a public address
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
    )
]
_CLOUD_6: Final = ipaddress.IPv6Network("fd00:ec2::/32")
"""The addresses of the metadata of Amazon's cloud."""

_GLOBAL_6: Final = ipaddress.IPv6Network("2000::/3")
_DOCUMENTATION_6: Final = ipaddress.IPv6Network("3fff::/20")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class Refused(Exception):
    """An address may not be fetched; the message says why."""


@dataclass(frozen=True, slots=True)
class AllowList:
    """The hosts that the site's operator allows: `example.org`, `*.example.org`, or `host:port`.

    Only an entry with a port may be at an internal address, or use a port other than 80 and 443.
    """

    hosts: frozenset[str] = frozenset()
    below: tuple[str, ...] = ()
    ports: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def of(cls, entries: Collection[str]) -> "AllowList":
        """Return the list of these entries."""
        with_port = {split_entry(each) for each in entries}
        names = {host for host, port in with_port if port is None}
        return cls(
            frozenset(name for name in names if not name.startswith("*.")),
            tuple(sorted(name[1:] for name in names if name.startswith("*."))),
            frozenset((host, port) for host, port in with_port if port is not None),
        )

    def allows(self, host: str, port: int) -> bool:
        """Return whether a host may be fetched without approval."""
        if (host, port) in self.ports:
            return True
        return port in PORTS and (host in self.hosts or (bool(self.below) and host.endswith(self.below)))


def split_entry(entry: str) -> tuple[str, int | None]:
    """Return host and port of an entry of the list. Raises ``ValueError``."""
    host, colon, port = entry.strip().lower().rpartition(":")
    if entry.count(":") > 1 and not host.endswith("]"):  # an IPv6 address without a port
        host, colon, port = entry.strip().lower(), "", ""
    if not colon:
        host, port = entry.strip().lower(), ""
    host = host.removeprefix("[").removesuffix("]").rstrip(".")
    number = int(port) if port else None
    if not host or (colon and number is None) or any(sign in host for sign in "/@ \t"):
        raise ValueError(f"not a host: {entry}")
    if "*" in host and (number is not None or not host.startswith("*.") or "*" in host[1:]):
        raise ValueError(f"an asterisk stands for what is before a name, without a port, as in *.example.org: {entry}")
    return (host if host.isascii() else URL.build(scheme="http", host=host).raw_host or host), number


def is_public(address: IpAddress) -> bool:
    """Return whether an address is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        special = address.sixtofour or address.teredo or address.is_site_local
        usual = address in _GLOBAL_6 and address.is_global and not special and not address.is_multicast
        return usual and address not in _DOCUMENTATION_6
    usual = address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
    return usual and not any(address in network for network in _REFUSED_4)


def is_internal(address: IpAddress) -> bool:
    """Return whether an address is of this machine or of a private network.

    Link-local ones are not: clouds keep their metadata and keys there.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return True
    odd = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_private and not odd and address not in _CLOUD_6


async def checked_addresses(resolve: Resolve, host: str, port: int, *, internal: bool) -> list[str]:
    """Return the addresses of a host. Raises ``Refused`` unless every one may be fetched."""
    found = await _addresses(resolve, host, port)
    for address in found:
        if not (is_public(address) or (internal and is_internal(address))):
            raise Refused(f"{host} is not on the public internet, so it may not be fetched.")
    return list(dict.fromkeys(map(str, found)))


async def _addresses(resolve: Resolve, host: str, port: int) -> list[IpAddress]:
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        found = [ipaddress.ip_address(each) for each in await resolve(host, port)]
    except (OSError, UnicodeError, ValueError):
        found = []
    if not found:
        raise Refused(f"There is no host {host}.")
    return found


async def resolve_by_system(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the machine resolves it."""
    found = await get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]
