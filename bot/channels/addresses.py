"""Where a request comes from, also behind proxies."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from bot.channels.keys import SETTINGS

BITS_OF_A_SITE = 64
"""Bits that the IPv6 addresses of one site share: whoever has one such address has very many."""


def address_of(request: web.Request) -> str:
    """The last address before the trusted proxies, which each add to X-Forwarded-For; the rest of it may be a lie."""
    trusted = request.app[SETTINGS].trusted_proxies
    address = request.remote or ""
    hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    while hops and is_in(address, trusted) and _read(hop := hops.pop().strip()):
        address = hop
    return address


def site_of(address: str) -> str:
    """Whom an address stands for: itself, or its whole site where that has very many."""
    read = _read(address)
    return str(IPv6Network((read, BITS_OF_A_SITE), strict=False)) if isinstance(read, IPv6Address) else address


def is_in(address: str, networks: tuple[str, ...]) -> bool:
    """Whether the address belongs to one of the networks, such as 10.0.0.0/8 or ::1."""
    read = _read(address)
    return read is not None and any(read in ip_network(network) for network in networks)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    """The address, as IPv4 also where it comes dressed as IPv6; None for what is none."""
    try:
        read = ip_address(address)
    except ValueError:
        return None
    return (read.ipv4_mapped or read) if isinstance(read, IPv6Address) else read
