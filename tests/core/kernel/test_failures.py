"""The description of an error for the site's staff."""

import pytest

from chat_app.core.kernel.work.failures import KIND_MAX, MESSAGE_MAX, READ_MAX, describe_failure
from chat_app.core.mail.ports import MailUnavailable

ID = "01a1c0de-0000-7000-8000-00000000000a"


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception as caught:
        return caught


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("(421,)", "(421,)"),
        ("status 503\nat  night", "status 503 at night"),
        (f"no file {ID}", f"no file {ID}"),
        ("https://aiko:pw@example.org/join/abc?x=1 is away", "••• is away"),
        ("no mail for ben@example.com", "no mail for •••"),
        ("Authorization: Bearer abc.def", "Authorization: •••"),
        ("api_key=sk-1 and token: t0k", "••• and •••"),
        ("refused kX9vQ2mLr8TnB4wZc7YdHs1A", "refused •••"),
    ],
)
def test_text_of_our_own_errors_is_shown_without_secrets(said: str, shown: str):
    assert describe_failure(raised(MailUnavailable(said))) == ("MailUnavailable", shown)


@pytest.mark.parametrize("error", [ValueError("what Aiko wrote"), KeyError("sk-1"), OSError("what Aiko wrote")])
def test_text_of_other_errors_is_left_out(error: Exception):
    assert describe_failure(raised(error)) == (type(error).__name__, "")


def test_errors_of_the_system_and_causes_are_named():
    refused = ConnectionRefusedError(111, "Connection refused")
    assert describe_failure(raised(refused)) == ("ConnectionRefusedError", "Connection refused")
    kind, _ = describe_failure(raised(MailUnavailable("away"), cause=refused))
    assert kind == "MailUnavailable ← ConnectionRefusedError"


def test_description_of_a_failure_is_bounded():
    kind, message = describe_failure(
        raised(type("Long" * 100, (MailUnavailable,), {"__module__": "chat_app"})("a b " * 500))
    )
    assert (len(kind), len(message)) == (KIND_MAX, MESSAGE_MAX)


def test_no_part_of_a_secret_is_left_where_a_text_is_cut():
    said = f"https://example.org/{'x' * (READ_MAX - 30)} sk-1234567890 at its end"
    assert "sk-1" not in describe_failure(raised(MailUnavailable(said)))[1]
