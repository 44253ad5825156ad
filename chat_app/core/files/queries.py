"""Read files."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.files.access import access_file
from chat_app.core.files.attached.sending import files_to_send, parse_attachments
from chat_app.core.files.errors import AttachmentNotFound, FileRefused
from chat_app.core.files.kinds import FileKind, FileStatus
from chat_app.core.files.storage.ports import Storage
from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.files.views import URL_SECONDS, FileJson, FileTextJson, file_json, file_url, thumbnail_url
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import access_room

PAGE: Final = 50

TEXT_SHOWN_MAX: Final = 200_000
"""Characters of a file that are shown: a book of a hundred pages, and less than is kept of any file."""


async def list_files(
    ctx: Context, room_id: AnyId, storage: Storage, *, kind: str = "", after: Place | None = None
) -> Page[FileJson]:
    """Return the sent files of a room, the newest first; with a ``kind`` only files of that kind."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    if kind and kind not in {each.value for each in FileKind}:
        raise FileRefused("file_kind_unknown", field="kind")
    query = select(Attachment).join(Message, col(Message.id) == col(Attachment.message_id))
    query = query.where(col(Attachment.room_id) == access.room.id, col(Message.deleted_at).is_(None))
    query = query.where(col(Message.seq) > access.member.sees_after)
    if kind:
        query = query.where(col(Attachment.kind) == kind)
    order = tuple_(col(Attachment.sent_at), col(Attachment.id))
    if after:
        query = query.where(order < (after.at, after.id))
    newest = query.order_by(col(Attachment.sent_at).desc(), col(Attachment.id).desc()).limit(PAGE + 1)
    page = page_of((await ctx.db.scalars(newest)).all(), PAGE, lambda file: Place(file.sent_at or ctx.now, file.id))
    expires_at = ctx.now + timedelta(seconds=URL_SECONDS)
    return Page([file_json(file, storage, expires_at) for file in page.items], page.next)


async def view_file(ctx: Context, attachment_id: AnyId, storage: Storage) -> FileJson:
    """Return a file. Raises ``AttachmentNotFound``."""
    access = await access_file(ctx, attachment_id)
    return file_json(access.file, storage, ctx.now + timedelta(seconds=URL_SECONDS))


async def read_text(ctx: Context, attachment_id: AnyId, length: int = TEXT_SHOWN_MAX) -> FileTextJson:
    """Return the beginning of a text file, in characters. Raises ``AttachmentNotFound``, also for other files."""
    file = (await access_file(ctx, attachment_id)).file
    length = max(1, min(length, TEXT_SHOWN_MAX))
    text = col(AttachmentPage.text)
    page = select(func.left(text, length), func.length(text) <= length)
    page = page.where(col(AttachmentPage.attachment_id) == file.id, col(AttachmentPage.n) == 1)
    found = (await ctx.db.execute(page)).one_or_none() if file.kind == FileKind.TEXT else None
    if found is None or file.status != FileStatus.READY:
        raise AttachmentNotFound()
    return {"text": found[0], "whole": found[1]}


async def chosen_files(ctx: Context, rooms: Collection[UUID], values: Iterable[AnyId]) -> list[Attachment]:
    """Return files that the actor has uploaded into one of these rooms, which were accepted and not sent, in order.

    Raises as :func:`files_to_send`.
    """
    ids = parse_attachments(values)
    if not ids:
        return []
    wanted = select(Attachment).where(col(Attachment.id).in_(ids), col(Attachment.message_id).is_(None))
    files = {file.id: file for file in await ctx.db.scalars(wanted)}
    return files_to_send(files, ids, ctx.me.user_id, rooms)


async def find_file_url(ctx: Context, attachment_id: AnyId, storage: Storage, *, download: bool = False) -> str:
    """Return an address of the file itself. Raises ``AttachmentNotFound``, also while it was not accepted."""
    file = (await access_file(ctx, attachment_id)).file
    if file.status != FileStatus.READY:
        raise AttachmentNotFound()
    return file_url(file, storage, download=download)


async def find_thumbnail_url(ctx: Context, attachment_id: AnyId, storage: Storage, density: int) -> str:
    """Return an address of a thumbnail. Raises ``AttachmentNotFound`` if the file or the thumbnail does not exist."""
    file = (await access_file(ctx, attachment_id)).file
    if file.status != FileStatus.READY or not file.thumbnails:
        raise AttachmentNotFound()
    return thumbnail_url(file, storage, density)
