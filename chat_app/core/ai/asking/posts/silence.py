"""Note in the room that the AI does not answer, where a post asks it while a supporter is there."""

from collections.abc import Sequence

from chat_app.core.ai.asking.asked import asked_models
from chat_app.core.ai.asking.posts.meant import NamedInPosts
from chat_app.core.ai.asking.posts.post import Post
from chat_app.core.kernel.context import Context
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import lock_room
from chat_app.core.rooms.kinds.help import HelpState
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import write_line
from chat_app.core.rooms.rights.locking import LockedRoom
from chat_app.core.rooms.tables import AiRule


async def note_silence(ctx: Context, room: LockedRoom, known: NamedInPosts, posts: Sequence[Post]) -> None:
    """Write a line about the last of these posts that names the AI, in a room that a supporter has taken over."""
    if room.help_state != HelpState.TAKEN:
        return
    for post in reversed(posts):
        said = isinstance(post.outcome, MessageView)
        if said and asked_models(post.naming, AiRule.MENTIONED, None, replies_to_ai=False, people=known.people):
            held = await lock_room(ctx, room.id)
            await write_line(ctx, held, LineKind.AI_SILENT, room.members[post.actor.user_id].person)
            return
