"""The cost of text rules grows in proportion to the text's length, for any text."""

import ast
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chat_app.adapters.llm.demo.decisions import decide
from chat_app.adapters.llm.demo.gateway import _quoted
from chat_app.adapters.tools.web.page_text import readable
from chat_app.core.accounts import rules as accounts
from chat_app.core.ai import rules as ai
from chat_app.core.ai.context import prompt as ai_prompt
from chat_app.core.ai.context.lines import messages as ai_lines
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.decisions.verdict import parse_verdict
from chat_app.core.ai.drawing import names as pictures
from chat_app.core.ai.drawing.orders import prompt_in
from chat_app.core.ai.ports.gateway import LlmMessage, ToolCall
from chat_app.core.ai.summaries import request as summaries
from chat_app.core.ai.tool_use import rules as tool_use
from chat_app.core.applications import rules as applications
from chat_app.core.assistants import rules as assistants
from chat_app.core.auth.rules import check_password
from chat_app.core.connections import rules as connections
from chat_app.core.files import rules as files
from chat_app.core.identities import rules as identities
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.texts import cleaning as text
from chat_app.core.kernel.texts import folding, plain
from chat_app.core.messages import rules as messages
from chat_app.core.messages.texts import calls, words
from chat_app.core.people.rules import patterns
from chat_app.core.prompts import rules as prompts
from chat_app.core.rooms import rules as rooms
from chat_app.core.search import excerpts
from chat_app.core.search import rules as search
from chat_app.core.support import rules as support
from chat_app.core.tools import rules as tools
from chat_app.core.tools.ports import ToolInfo
from tests.architecture.hostile_texts import HOSTILE, PLAIN, SIZE

TOOL = ToolInfo("test/n", "n", "N", "", {})


CORE = Path(folding.__file__).parents[2]


def contexts(value: str) -> object:
    said = [PromptMessage(n, "Aiko", False, value) for n in range(2)]
    return ai_prompt.build_prompt(said, system="", budget_tokens=10**5, count=ai_prompt.estimate_tokens)


