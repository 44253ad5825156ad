"""Load the objects to which a batch of posts refers: messages, people and assistants."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from chat_app.core.ai.asking.posts.post import Post
from chat_app.core.ai.models.handles import models_by_handle
from chat_app.core.assistants.queries import assistants_called
from chat_app.core.assistants.tables import Assistant
from chat_app.core.files.attached.sending import Files, unsent_files
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.messages.texts.calls import AI, ALL
from chat_app.core.messages.texts.mentions import members_named
from chat_app.core.messages.views.quotes import Quote, quotes
from chat_app.core.rooms.rights.locking import LockedRoom


@dataclass(frozen=True, slots=True)
class NamedInPosts:
    """The messages, members and unsent files that the posts of a group name, and the assistants by the people who may
    ask them.
    """

    quotes: dict[UUID, Quote]
    people: dict[str, Person]
    assistants: Mapping[UUID, Sequence[Assistant]]
    files: Files


async def look_up(ctx: Context, room: LockedRoom, posts: Sequence[Post]) -> NamedInPosts:
    """Read the objects that the posts name. Without such names there is no query."""
    replied = {post.reply_to for post in posts if post.reply_to}
    names = {name for post in posts for name in post.said.calls} - {AI, ALL}
    people = await members_named(ctx, room.id, names) if names else {}
    return NamedInPosts(
        await quotes(ctx, replied, room.id) if replied else {},
        people,
        await assistants_meant(ctx, posts, people, room.ai_assistant_id),
        await unsent_files(ctx, {each for post in posts for each in post.attachments}),
    )


async def assistants_meant(
    ctx: Context, posts: Sequence[Post], people: Collection[str], of_room: UUID | None
) -> Mapping[UUID, Sequence[Assistant]]:
    """Return the assistants that the posts or the room may mean, as far as the authors may ask them."""
    handles = {name for post in posts if post.offered for name in post.said.calls if name not in (AI, ALL, *people)}
    if handles:
        handles -= set(models_by_handle(next(post.offered for post in posts if post.offered)))
    ids = {each for each in (of_room, *(post.assistant for post in posts)) if each}
    if not handles and not ids:
        return {}
    return await assistants_called(ctx, {post.actor.user_id for post in posts}, handles=handles, ids=ids)
