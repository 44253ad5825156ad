"""Settings of the hub that connects the processes of one site."""

from pydantic import SecretStr

from chat_app.settings.reading.area import AreaSettings


class HubSettings(AreaSettings):
    """Names a Redis. Without one, everything stays in this process."""

    redis_url: SecretStr | None = None
