"""Completing a word in the composer: the browser's own script, in Node."""

from typing import Any

import pytest

from tests.support.node import run

pytestmark = pytest.mark.slow

ROOM = """
const person = (id, name) => ({ id, username: name.toLowerCase(), name, color: "teal", avatar: null, role: "member" });
state.me = person("A", "Aiko");
state.rooms.set("R", { id: "R", ai_rule: "mentioned" });
state.current = "R";
const members = [state.me, person("B", "Ben"), person("C", "Chloé")];
Object.assign(feedOf("R"), { ready: true, can: new Set(["ask_ai", "mention_all"]), members });
const type = (value) => ({ value, selectionStart: value.length, selectionEnd: value.length });
const press = (name, input) => key({ key: name, currentTarget: input });
const listed = () => completions.get().list;
const chosen = () => listed()[completions.get().at]?.word;
const shown = () => ({ names: listed().map((row) => row.word), chosen: chosen() });
"""


PROMPTS = """
const sent = [];
on("send", (handler, payload) => sent.push([handler, payload]));
const prompt = (name, by = "") => ({ id: name, name, description: "", by });
const offer = (more, ...prompts) => { state.prompts = prompts; tell("prompts", more); };
"""


def in_a_room(program: str) -> Any:
    """What the program says, in a room of three people with an AI."""
    imports = {
        "live/store.js": "feedOf, on, state, tell, view",
        "conversation/completing.js": "completions, key, look, withLinks",
    }
    return run(imports, ROOM + program)


def test_arrows_walk_the_list_from_end_to_end() -> None:
    program = """
    look(type("@"));
    const steps = [shown()];
    for (const name of ["ArrowDown", "ArrowUp", "ArrowUp"]) press(name), steps.push(shown());
    say(steps);
    """
    first, second, _, last = in_a_room(program)
    assert first == {"names": ["@ai", "@ben", "@chloé", "@all"], "chosen": "@ai"}
    assert (second["chosen"], last["chosen"]) == ("@ben", "@all")


MODELS = """
const model = (handle, label) => ({ id: `home/${handle}`, handle, label, provider: "Home" });
state.offered = [model("sonnet", "Sonnet"), model("ben", "Ben 7B"), model("sol", "GPT Sol"), model("haiku", "Haiku")];
"""


def test_models_are_listed_beside_people_who_win_a_name() -> None:
    program = """
    const names = (text) => (look(type(text)), shown().names);
    const may = [names("@"), names("@s"), names("@gp"), names("@be")];
    const [{ kind, word, name, by }] = (look(type("@so")), listed());
    state.rooms.get("R").ai_rule = "never";
    const never = names("@s");
    state.rooms.get("R").ai_rule = "always";
    feedOf("R").can.delete("ask_ai");
    say([...may, { kind, word, name, by }, never, names("@s")]);
    """
    everybody, by_handle, by_label, of_a_person, row, never, guest = in_a_room(MODELS + program)
    assert everybody == ["@ai", "@ben", "@chloé", "@sonnet", "@sol", "@all"]
    assert (by_handle, by_label, of_a_person) == (["@sonnet", "@sol"], ["@sol"], ["@ben"])
    assert row == {"kind": "model", "word": "@sonnet", "name": "Sonnet", "by": "Home"}
    assert never == guest == []


def test_closed_list_stays_closed_until_the_next_mention() -> None:
    program = (
        'look(type("@")); press("Escape"); look(type("@al")); const away = shown(); look(type("")); look(type("@al"));'
    )
    away, again = in_a_room(program + "say([away, shown()])")
    assert (away["names"], again["names"]) == ([], ["@all"])


def test_another_sign_in_the_place_of_one_that_was_put_away_has_its_list() -> None:
    assert in_a_room('look(type(":x")); press("Escape"); look(type("@b")); say(shown().names)') == ["@ben"]
    program = PROMPTS + 'look(type("/")); offer(false, prompt("sum")); press("Enter"); look(type("@b"));'
    assert in_a_room(program + "say(shown().names)") == ["@ben"]


