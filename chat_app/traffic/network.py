"""Whom an address stands for."""

from ipaddress import IPv4Address, ip_address, ip_network


def network_of(host: str) -> str:
    """Return the address by which its owner is counted: of IPv6 the /64, in which one host has all."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or ip_network((address.packed[:8] + bytes(8), 64)))
