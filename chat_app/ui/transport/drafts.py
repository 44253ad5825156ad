"""Read the draft of a message that a tab sends with an event."""

from typing import Any

from chat_app.core.ai.preview.draft import Draft
from chat_app.ui.fields import text_of, texts_of


def draft_of(fields: dict[str, Any]) -> Draft:
    """Return a draft; every field may be missing, or hostile."""
    text, reply_to, model, assistant = (text_of(fields, name) for name in ("text", "reply_to", "model", "assistant"))
    return Draft(text, reply_to, model, assistant, texts_of(fields, "attachments"))
