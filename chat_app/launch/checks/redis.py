"""Check that the configured Redis answers."""

from redis import Redis
from redis.exceptions import RedisError

from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError

_SECONDS = 5


def check(settings: Settings) -> None:
    """Raise a `LaunchError` if `REDIS_URL` is set and no Redis answers there."""
    if not settings.redis_url:
        return
    try:
        with Redis.from_url(
            settings.redis_url.get_secret_value(), socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
        ) as redis:
            redis.ping()
    except (RedisError, ValueError) as error:
        raise LaunchError(f"The Redis of REDIS_URL cannot be used: {error}") from error
