"""Send alerts as short messages by Twilio, over plain HTTP."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from chat_app.adapters.alerts.outgoing import post
from chat_app.adapters.tools.web.addresses import AllowList, Resolve, resolve_by_system
from chat_app.core.support.ports import Alert

TEXT_MAX = 320
"""Two short messages."""


@dataclass(frozen=True, slots=True)
class TwilioSms:
    """Sends from one number, or by one messaging service."""

    base: str
    account: str
    token: str = field(repr=False)
    sender: str
    allowed: AllowList
    resolve: Resolve = resolve_by_system

    async def send(self, alert: Alert, to: str) -> None:
        """Send the alert to a number. Raises ``AlertRefused`` or ``AlertUnavailable``."""
        by = "MessagingServiceSid" if self.sender.startswith("MG") else "From"
        body = urlencode({"To": to, by: self.sender, "Body": alert.text(TEXT_MAX)}).encode()
        url = f"{self.base.rstrip('/')}/2010-04-01/Accounts/{self.account}/Messages.json"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": aiohttp.encode_basic_auth(self.account, self.token),
        }
        await post(url, body, headers, allowed=self.allowed, resolve=self.resolve)
