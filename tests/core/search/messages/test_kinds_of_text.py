"""Texts of every kind and the words by which they are found."""

import pytest

from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from tests.core.search.messages.looking import look
from tests.support.refusal import code_of
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

FOUND = [
    ("keyset", ["We keep the Keyset index."]),
    ("KEYS", ["We keep the Keyset index."]),
    ("index keep", ["We keep the Keyset index."]),
    ("index drop", []),
    ("eyset", []),
    ("cafe", ["Un café, please"]),
    ("CAFÉ", ["Un café, please"]),
    ("東京", ["東京都に住む", "京都より東京"]),
    ("東京都", ["東京都に住む"]),
    ("京都", ["東京都に住む", "京都より東京"]),
    ("都", ["東京都に住む", "京都より東京"]),
    ("む", ["東京都に住む"]),
    ("ﾃｽﾄする", ["ここでテストする"]),
    ("てすと", ["ここでテストする"]),
    ("中文", ["我会说中文"]),
    ("' | 'x':* & !(", []),
]


async def test_message_is_found_by_its_words(do: Do, aiko: Actor, room: Room):
    said = [
        "We keep the Keyset index.",
        "Un café, please",
        "東京都に住む",
        "京都より東京",
        "ここでテストする",
        "我会说中文",
    ]
    for text in said:
        await do(aiko, post_message, room.id, text)
    found = [(query, sorted(await look(do, aiko, query))) for query, _ in FOUND]
    assert found == [(query, sorted(finds)) for query, finds in FOUND]


SAID = [
    *(
        "🎊 party",
        "two 🎊🎊",
        "a -> b",
        "x > y - z",
        "shrug ¯\\_(ツ)_/¯",
        "(^_^)",
        "release v1.2.3-beta",
        "1.2.30 on 192.168.1.10",
    ),
    *(
        "C++ and C#",
        "C and .NET",
        "5€",
        "due 2026-11-26",
        "שָׁלוֹם",
        "İstanbul",
        "サーバーを",
        "हिन्दी",
        "don't l'été",
        "me@x.example",
        "50%",
    ),
    *("👍🏽", "e\u0301cole", "100% *sure* \\ #1", "สวัสดีครับ", "≠", "ひらがなカタカナ"),
]


FOUND_OF_EVERY_KIND = [
    *[
        ("🎊", ["🎊 party", "two 🎊🎊"]),
        ("🎊 party", ["🎊 party"]),
        ("->", ["a -> b"]),
        ("(^_^)", ["(^_^)"]),
        ("≠", ["≠"]),
    ],
    *[
        ("ツ", ["shrug ¯\\_(ツ)_/¯"]),
        ("👍", ["👍🏽"]),
        ("€", ["5€"]),
        (">", ["a -> b", "x > y - z"]),
        ("party ...", ["🎊 party"]),
    ],
    *[
        ("1.2.3", ["release v1.2.3-beta", "1.2.30 on 192.168.1.10"]),
        ("v1.2", ["release v1.2.3-beta"]),
        ("2.3 be", ["release v1.2.3-beta"]),
    ],
    *[("168.1", ["1.2.30 on 192.168.1.10"]), ("2026/11", ["due 2026-11-26"]), ("11-26", ["due 2026-11-26"])],
    *[
        ("c++", ["C++ and C#"]),
        ("C#", ["C++ and C#"]),
        (".net", ["C and .NET"]),
        ("me@x.example", ["me@x.example"]),
    ],
    *[
        ("שלום", ["שָׁלוֹם"]),
        ("ISTANBUL", ["İstanbul"]),
        ("ıstan", ["İstanbul"]),
        ("サーバ", ["サーバーを"]),
        ("さーばー", ["サーバーを"]),
    ],
    *[
        ("हिन्", ["हिन्दी"]),
        ("été", ["don't l'été"]),
        ("don’t", ["don't l'été"]),
        ("école", ["école"]),
        ("สดี", ["สวัสดีครับ"]),
    ],
    *[
        ("がなかた", ["ひらがなカタカナ"]),
        ("ｶﾅ", ["ひらがなカタカナ"]),
        ("かな", ["ひらがなカタカナ"]),
        ("50", ["50%"]),
    ],
]


UNSEARCHABLE = ["%", "*", "\\", "\u200b", "#", "...", "、。", "\x00", "\u3164", "%%%", "has:image %"]


async def test_every_kind_of_text_is_found_or_said_not_to_be(do: Do, aiko: Actor, room: Room):
    for text in SAID:
        await do(aiko, post_message, room.id, text)
    found = [(query, sorted(await look(do, aiko, query))) for query, _ in FOUND_OF_EVERY_KIND]
    assert found == [(query, sorted(finds)) for query, finds in FOUND_OF_EVERY_KIND]
    codes = {query: await code_of(look(do, aiko, query)) for query in UNSEARCHABLE}
    assert codes == dict.fromkeys(UNSEARCHABLE, "search_unsearchable")
