"""Build the sender of alerts to support."""

from typing import Final

from yarl import URL

from chat_app.adapters.alerts.twilio import TwilioSms
from chat_app.adapters.alerts.webhook import SignedWebhook
from chat_app.adapters.tools.web.addresses import AllowList
from chat_app.bootstrap.secrets import revealed
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.support.ports import AlertChannel
from chat_app.settings import Settings
from chat_app.worker.alerts import AlertSender

_PUBLIC: Final = "https://api.twilio.com"


def build_alerts(settings: Settings, work: UnitOfWork) -> AlertSender:
    """Return the sender, with the configured channels.

    Hosts in ``PARLEY_TOOLS_FETCH_ALLOW`` and the host of another Twilio may be internal.
    """
    allowed = list(settings.tools_fetch_allow)
    if settings.twilio_api_base != _PUBLIC:
        base = URL(settings.twilio_api_base)
        allowed.append(f"{base.host}:{base.port}")
    hosts, channels = AllowList.of(allowed), dict[str, AlertChannel]()
    if secret := revealed(settings.support_webhook_secret):
        channels["webhook"] = SignedWebhook(secret, hosts)
    account, token = settings.twilio_account_sid, revealed(settings.twilio_auth_token)
    if account and token and settings.twilio_from:
        channels["sms"] = TwilioSms(settings.twilio_api_base, account, token, settings.twilio_from, hosts)
    return AlertSender(work, channels, settings.origin)
