"""The tree of a text in Markdown: the browser's own scripts, in Node."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).parent / "node"
TICKS = "```"

WRITTEN = {
    # money and shell are text
    "Set $PATH:$HOME/bin and $FOO,$BAR": "<p>Set $PATH:$HOME/bin and $FOO,$BAR</p>",
    "5$/10$, $5 and $10, $5-$10, US$ 3": "<p>5$/10$, $5 and $10, $5-$10, US$ 3</p>",
    "$5 and 10$": "<p>$5 and 10$</p>",
    "$HOME$PATH ${A}:${B} $(pwd):$(ls)": "<p>$HOME$PATH ${A}:${B} $(pwd):$(ls)</p>",
    "$a->$b; echo $$; kill $$ or $$": "<p>$a-&gt;$b; echo $$; kill $$ or $$</p>",
    r"sed 's/\(a\)/\1/'": r"<p>sed 's/(a)/\1/'</p>",
    f"- a\n  {TICKS}\n  $HOME $PATH\n  {TICKS}": "<ul><li>a<pre><code>$HOME $PATH\n</code></pre></li></ul>",
    f"> {TICKS}\n> $HOME $PATH\n> {TICKS}": "<blockquote><pre><code>$HOME $PATH\n</code></pre></blockquote>",
    "``$a `$b` ``": "<p><code>$a `$b` </code></p>",
    "`two\nlines $a$`": "<p><code>two\nlines $a$</code></p>",
    "$$\n\n**open**": "<p>$$</p><p><strong>open</strong></p>",
    "\\[\n\n- a": "<p>[</p><ul><li>a</li></ul>",
    # formulas
    r"$\$0.60$": r"<p>⟦\$0.60⟧</p>",
    r"$a^2$, the $n$th, $k$-means, \(c\)": "<p>⟦a^2⟧, the ⟦n⟧th, ⟦k⟧-means, ⟦c⟧</p>",
    "ここで$x$は、（$y$）": "<p>ここで⟦x⟧は、（⟦y⟧）</p>",
    "$$x$$": "<p>⟦x!⟧</p>",
    "so $$ x=1\n+2 $$": "<p>so ⟦x=1\n+2!⟧</p>",
    "$$\na\n\n> b\n$$\nafter": "⟦a\n\n> b!⟧<p>after</p>",
    "So:\n\\[\na\n- b\n\\]\nafter": "<p>So:</p>⟦a\n- b!⟧<p>after</p>",
    "1. one\n   \\[\n   x\n   \\]\n2. two": "<ol><li>one⟦x!⟧</li><li>two</li></ol>",
    "1. one \\[x\\]\n2. two": "<ol><li>one ⟦x!⟧</li><li>two</li></ol>",
    "> $$\n> a\n> $$\n\nb": "<blockquote>⟦a!⟧</blockquote><p>b</p>",
    "# $x$\n\n| $$y$$ |\n|---|": "<h1>⟦x⟧</h1><table><thead><tr><th>⟦y⟧</th></tr></thead></table>",
    # Chinese, Japanese, Korean
    "**「重要」**です **注意：**次 ~~「旧」~~は": ""
    "<p><strong>「重要」</strong>です <strong>注意：</strong>次 <del>「旧」</del>は</p>",
    "**이것은(강조)**입니다 **中文（强调）**文字": ""
    "<p><strong>이것은(강조)</strong>입니다 <strong>中文（强调）</strong>文字</p>",
    "3~5個、10~20分": "<p>3~5個、10~20分</p>",
    "https://example.com/です": "<p><a https://example.com/>https://example.com/</a>です</p>",
    "（https://example.com）と**太字**": "<p>（<a https://example.com>https://example.com</a>）と<strong>太字</strong></p>",
    "https://example.com/a_b。次": "<p><a https://example.com/a_b>https://example.com/a_b</a>。次</p>",
    "「www.example.com」 me@example.org、": "<p>「www.example.com」 <a mailto:me@example.org>me@example.org</a>、</p>",
    # nothing vanishes
    "[abc]: https://x.org": "<p>[abc]: https://x.org</p>",
    "a [b]\n\n[b]: https://x.org\n[b]: https://y.org": "<p>a <a https://x.org>b</a></p><p>[b]: https://y.org</p>",
    "[](https://x.org) [x]()": "<p><a https://x.org>https://x.org</a> <span>x</span></p>",
    "[g](docs/a.md) [j](javascript:x)": "<p><span>g (docs/a.md)</span> <span>j (javascript:x)</span></p>",
    "[a][b] ![c][b]\n\n[b]: javascript:x": "<p><span>a (javascript:x)</span> ![c][b]</p>",
    "![](docs/x.png)": "<p>![](docs/x.png)</p>",
    "[^a]: unused": "<p>[^a]: unused</p>",
    "<!-- c -->\n\n<div>\n*b*\n</div>": "<p>&lt;!-- c --&gt;</p><p>&lt;div&gt;\n*b*\n&lt;/div&gt;</p>",
    "a <u>b</u> <br> c": "<p>a &lt;u&gt;b&lt;/u&gt; <br> c</p>",
    "| a<br>b |\n|---|\n| c | d |": "<table><thead><tr><th>a<br>b</th><th></th></tr></thead>"
    "<tbody><tr><td>c</td><td>d</td></tr></tbody></table>",
    "#": "<p>#</p>",
    "-": "<p>-</p>",
    ">": "<p>&gt;</p>",
    "&nbsp;": "<p>&nbsp;</p>",
    f"{TICKS}\n{TICKS}": "<pre><code></code></pre>",
    "5. a\n7. b": "<ol><li 5>a</li><li 7>b</li></ol>",
    "1. a\n1. b": "<ol><li>a</li><li>b</li></ol>",
    "one\ntwo": "<p>one<br>two</p>",
    "> " * 30 + "deep": "<p>" + "&gt; " * 30 + "deep</p>",
}

TYPED = {
    r"C:\Users\_tmp and \_x\_": r"<p>C:\Users\_tmp and \_x\_</p>",
    r"¯\_(ツ)_/¯": r"<p>¯\_(ツ)_/¯</p>",
    "__init__ and 2*3*4": "<p>__init__ and 2*3*4</p>",
    "**b** _i_ *i* `c` ~~d~~": "<p><strong>b</strong> <em>i</em> <em>i</em> <code>c</code> <del>d</del></p>",
    "&amp; \\*x\\* C:\\dir\\\nnext": "<p>&amp;amp; \\*x\\* C:\\dir\\<br>next</p>",
    "a\n  b\n    - c": "<p>a<br>  b<br>    - c</p>",
    "  two": "<p>  two</p>",
    "if x:\n\n    # c\n    y": "<p>if x:</p><p>    # c\n    y</p>",
    "> quoted\nmy reply": "<blockquote><p>quoted</p></blockquote><p>my reply</p>",
    "> a\n> > b\nreply": "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><p>reply</p>",
    "> a\n> b": "<blockquote><p>a<br>b</p></blockquote>",
    "- a\n  - b\nc": "<ul><li>a<ul><li>b</li></ul></li></ul><p>c</p>",
    "title\n---": "<p>title</p><hr></hr>",
    "a <br> b": "<p>a &lt;br&gt; b</p>",
    "| a<br>b |\n|---|": "<table><thead><tr><th>a<br>b</th></tr></thead></table>",
    "[x](https://x.org/a_b)": "<p><a https://x.org/a_b>x</a></p>",
    "$x$ and $5": "<p>⟦x⟧ and $5</p>",
}

HOSTILE = [
    *("a ", "> ", "- ", "1. ", "*", "_", "**a ", "*a_ ", "***a", "[", "![", "[a](", "[a][", "](", "`", "`a"),
    *("~~a", "$", "$a", "$a$ ", "$$a", "$a $", "\\(", "\\(a\\)", "\\[", "\\[a\\]", "$\\", "\\", "<", "<a"),
    *("<!-- ", "&", "a@", "a.b@", "http://", "www.", "|", "|a|\n|-|\n", "a|b\n", "# ", "-\n", "- a\n", "> a\n"),
    *(">a\n\n", "```\n", "`\n", "$$\n", "\\[\n", "$$\na\n", "[a]: b\n", "[^a]", "[^a]: x\n", "a\n", "    a\n"),
    *("**「", "「", "@a ", "- [ ] ", "a\n==\n", "* - ", "<br>", "a*b", "$x_{1}^{2}$ ", "$\\sqrt1$"),
    *("$\\frac12$\n\n", "$\\begin{matrix}&&&&\\end{matrix}$", "{", "\\left("),
]  # fmt: skip


def in_node(*calls: list[Any]) -> list[Any]:
    """The results of the functions of ``markdown_tree.mjs``, each called by its name."""
    command = [NODE, "--no-warnings", Path(__file__).with_name("markdown_tree.mjs")]
    done = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result: list[Any] = json.loads(done.stdout)
    return result


def plainly(text: str) -> str:
    return text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;amp;", "&amp;")


@pytest.mark.parametrize(("cases", "typed"), [(WRITTEN, False), (TYPED, True)], ids=["model", "person"])
def test_texts_are_parsed_to_the_expected_trees(cases: dict[str, str], typed: bool) -> None:
    found = in_node(*(["brief", text, {"typed": typed}] for text in cases))
    assert dict(zip(cases, found, strict=True)) == {text: plainly(tree) for text, tree in cases.items()}


def test_mentions_follow_the_parsed_text() -> None:
    cases = json.loads((ROOT / "tests" / "support" / "mentions.json").read_text("utf-8"))
    cases.append({"text": "@otto＠example", "calls": []})
    names = sorted({name for case in cases for name in case["calls"]})
    found = in_node(*(["calls", case["text"], names] for case in cases))
    texts = [case["text"] for case in cases]
    assert dict(zip(texts, found, strict=True)) == {case["text"]: sorted(case["calls"]) for case in cases}


def test_each_block_runs_in_the_direction_of_its_letters() -> None:
    hebrew, mixed, code = in_node(
        *(["directions", text] for text in ("- שלום\n- b", "> 1. a\n\nمرحبا", "- `x` שלום\n\n| a |\n|---|"))
    )
    assert hebrew == ["ul rtl", "li auto", "li auto"]
    assert mixed == ["blockquote ltr", "ol ltr", "li auto", "p auto"]
    assert code == ["ul rtl", "li auto", "table ltr", "th auto"]


def test_formula_beyond_its_bounds_is_not_drawn() -> None:
    formulas = (
        r"\begin{matrix}" + "&" * 300 + r"\end{matrix}",
        "x" * 1_001,
        "{" * 30 + "x" + "}" * 30,
        r"\sqrt{" * 25 + "x" + "}" * 25,
        r"\def\a{\a\a}\a",
        r"\newcommand{\a}{x}\a",
        r"\href{https://evil.example}{x}",
        r"\raisebox{-99em}{x}",
        r"\frac{unclosed",
        r"\unknown",
    )
    assert in_node(*(["drawn", formula] for formula in formulas)) == [None] * len(formulas)


def test_formula_within_its_bounds_is_drawn_and_escaped() -> None:
    matrix = r"\begin{pmatrix}" + r"\\".join(["1 & 2 & 3 & 4"] * 4) + r"\end{pmatrix}"
    found, escaped = in_node(["drawn", matrix], ["drawn", r"\text{<img src=x onerror=alert(1)>}"])
    assert found.count("mtd") > 16
    assert "<img" not in escaped
    assert "&lt;img" in escaped


def test_hostile_texts_cost_little_and_stay() -> None:
    texts = [(part * 4_000)[:4_000] for part in HOSTILE]
    texts += [r"$\begin{matrix}" + "&" * 7_900 + r"\end{matrix}$", "[" * 4_000 + "]" * 4_000, "![" * 4_000]
    for text, cost in zip(texts, in_node(*(["cost", text] for text in texts)), strict=True):
        assert cost["nodes"] <= 14_000, text[:20]
        assert cost["depth"] <= 60, text[:20]
