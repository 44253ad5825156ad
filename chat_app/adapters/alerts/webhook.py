"""Send alerts to a webhook, signed by the Standard Webhooks specification (https://www.standardwebhooks.com)."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from chat_app.adapters.alerts.outgoing import post
from chat_app.adapters.tools.web.addresses import AllowList, Resolve, resolve_by_system
from chat_app.core.support.ports import Alert


@dataclass(frozen=True, slots=True)
class SignedWebhook:
    """Posts alerts as JSON. A repetition has the same ``webhook-id``."""

    secret: str = field(repr=False)
    """``whsec_`` and the key in base64."""
    allowed: AllowList
    resolve: Resolve = resolve_by_system
    clock: Callable[[], float] = time.time

    async def send(self, alert: Alert, to: str) -> None:
        """Post the alert to an address. Raises ``AlertRefused`` or ``AlertUnavailable``."""
        kind = "support.test" if alert.test else "support.help_requested"
        body = json.dumps({"type": kind, "timestamp": alert.at, "data": alert.as_json()}).encode()
        headers = {"Content-Type": "application/json", **self.sign(alert.id, body)}
        await post(to, body, headers, allowed=self.allowed, resolve=self.resolve)

    def sign(self, alert_id: str, body: bytes) -> dict[str, str]:
        """Return the headers that prove who sent a body, and when."""
        at = str(int(self.clock()))
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.digest(key, b".".join((alert_id.encode(), at.encode(), body)), "sha256")
        signature = f"v1,{base64.b64encode(digest).decode()}"
        return {"webhook-id": alert_id, "webhook-timestamp": at, "webhook-signature": signature}
