"""Search, and return the texts that are found."""

from chat_app.core.kernel.actor import Actor
from chat_app.core.search.queries import HitPage, search_messages
from chat_app.core.search.rules import SearchFilter
from tests.support.use_cases import Do


def texts(found: HitPage) -> list[str]:
    return [hit.message.text for hit in found.hits]


async def look(do: Do, actor: Actor, text: str = "", **wanted: object) -> list[str]:
    return texts(await do(actor, search_messages, SearchFilter(text, **wanted)))
