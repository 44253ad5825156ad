"""Open gRPC channels to the gateway: its address, and the options of connections."""

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import grpc

SEND_MAX: Final = 64 * 2**20
"""The limit of a request in bytes: the longest prompts have some five million."""

RECEIVE_MAX: Final = 32 * 2**20

# One name can belong to several gateways, which calls use in turn. If one is unavailable, the name is resolved again.
_SERVICE: Final = json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})
_OPTIONS: Final = (
    ("grpc.service_config", _SERVICE),
    ("grpc.max_send_message_length", SEND_MAX),
    ("grpc.max_receive_message_length", RECEIVE_MAX),
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.max_pings_without_data", 0),  # asked as long as an answer is silent
    ("grpc.initial_reconnect_backoff_ms", 250),
    ("grpc.min_reconnect_backoff_ms", 3_000),  # how long a connection may take to be made
    ("grpc.max_reconnect_backoff_ms", 500),  # less than the pauses between an answer's retries
    ("grpc.dns_min_time_between_resolutions_ms", 1_000),
    ("grpc.enable_http_proxy", 0),  # a proxy is for the way to the vendors
)


@dataclass(frozen=True, slots=True)
class GatewayAddress:
    """The address of the gateway: ``host``, ``port``, the shared token, and whether TLS is used.

    ``authority`` is the CA certificate for the gateway's certificate, in PEM; None for the system's certificates.
    """

    target: str
    token: str = field(repr=False)
    tls: bool = False
    authority: bytes | None = None

    def open(self) -> grpc.aio.Channel:
        """Return a channel, which connects at the first call, and again after each loss."""
        target = f"dns:///{self.target}"
        if not self.tls:
            return grpc.aio.insecure_channel(target, options=_OPTIONS)
        return grpc.aio.secure_channel(target, grpc.ssl_channel_credentials(self.authority), options=_OPTIONS)

    @property
    def metadata(self) -> tuple[tuple[str, Any], ...]:
        """Return the metadata of every call."""
        return (("authorization", f"Bearer {self.token}"),)


def split_address(url: str) -> tuple[str, bool]:
    """Return ``host:port`` of ``grpc://host:port`` or ``grpcs://host:port``, and whether it is TLS."""
    parts = urlsplit(url)
    return parts.netloc, parts.scheme == "grpcs"
