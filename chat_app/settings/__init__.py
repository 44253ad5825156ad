"""Read the settings from the environment. Nothing else reads it. One file per area.

Names are plain upper case where the whole world uses them (``DATABASE_URL``, ``OPENAI_API_KEY``, ``PORT``) and carry
``PARLEY_`` where they are Parley's own (``PARLEY_SIGN_UP``). A ``.env`` file in the working folder is read too; the
environment wins over it. ``.env.example`` lists every name.
"""

from functools import lru_cache
from pathlib import Path

from chat_app.settings.ai.gateway import GatewaySettings
from chat_app.settings.ai.models import LlmSettings
from chat_app.settings.ai.tools import ToolSettings
from chat_app.settings.database import DatabaseSettings
from chat_app.settings.files.media import MediaSettings
from chat_app.settings.files.storage import StorageSettings
from chat_app.settings.hub import HubSettings
from chat_app.settings.keys import KeySettings
from chat_app.settings.mail import MailSettings
from chat_app.settings.money.billing import BillingSettings
from chat_app.settings.money.payments import PaymentSettings
from chat_app.settings.reading.area import ENV_FILE
from chat_app.settings.reading.text_files import check_env_file
from chat_app.settings.server import ServerSettings
from chat_app.settings.sign_in.ldap import LdapSettings
from chat_app.settings.sign_in.openid_provider import ProviderSettings
from chat_app.settings.sign_in.organisations import OrganisationSettings
from chat_app.settings.sign_in.providers import SignInSettings
from chat_app.settings.site import SiteSettings
from chat_app.settings.support import SupportSettings

__all__ = ["Settings", "get_settings"]


class Settings(
    BillingSettings,
    MailSettings,
    MediaSettings,
    GatewaySettings,
    LlmSettings,
    LdapSettings,
    OrganisationSettings,
    ProviderSettings,
    SignInSettings,
    SiteSettings,
    PaymentSettings,
    KeySettings,
    SupportSettings,
    ToolSettings,
    StorageSettings,
    ServerSettings,
    HubSettings,
    DatabaseSettings,
):  # pydantic checks the last area first
    """The settings of one process. Made once, by `get_settings`."""


@lru_cache
def get_settings() -> Settings:
    """Return this process's settings, read once. Raises `pydantic.ValidationError` on a value that cannot be."""
    check_env_file(Path(ENV_FILE))
    return Settings()
