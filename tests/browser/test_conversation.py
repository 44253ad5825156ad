"""Two people and an AI talk."""

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.visitor import Arrive
from tests.support.factory import Factory


async def test_a_message_reaches_the_other_at_once(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor})
    await aiko.enter(room)
    await ben.enter(room)
    await aiko.say("Good morning")
    await expect(ben.message("Good morning")).to_be_visible()
    await ben.say("Hello **Aiko**")
    await expect(aiko.message("Hello Aiko").locator("strong")).to_have_text("Aiko")
