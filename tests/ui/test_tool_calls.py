"""The display of the arguments of a call for approval: the browser's own script, in Node."""

import pytest

from tests.support.node import run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('{"to": "ben"}', '{\n  "to": "ben"\n}'),
        ('{"amount": 12345678901234567890}', '{"amount": 12345678901234567890}'),
        ('{"amount": 1e400}', '{"amount": 1e400}'),
        ("no object", "no object"),
        ('{"file": "a\u202egpj.exe"}', '{\n  "file": "a\\u202egpj.exe"\n}'),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
    ],
)
def test_arguments_are_shown_as_they_are_sent(sent: str, shown: str):
    said = run({"live/tool_calls.js": "spread, visible"}, "say(visible(spread(given)))", sent)
    assert said == shown
