"""Histories for prompts, written by hand or by Hypothesis."""

from hypothesis import strategies as st

from chat_app.core.ai.context.prompt import Prompt, build_prompt, estimate_tokens
from chat_app.core.ai.context.shapes.messages import PromptMessage

names = st.text(max_size=60)


message = st.builds(
    PromptMessage,
    id=st.uuids(),
    author_name=names,
    is_ai=st.booleans(),
    text=st.text(max_size=400),
    deleted=st.booleans(),
    failed=st.booleans(),
    hidden=st.booleans(),
    before_cutoff=st.booleans(),
)


question = st.builds(PromptMessage, id=st.uuids(), author_name=names, is_ai=st.just(False), text=st.just("So?"))


histories = st.builds(
    lambda before, asked, after: [*before, asked, *after],
    st.lists(message, max_size=30),
    question,
    st.lists(message, max_size=4),
).filter(lambda history: len({m.id for m in history}) == len(history))


budgets = st.integers(min_value=30, max_value=2000)


counters = st.sampled_from([estimate_tokens, lambda text: -(-len(text) // 2)])


def said(id_: int, text: str, author: str = "Aiko", *, ai: bool = False, **more: bool) -> PromptMessage:
    return PromptMessage(id_, author, ai, text, **more)


def build(*history: PromptMessage, budget: int = 1000) -> Prompt:
    return build_prompt(history, system="Be kind.", budget_tokens=budget, count=estimate_tokens)


def unseen(m: PromptMessage) -> bool:
    return m.deleted or m.failed or m.hidden or m.before_cutoff or not m.text.strip()