def test_chosen_person_is_inserted_into_the_text() -> None:
    taken = in_a_room('const input = type("Hello @ch"); look(input); say([press("Tab", input), shown().names])')
    assert taken == [{"text": "Hello @chloé ", "caret": 13}, []]


def test_address_of_a_mail_calls_nobody() -> None:
    assert in_a_room('look(type("me@b")); say(shown().names)') == []


def test_room_that_one_takes_is_sent_as_a_link() -> None:
    program = """
    globalThis.location = { origin: "https://parley.example" };
    const row = (id, kind, name) => ({ id, kind, name });
    view.rooms = [row("1", "room", "Tea [green]"), row("2", "chat", "Tea plans"), row("3", "room", "Iced tea")];
    const input = type("See #te");
    look(input);
    const offered = shown();
    const taken = press("Enter", input);
    look(type("See #1"));
    say([offered, taken.text, withLinks(taken.text + "and #Iced tea"), shown().names]);
    """
    listed, taken, sent, of_a_number = in_a_room(program)
    assert listed == {"names": ["#Tea [green]", "#Iced tea"], "chosen": "#Tea [green]"}
    assert taken == "See #Tea [green] "
    assert sent == "See [#Tea \\[green\\]](https://parley.example/r/1) and #Iced tea"
    assert of_a_number == []


def test_time_of_day_does_not_open_the_emoji_list() -> None:
    assert in_a_room('look(type("At 10:30")); say(shown().names)') == []


def test_slash_at_the_start_lists_own_prompts_before_shared_ones() -> None:
    program = """
    look(type("/"));
    const before = shown().names;
    offer(false, prompt("tea"), prompt("要約"), prompt("tea-for-two", "Ben"), prompt("steal", "Ben"));
    const all = shown().names;
    look(type("/te"));
    const fitting = shown().names;
    look(type("/約"));
    const inside = shown().names;
    const away = ["Tea /", "/usr/", "/tea time", " /te", "//"].map((text) => (look(type(text)), shown().names.length));
    say([before, all, fitting, inside, away]);
    """
    before, everything, fitting, inside, away = in_a_room(PROMPTS + program)
    assert before == []
    assert everything == ["/tea", "/要約", "/tea-for-two", "/steal"]
    assert fitting == ["/tea", "/tea-for-two"]
    assert inside == ["/要約"]
    assert away == [0] * 5


def test_prompt_that_one_takes_is_asked_for_and_the_text_stays() -> None:
    program = """
    const input = type("/te");
    look(input);
    offer(false, prompt("tea"));
    const taken = press("Enter", input);
    look(input);
    say([taken, shown().names, sent]);
    """
    taken, listed, sent = in_a_room(PROMPTS + program)
    assert (taken, listed) == ({}, [])
    assert sent == [["load_prompts", {"typed": ""}], ["take_prompt", {"prompt": "tea"}]]


def test_prompts_are_loaded_once_while_the_list_is_open_or_by_letters_if_they_are_many() -> None:
    program = """
    const asked = () => sent.splice(0).map(([, { typed }]) => typed);
    for (const text of ["/", "/t", "/te"]) look(type(text));
    const few = asked();
    look(type(""));
    for (const text of ["/", "/t"]) look(type(text));
    offer(true, prompt("tea"));
    look(type("/Te"));
    const many = asked();
    look(type(""));
    look(type("/"));
    say([few, many, asked()]);
    """
    assert in_a_room(PROMPTS + program) == [[""], ["", "t", "Te"], [""]]


def test_home_completes_only_after_a_slash() -> None:
    program = """
    look(type("@"), "/");
    const people = shown().names;
    look(type("/"), "/");
    offer(false, prompt("tea"));
    say([people, shown().names]);
    """
    assert in_a_room(PROMPTS + program) == [[], ["/tea"]]
