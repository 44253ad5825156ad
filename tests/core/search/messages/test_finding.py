"""Searching messages: the words that are found, in which rooms and order, and filters."""

from datetime import timedelta
from time import thread_time

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.commands import ask_in_room, post_message, regenerate_answer
from chat_app.core.ai.runs.changing import claim_runs, finish_run
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import star_message
from chat_app.core.messages.tables import MessageWords, Status
from chat_app.core.rooms.commands import archive_room, delete_room, leave_room
from chat_app.core.rooms.tables import Room
from chat_app.core.search.queries import SEARCHES, HitPage, search_messages
from chat_app.core.search.rules import SearchFilter, with_typed_filters
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import code_of, refused
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


def texts(found: HitPage) -> list[str]:
    return [hit.message.text for hit in found.hits]


async def look(do: Do, actor: Actor, text: str = "", **wanted: object) -> list[str]:
    return texts(await do(actor, search_messages, SearchFilter(text, **wanted)))


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


async def test_what_is_found(do: Do, aiko: Actor, room: Room):
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


async def test_the_newest_come_first_across_rooms_and_in_pages(do: Do, make: Factory, aiko: Actor, clock: Clock):
    rooms = [await make.room({Role.MASTER: aiko}, name=f"Room {n}") for n in range(3)]
    for number in range(30):
        clock.advance(seconds=1)
        await do(aiko, post_message, rooms[number % 3].id, f"tea {number}")
    seen, after = [], None
    while True:
        found = await do(aiko, search_messages, SearchFilter("tea"), after=after, limit=7)
        seen += texts(found)
        after = found.next
        if after is None:
            break
    assert seen == [f"tea {number}" for number in range(29, -1, -1)]


async def test_a_rare_word_is_found_however_far_back(do: Do, aiko: Actor, room: Room):
    await do(aiko, post_message, room.id, "needle")
    for _ in range(40):
        await do(aiko, post_message, room.id, "hay")
    assert await look(do, aiko, "needle") == ["needle"]


async def test_only_rooms_where_one_is(do: Do, make: Factory, aiko: Actor, room: Room):
    ben = await make.actor()
    await make.join(room, ben)
    await do(aiko, post_message, room.id, "secret tea")
    assert await look(do, ben, "tea") == ["secret tea"]
    await do(ben, leave_room, room.id)
    assert await look(do, ben, "tea") == []
    with refused("room_not_found"):
        await look(do, ben, "tea", room=room.id)
    with refused("room_not_found"):
        await look(do, ben, "tea", room="nonsense")
    with refused("not_signed_in"):
        await look(do, None, "tea")


async def test_a_shared_tag_lets_nobody_see_more(
    do: Do, make: Factory, aiko: Actor, room: Room, monkeypatch: pytest.MonkeyPatch
):
    for path in ("chat_app.core.messages.writing.tag", "chat_app.core.search.queries.tag"):
        monkeypatch.setattr(path, lambda *_: "same")
    await do(aiko, post_message, room.id, "tea")
    ben = await make.actor()
    other = await make.room({Role.MASTER: ben})
    await do(ben, post_message, other.id, "tea too")
    assert await look(do, ben, "tea") == ["tea too"]
    assert await look(do, aiko, "tea") == ["tea"]


async def test_an_archived_room_can_be_searched_a_deleted_one_not(do: Do, aiko: Actor, room: Room):
    await do(aiko, post_message, room.id, "tea")
    await do(aiko, archive_room, room.id)
    assert await look(do, aiko, "tea") == ["tea"]
    await do(aiko, delete_room, room.id)
    assert await look(do, aiko, "tea") == []


async def test_what_is_changed_is_found_as_it_is_now(do: Do, aiko: Actor, room: Room):
    message = await do(aiko, post_message, room.id, "coffee")
    await do(aiko, edit_message, message.id, "tea")
    assert (await look(do, aiko, "coffee"), await look(do, aiko, "tea")) == ([], ["tea"])
    await do(aiko, delete_message, message.id)
    assert await look(do, aiko, "tea") == []
    async with do.work.begin() as ctx:
        assert (await ctx.db.scalars(select(MessageWords))).all() == []


