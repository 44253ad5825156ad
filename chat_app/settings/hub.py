"""What the processes of one site share."""

from pydantic import SecretStr

from chat_app.settings.area import AreaSettings


class HubSettings(AreaSettings):
    """Name a Redis. Without one, everything lives in this process."""

    redis_url: SecretStr | None = None
