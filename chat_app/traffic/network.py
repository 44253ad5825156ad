"""Group addresses by owner."""

from ipaddress import IPv4Address, ip_address, ip_network


def network_of(host: str) -> str:
    """Return the network by which an address is counted: for IPv6 the /64, because one host can use all of it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or ip_network((address.packed[:8] + bytes(8), 64)))