async def test_an_answer_is_found_once_it_is_whole(do: Do, aiko: Actor, room: Room):
    view = await do(aiko, ask_in_room, room.id)
    await _write(do, "An oolong, perhaps")
    assert await look(do, aiko, "oolong", author="ai") == ["An oolong, perhaps"]
    assert await look(do, aiko, "oolong", author="me") == []
    await do(aiko, regenerate_answer, view.id)
    assert await look(do, aiko, "oolong") == []
    await _write(do, "A sencha")
    assert await look(do, aiko, "sencha") == ["A sencha"]


async def _write(do: Do, text: str) -> None:
    async with do.work.begin() as ctx:
        [run] = await claim_runs(ctx, 1)
    async with do.work.begin() as ctx:
        await begin_run(ctx, run, "demo")
    async with do.work.begin() as ctx:
        await finish_run(ctx, run, Status.COMPLETE, text)


async def test_filters_narrow_what_is_found(do: Do, make: Factory, aiko: Actor, room: Room, clock: Clock):
    ben = await make.actor(username="ben")
    await make.join(room, ben)
    other = await make.room({Role.MASTER: aiko})
    await do(aiko, post_message, room.id, "tea one")
    await do(ben, post_message, room.id, "tea two ![x](https://example.org/x.png)")
    clock.advance(days=1)
    begin = clock.now
    await do(aiko, post_message, other.id, "tea three")
    one, two, three = "tea one", "tea two ![x](https://example.org/x.png)", "tea three"
    assert await look(do, aiko, "tea", author="@Ben") == [two]
    assert await look(do, aiko, "tea", author="me") == [three, one]
    assert await look(do, ben, "tea from:aiko") == [one]
    assert await look(do, aiko, "tea", author="nobody") == []
    assert await look(do, aiko, "tea", room=room.id) == [two, one]
    assert await look(do, aiko, "has:image") == [two]
    assert await look(do, aiko, has=frozenset({"image"}), author="me") == []
    assert await look(do, aiko, "tea", after=begin) == [three]
    assert await look(do, aiko, "tea", before=begin) == [two, one]
    assert await look(do, aiko, "tea", after=begin - timedelta(days=2), before=begin - timedelta(days=1)) == []
    assert await look(do, aiko, room=other.id) == [three]


async def test_among_what_one_has_starred(do: Do, make: Factory, aiko: Actor, room: Room):
    ben = await make.actor()
    await make.join(room, ben)
    said = [await do(ben, post_message, room.id, text) for text in ("green tea", "black tea", "東京都", "coffee")]
    for message in said[:3]:
        await do(aiko, star_message, message.id)
    assert await look(do, aiko, "tea", is_starred=True) == ["black tea", "green tea"]
    assert await look(do, aiko, "gre is:starred") == ["green tea"]
    assert await look(do, aiko, "東京都", is_starred=True) == ["東京都"]
    assert await look(do, aiko, is_starred=True, author="me") == []
    assert await look(do, aiko, is_starred=True, has=frozenset({"image"})) == []
    assert await look(do, ben, is_starred=True) == []
    await do(aiko, delete_room, room.id)
    assert await look(do, aiko, is_starred=True) == []


def test_filters_in_words():
    wanted = with_typed_filters(SearchFilter("from:aiko tea HAS:Image is:starred has:it refrom:x"))
    assert (wanted.author, wanted.has, wanted.is_starred) == ("aiko", {"image"}, True)
    assert wanted.text.split() == ["tea", "has:it", "refrom:x"]


async def test_searches_are_counted(do: Do, aiko: Actor):
    with refused("rate_limited"):
        for _ in range(SEARCHES.amount + 1):
            await look(do, aiko, "tea")


async def test_no_message_makes_searching_what_is_starred_slow(do: Do, aiko: Actor, room: Room):
    for _ in range(20):  # of each character, NFKC makes eighteen
        message = await do(aiko, post_message, room.id, "ﷺ" * 8000)
        await do(aiko, star_message, message.id)
    begun = thread_time()
    assert await look(do, aiko, "tea", is_starred=True) == []
    assert thread_time() - begun < 0.2
