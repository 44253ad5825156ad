"""Admins' input is refused in words or stored as it was meant."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.connections import rules
from chat_app.core.connections.errors import ConnectionInvalid


@pytest.mark.parametrize(
    ("pasted", "kind", "base_url"),
    [
        ("sk-ant-api03-x", "anthropic", ""),
        ("  sk-proj-x\n", "openai", ""),
        ("AIzaSy-x", "gemini", ""),
        ("sk-or-v1-x", "compatible", "https://openrouter.ai/api/v1"),
        ("gsk_x", "compatible", "https://api.groq.com/openai/v1"),
    ],
)
def test_key_of_a_known_provider_is_recognised(pasted: str, kind: str, base_url: str) -> None:
    found = rules.recognise(pasted)
    assert (found.kind, found.base_url, found.key) == (kind, base_url, pasted.strip())


@pytest.mark.parametrize(
    ("pasted", "base_url"),
    [
        ("http://gpu.example:8000/v1/", "http://gpu.example:8000/v1"),
        ("localhost:11434", "http://localhost:11434"),
        ("192.168.0.7:1234", "http://192.168.0.7:1234"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        (f"https://{'h' * 63}.example", f"https://{'h' * 63}.example"),
    ],
)
def test_address_is_recognised_and_its_kind_left_to_the_server(pasted: str, base_url: str) -> None:
    found = rules.recognise(pasted)
    assert (found.kind, found.base_url, found.key) == (None, base_url, "")
    assert rules.check_name(found.name)


@pytest.mark.parametrize(
    "pasted", ["", "hello", "ftp://host", "file:///etc/passwd", "http://", "http://u:p@host", "//"]
)
def test_other_text_is_refused_beside_its_field(pasted: str) -> None:
    with pytest.raises(ConnectionInvalid) as refused:
        rules.recognise(pasted)
    assert refused.value.details["field"] == "pasted"


@pytest.mark.parametrize(
    "url", ["http://h:0", "http://h:99999", "http://[::1", "http://h?x=1", "http://h#x", "javascript:x", "http://日本/"]
)
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConnectionInvalid):
        rules.check_url(url)


@pytest.mark.parametrize(
    "headers", ["no colon", ": x", "Host: x", "a b: c", "X: キー", "X: \x7f", "\n".join(f"h{n}: x" for n in range(21))]
)
def test_header_that_is_none_is_refused(headers: str) -> None:
    with pytest.raises(ConnectionInvalid):
        rules.check_headers(headers)


def test_headers_are_typed_one_a_line() -> None:
    assert rules.check_headers("X-Team: blue\n\n  Authorization:Basic a:b \n") == (
        ("x-team", "blue"),
        ("authorization", "Basic a:b"),
    )


@given(st.text())
def test_any_input_is_stored_or_refused_with_a_code(text: str) -> None:
    for check in (rules.recognise, rules.check_url, rules.check_key, rules.check_headers, rules.check_name):
        with suppress(ConnectionInvalid):
            check(text)


@given(st.text(), st.sets(st.sampled_from(["a", "a-2", "openai-2", "compatible-2"])))
def test_slug_is_new_and_fits_into_an_id(name: str, taken: set[str]) -> None:
    slug = rules.slug_for(name, "compatible", taken)
    assert slug not in taken | rules.RESERVED
    assert "/" not in slug
    assert slug.isascii()


@given(st.one_of(st.none(), st.text(), st.integers()))
def test_number_is_within_its_limits(typed: object) -> None:
    with suppress(ConnectionInvalid):
        number = rules.check_number(typed, "price_in", 0, 1_000)
        assert number is None or 0 <= number <= 1_000