RULES: dict[str, Callable[[str], Any]] = {
    "ai.drawing.names.caption_of": pictures.caption_of,
    "ai.drawing.names.file_name": lambda value: pictures.file_name(value, "image/png"),
    "ai.drawing.orders.prompt_in": lambda value: prompt_in(f"/image {value}"),
    "texts.folding.fold": folding.fold,
    "texts.plain.plain_text": lambda value: plain.plain_text(value[: messages.EXCERPT_READ]),
    "texts.cleaning.clean_line": text.clean_line,
    "texts.cleaning.clean_name": text.clean_name,
    "texts.cleaning.clean_text": text.clean_text,
    "texts.cleaning.cut": lambda value: text.cut(value, 7_000),
    "texts.cleaning.cut_start": lambda value: text.cut_start(value, 7_000),
    "texts.cleaning.is_visible": text.is_visible,
    "texts.cleaning.storable": text.storable,
    "texts.cleaning.utf16_length": text.utf16_length,
    "texts.calls.called_names": lambda value: calls.called_names(f"@aa {value}"),
    "messages.rules.canonical_emoji": messages.canonical_emoji,
    "messages.rules.check_emoji": messages.check_emoji,
    "messages.rules.check_text": lambda value: messages.check_text(value, SIZE),
    "texts.plain.plain_text, typed": lambda value: plain.plain_text(value[: messages.EXCERPT_READ], typed=True),
    "messages.rules.excerpt": lambda value: messages.excerpt.__wrapped__(value[: messages.EXCERPT_READ], typed=False),
    "texts.words.pattern_of": words.pattern_of,
    "texts.words.terms_of": words.terms_of,
    "texts.words.words_of": words.words_of,
    "search.excerpts.excerpt_around": lambda value: excerpts.excerpt_around(value, "tea"),
    "search.excerpts.excerpt_around for words of the text": lambda value: excerpts.excerpt_around(
        value, value[:20] + "ア"
    ),
    "search.rules.with_typed_filters": lambda value: search.with_typed_filters(search.SearchFilter(value)),
    "context.prompt.build_prompt": contexts,
    "context.prompt.estimate_tokens": ai_prompt.estimate_tokens,
    "lines.messages.speaker_name": ai_lines.speaker_name.__wrapped__,
    "ai.summaries.request.clean_summary": lambda value: summaries.clean_summary(value, 1_000),
    "ai.rules.clean_title": ai.clean_title,
    "ai.rules.is_unfinished": lambda value: ai.is_unfinished("stopped", None, value),
    "accounts.rules.check_email": accounts.check_email,
    "accounts.rules.check_name": accounts.check_name,
    "auth.rules.check_password": check_password,
    "accounts.rules.check_username": accounts.check_username,
    "people.rules.patterns": patterns,
    "accounts.rules.sought": lambda value: accounts.sought(value, value),
    "identities.rules.username_bases": lambda value: list(
        identities.username_bases(ProviderProfile("", "", name=value))
    ),
    "connections.rules.recognise": connections.recognise,
    "connections.rules.check_name": connections.check_name,
    "connections.rules.check_url": connections.check_url,
    "connections.rules.check_key": connections.check_key,
    "connections.rules.check_headers": connections.check_headers,
    "connections.rules.check_number": lambda value: connections.check_number(value, "price_in", 0, 9),
    "connections.rules.slug_for": lambda value: connections.slug_for(value, "ollama", ()),
    "files.rules.check_caption": files.check_caption,
    "files.rules.check_declared_type": files.check_declared_type,
    "files.rules.check_file_name": files.check_file_name,
    "applications.rules.check_name": applications.check_name,
    "applications.rules.check_addresses": lambda value: applications.check_addresses(
        [value], "redirect_uris", native=True
    ),
    "applications.rules.is_registered": lambda value: applications.is_registered(value, [value[:-1]], native=True),
    "applications.rules.shown_host": applications.shown_host,
    "applications.rules.is_safe_address": applications.is_safe_address,
    "applications.rules.check_scopes": lambda value: applications.check_scopes([value]),
    "applications.rules.check_algorithm": applications.check_algorithm,
    "applications.rules.in_order": lambda value: applications.in_order([value]),
    "applications.rules.covers": lambda value: applications.covers([value], [value]),
    "tools.rules.check_name": tools.check_name,
    "tools.rules.check_url": tools.check_url,
    "tools.rules.check_token": tools.check_token,
    "tools.rules.check_headers": tools.check_headers,
    "tools.rules.chosen": lambda value: tools.chosen([], [value])([value]),
    "tools.rules.switched": lambda value: tools.switched([], value, on=True)([]),
    "adapters.tools.readable": lambda value: readable(value, "http://a.example/"),
    "rooms.rules.check_description": rooms.check_description,
    "rooms.rules.check_instructions": rooms.check_instructions,
    "ai.decisions.verdict.parse_verdict": lambda value: parse_verdict(
        f'{{"do": "speak", "reason": {json.dumps(value)}}}'
    ),
    "ai.tool_use.rules.check_call": lambda value: tool_use.check_call(ToolCall("c", "n", value), [TOOL]),
    "ai.tool_use.rules.within": tool_use.within,
    "ai.tool_use.rules.within_tokens": lambda value: tool_use.within_tokens(value, len(value) // 99),
    "adapters.demo_decisions.decide": lambda value: decide([LlmMessage("user", value)]),
    "rooms.rules.check_name": rooms.check_name,
    "rooms.rules.name_from_message": rooms.name_from_message,
    "assistants.rules.check_description": assistants.check_description,
    "assistants.rules.check_handle": assistants.check_handle,
    "assistants.rules.check_name": assistants.check_name,
    "assistants.rules.check_tools": lambda value: assistants.check_tools([value]),
    "prompts.rules.check_description": prompts.check_description,
    "prompts.rules.check_name": prompts.check_name,
    "prompts.rules.check_text": prompts.check_text,
    "prompts.rules.fill": lambda value: prompts.fill(f"{{{{a}}}}{value}", {"a": value}),
    "prompts.rules.normal_name": prompts.normal_name,
    "prompts.rules.variables_of": prompts.variables_of,
    "support.rules.check_note": support.check_note,
    "support.rules.check_reason": support.check_reason,
    "adapters.demo_gateway.quoted": _quoted,
}


RATIO = 40
"""The greatest cost relative to plain text of the same length."""


GROWTH = 9
"""The greatest cost relative to a quarter of the text: proportional cost is 4 times as much, quadratic 16 times."""


CHEAP = 0.005
"""Seconds below which growth is not measured."""


NO_TEXTS = {
    "texts.folding", "texts.words.tag", "texts.words.author_word", "texts.words.ts_query",
    "messages.rules.slow_wait", "assistants.rules.keeps", "rooms.rules.check_keeps",
    "accounts.rules.check_choice", "rooms.rules.check_slow", "rooms.rules.check_role", "rooms.rules.check_ai_right",
    "rooms.rules.check_parameters", "context.prompt.why_unseen",
    "lines.messages.time_mark",
    "ai.rules.asks_ai", "context.prompt.estimate_prompt", "identities.rules.numbered", "connections.rules.check_kind",
    "tools.rules.check_approval", "files.rules.check_size",
    "payments.rules.status_of", "payments.rules.tokens_owed_back", "support.rules.has_ai",
}  # fmt: skip


def seconds(rule: Callable[[str], Any], value: str, *, runs: int = 4, enough: float = 0.0) -> float:
    """Return the least of some runs in processor time, which other processes do not affect."""
    best = float("inf")
    for _ in range(runs):
        begun = time.thread_time()
        with suppress(DomainError):
            rule(value)
        best = min(best, time.thread_time() - begun)
        if best <= enough:
            break
    return best


def is_slow(rule: Callable[[str], Any], value: str, allowed: float) -> bool:
    if seconds(rule, value, runs=1) <= min(CHEAP, allowed):
        return False
    enough = min(allowed, max(CHEAP, GROWTH * seconds(rule, value[: SIZE // 4])))
    return seconds(rule, value, enough=enough) > enough


@pytest.mark.parametrize("name", RULES)
@pytest.mark.slow
def test_no_text_costs_more_than_its_length(name: str):
    rule = RULES[name]
    allowed = RATIO * max(max(seconds(rule, value[:SIZE]) for value in PLAIN), 20e-6)
    slow = {value[:12] for value in HOSTILE if all(is_slow(rule, value, allowed) for _ in range(3))}
    assert slow == set()


def test_no_rule_about_texts_is_left_out():
    files = [
        CORE / "kernel/texts/cleaning.py",
        CORE / "kernel/texts/plain.py",
        CORE / "kernel/texts/folding.py",
        CORE / "messages/texts/calls.py",
    ]
    files += [
        CORE / "messages/texts/words.py",
        CORE / "search/excerpts.py",
        CORE / "ai/context/prompt.py",
        CORE / "ai/context/lines/messages.py",
        *CORE.glob("*/rules.py"),
    ]
    found = {
        f"{file.parent.name}.{file.stem}.{node.name}"
        for file in files
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert found - NO_TEXTS <= set(RULES)
