"""Files and pictures while Redis, which counts the limits, does not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_app.core.access.permissions import Role
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.test_attachments import Sender, png
from tests.support.factory import Factory
from tests.support.redis import RedisServer


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    redis = RedisServer(tmp_path)
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def settings(settings: Settings, redis: RedisServer) -> Settings:
    return settings.model_copy(update={"redis_url": type(settings.storage_url)(redis.url)})


@pytest.mark.parametrize("fault", ["frozen", "killed"])
@pytest.mark.slow
async def test_an_upload_goes_on_and_others_begin(clients: Clients, make: Factory, redis: RedisServer, fault: str):
    aiko, token = await make.signed_in()
    room = (await make.room({Role.MASTER: aiko})).id
    sender, data = Sender(clients, token), png((80, 60))
    begun = (await sender.announce(room, len(data), "a.png", mime_type="image/png")).json()
    {"killed": redis.stop, "frozen": redis.freeze}[fault]()
    assert await sender.put(begun, data) == [204]
    done = await sender.api.post(f"attachments/{begun['id']}/complete")
    assert (done.status_code, done.json()["status"]) == (200, "ready")
    other = (await sender.announce(room, len(data), "b.png", mime_type="image/png")).json()
    assert await sender.put(other, data) == [204]
    assert (await sender.api.post(f"attachments/{other['id']}/complete")).json()["status"] == "ready"
    assert (await sender.say(room, begun["id"], other["id"])).status_code == 201
    assert (await sender.api.put("me/avatar", content=data)).json()["avatar"]
