"""Manage the person's saved prompts, and read shared ones."""

from typing import Annotated

from fastapi import APIRouter, Query

from chat_app.api.auth import Managing, Reading
from chat_app.api.cursors import NameCursor, name_cursor, name_place_of
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson
from chat_app.core.prompts import commands, queries
from chat_app.core.prompts.views import PromptJson

router = APIRouter(prefix="/prompts", tags=["prompts"])


class NewPrompt(RequestBody):
    """A prompt to save. In its `text`, `{{topic}}` is a variable, and `{{language=English}}` one with a default."""

    name: str
    text: str
    description: str = ""
    shared: bool = False


class PromptChange(RequestBody):
    """The fields of a prompt to change; absent or null fields stay."""

    name: str | None = None
    text: str | None = None
    description: str | None = None
    shared: bool | None = None


@router.get("")
async def list_prompts(
    ctx: Reading,
    shared: bool = False,
    cursor: NameCursor = "",
    limit: Annotated[int, Query(ge=1, le=queries.PAGE_MAX)] = queries.PAGE_MAX,
) -> PageJson[PromptJson]:
    """List the person's prompts by name or, with `shared`, those that others share with everybody on the site."""
    prompts, more = await queries.list_prompts(ctx, shared=shared, after=name_place_of(cursor), limit=limit)
    return {"items": [each.as_json() for each in prompts], "next": name_cursor(prompts[-1].place) if more else ""}


@router.post("", status_code=201)
async def create_prompt(body: NewPrompt, ctx: Managing) -> PromptJson:
    """Save a prompt. Others see it only if it is `shared`."""
    prompt = await commands.create_prompt(ctx, **body.model_dump())
    return (await queries.view_prompt(ctx, prompt.id)).as_json()


@router.get("/{prompt_id}")
async def get_prompt(prompt_id: str, ctx: Reading) -> PromptJson:
    """Return a prompt: the person's own, or a shared one."""
    return (await queries.view_prompt(ctx, prompt_id)).as_json()


@router.patch("/{prompt_id}")
async def update_prompt(prompt_id: str, body: PromptChange, ctx: Managing) -> PromptJson:
    """Change one of the person's prompts."""
    await commands.update_prompt(ctx, prompt_id, **body.model_dump())
    return (await queries.view_prompt(ctx, prompt_id)).as_json()


@router.delete("/{prompt_id}", status_code=204)
async def delete_prompt(prompt_id: str, ctx: Managing) -> None:
    """Delete one of the person's prompts. The site's admins may delete anyone's shared ones, in a session."""
    await commands.delete_prompt(ctx, prompt_id)
