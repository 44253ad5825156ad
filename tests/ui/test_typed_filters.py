"""Filters that are typed in the field of a search: the browser's own script, under Node."""

from tests.support.node import in_node, run

MODULE = "search/typed.js"


def test_typed_filters_fill_the_inputs():
    texts = ["tea from:aiko HAS:Image is:starred", "from:aiko from:ben", "x from: has: y:z has:starred", "afrom:aiko"]
    assert in_node(MODULE, "typedIn", texts) == [
        {"from": "aiko", "image": "1", "starred": "1"},
        {"from": "ben"},
        {},
        {},
    ]


def test_inputs_change_the_typed_filters():
    cases = {
        ("tea", "image", "1"): "tea has:image",
        ("has:image tea HAS:IMAGE", "image", ""): "tea",
        ("from:aiko tea from:ben", "from", "cho"): "from:cho tea",
        ("tea has:file", "audio", "1"): "tea has:file has:audio",
        ("", "starred", "1"): "is:starred",
        ("tea", "from", "a b"): "tea from:ab",
    }
    changed = run({MODULE: "withTyped"}, "say(given.map((each) => withTyped(...each)))", list(cases))
    assert changed == list(cases.values())
