"""Texts that are expensive for rules with more than linear cost."""

SIZE = 8_000


PLAIN = [
    (
        "The quick fox asked @aiko_b about **v1.2** of `x`, see https://example.org/a?b=1 (or [this](/x)) & <b>that</b>.\n"  # noqa: E501
        * 99
    ),
    ("東京都に住むサーバーです。「はい」@aiko、🎊 " * 400),
    ("שָׁלוֹם مُحَمَّد हिन्दी สวัสดี cafe\u0301 Việt " * 300),
    ("Plain words of one line and another, which say nothing.\n" * 200),
]


UNITS = [
    *(
        "![",
        "[",
        "](",
        "[](",
        "![a](",
        "[[]",
        "]]",
        "*",
        "_",
        "**a",
        "*_",
        "`",
        "`a",
        "`\n",
        "``` \n",
        "~",
        "~~",
        "<",
        "<a ",
        "<a b='",
    ),
    *(
        "</",
        "<!--",
        "<?",
        "&",
        "&#",
        "&amp",
        "@a",
        "@aa ",
        "@_",
        "a@",
        "a@b.c ",
        "http://",
        "www.",
        "http://a/@b ",
        ">",
        "> ",
        "|",
        "|a|\n",
    ),
    *(
        "$",
        "{{",
        "{{a=",
        "{{a}}",
        "#",
        "# ",
        "-",
        "- ",
        "1. ",
        "    a\n",
        "\t",
        " \n",
        "  ",
        "\n",
        "(((",
        "((( ",
        "\\",
        "\\`",
        "!",
        ":",
        "a: ",
        "Aiko: \n",
        "._-",
    ),
    *(
        "1",
        "1.",
        "1-a",
        "v1.2.",
        "漢",
        "ア",
        "ー",
        "アーー",
        "ﷺ",
        "\u0301",
        "a\u0301",
        "e\u0301\u200d\u0323\u200d",
        "ก\u0e48\u200d\u0e38\u200d",
    ),
    *(
        "👨\u200d",
        "🇯",
        "🎊",
        "❤️",
        "\u200d",
        "\u200b",
        "\u202e",
        "\u1112\u1161\u11ab",
        "क\u094d",
        "\u3164",
        "\u2800",
        "　",
        "İ",
        "ß",
    ),
]


def growing() -> str:
    return " ".join("`" * n for n in range(1, 200))[:SIZE]


HOSTILE = [
    "ー" * SIZE,
    *((unit * SIZE)[:SIZE] for unit in UNITS),
    *(
        growing(),
        " " * (SIZE - 1) + "x",
        "a" + " " * (SIZE - 2) + "\n",
        "x" * SIZE,
        "@aa" + "![" * 4_000,
        "](" + " " * SIZE,
    ),
]
