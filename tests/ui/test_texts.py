"""Both languages are whole, every text is used, and no page has words of its own."""

import ast
import importlib
import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import reflex as rx

import chat_app.core
from chat_app.core.accounts.rules import COLORS, THEMES
from chat_app.core.accounts.rules import LOCALES as CORE_LOCALES
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.errors import DomainError
from chat_app.core.mail.tables import MailKind
from chat_app.launch.pages.locales import OF_THE_SERVER, OF_THE_STAFF, LocalesPlugin
from chat_app.launch.pages.preloads import UNLOADED
from chat_app.ui.i18n import LOCALES, PLURALS, MissingTextError, catalogue, t, t_in
from tests.core.messages.test_export import WORDS as EXPORTED

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "chat_app" / "ui").rglob("*.py"))
SCRIPTS = sorted((ROOT / "assets").rglob("*.js"))
PLURAL = re.compile(r"_(?:zero|one|two|few|many|other)$")
SLOT = re.compile(r"{{\s*(\w+)\s*(?:,[^}]*)?}}")

WORDS = ("placeholder", "title", "aria_label", "alt", "label", "hint")
COMPONENTS = {"button", "link", "link_button", "badge", "notice", "empty", "menu_item", "dialog"}


def singular(key: str) -> str:
    return PLURAL.sub("", key)


def test_the_languages_are_those_of_the_accounts() -> None:
    assert tuple(LOCALES) == CORE_LOCALES == tuple(PLURALS)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_has_every_text_of_the_others(locale: str) -> None:
    everywhere = {singular(key) for other in LOCALES for key in catalogue(other)}
    assert everywhere - {singular(key) for key in catalogue(locale)} == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_with_a_count_has_every_plural_form_of_its_language(locale: str) -> None:
    counted = {singular(key) for other in LOCALES for key in catalogue(other) if PLURAL.search(key)}
    forms = {f"{key}_{category}" for key in counted for category in PLURALS[locale]}
    assert forms == {key for key in catalogue(locale) if PLURAL.search(key)}


def test_a_text_takes_the_same_values_in_every_language() -> None:
    for locale in LOCALES:
        for key, text in catalogue(locale).items():
            other = catalogue("en").get(key) or catalogue("en")[f"{singular(key)}_other"]
            assert set(SLOT.findall(text)) == set(SLOT.findall(other)), f"{key} ({locale})"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_is_empty(locale: str) -> None:
    assert [key for key, text in catalogue(locale).items() if not text.strip()] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_mail_comes_from_the_site_by_its_own_name(locale: str) -> None:
    assert [name for name, text in catalogue(locale).items() if name.startswith("mail.") and "Parley" in text] == []


def test_japanese_texts_use_full_width_marks() -> None:
    half_width = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff）」][:?!](?! 値)")  # a header is written "名前: 値"
    assert {key: text for key, text in catalogue("ja").items() if half_width.search(text)} == {}


def test_a_missing_text_stops_the_build() -> None:
    with pytest.raises(MissingTextError, match=r"no\.such"):
        t("no.such")
    with pytest.raises(MissingTextError, match=r"common\.cancel_one"):
        t("common.cancel", count=1)
    with pytest.raises(MissingTextError, match=r"common\.unknown"):
        t_in("common", rx.Var.create("x"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module, with the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def python_keys() -> tuple[set[str], set[str]]:
    """The keys that the pages name, and the beginnings of those that they put together."""
    named, texts, groups, ends = set(), set(), set(), set()
    for path in PYTHON:
        tree = ast.parse(path.read_text())
        texts |= {literal(node) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        for name, call in calls(tree):
            function = name.rpartition(".")[2]
            if function not in {"t", "t_in", "toast"} or not call.args:
                continue
            key = call.args[0]
            if function == "t_in":
                groups.add(f"{literal(key)}.")
            elif not isinstance(key, ast.JoinedStr):
                named |= {literal(node) for node in ast.walk(key) if isinstance(node, ast.Constant)}
            elif literal(key.values[0]):
                groups.add(literal(key.values[0]))
            else:
                ends.add(literal(key.values[-1]))
    known = {singular(key) for key in catalogue("en")}
    return named | (texts & known) | {text + end for text in texts for end in ends if text + end in known}, groups


def script_keys() -> tuple[set[str], set[str]]:
    """The same for the scripts, in which every string that looks like a key is one."""
    text = "".join(path.read_text() for path in SCRIPTS)
    tops = "|".join({key.partition(".")[0] for key in catalogue("en")})
    keys = set(re.findall(rf"[\"'`]((?:{tops})(?:\.\w+)+)[\"'`]", text))
    return keys, set(re.findall(rf"`((?:{tops})\.[\w.]*)\${{", text))


@pytest.mark.slow
def test_every_key_exists_and_every_text_is_used() -> None:
    (keys, groups), (more_keys, more_groups) = python_keys(), script_keys()
    used, put_together = keys | more_keys, tuple(groups | more_groups)
    used |= {f"mail.{kind}{part}" for kind in MailKind for part in ("Subject", "Text")}
    used |= {f"audit.actions.{action}" for action in Action}
    used |= {f"broken.{name}" for name in UNLOADED}
    used |= {f"roomExport.{word}" for word in EXPORTED}
    known = {singular(key) for key in catalogue("en")}
    assert used - known == set()
    assert {key for key in known - used if not key.startswith(put_together)} == set()


def test_every_error_has_a_sentence() -> None:
    for module in pkgutil.walk_packages(chat_app.core.__path__, "chat_app.core."):
        importlib.import_module(module.name)
    codes, kinds = set(), [DomainError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        codes.add(kind.default_code)
    for path in (ROOT / "chat_app").rglob("*.py"):
        codes |= set(
            re.findall(
                r"raise (?:Invalid\w*|Conflict|NotAllowed|LlmError|SignUpClosed)\(\s*\"(\w+)\"", path.read_text()
            )
        )
    assert {code for code in codes if f"errors.{code}" not in catalogue("en")} == set()


def test_every_choice_has_a_name() -> None:
    wanted = {f"settings.colors.{color}" for color in COLORS} | {f"settings.themes.{theme}" for theme in THEMES}
    assert wanted - set(catalogue("en")) == set()


def literal(node: ast.expr) -> str:
    """Return the literal letters of an expression."""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def human_text(call: ast.Call, name: str) -> list[str]:
    """The words that a call would show to people."""
    shows = name.startswith("rx.el.") or name in COMPONENTS
    shown = [arg for arg in call.args if shows] if name not in {"dialog", "menu_item"} else call.args[1:]
    shown += [keyword.value for keyword in call.keywords if keyword.arg in WORDS]
    return [literal(each) for each in shown if re.search(r"[^\W\d_]{2,}", literal(each))]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT / "chat_app" / "ui")))
def test_a_page_has_no_words_of_its_own(path: Path) -> None:
    found = [text for name, call in calls(ast.parse(path.read_text())) for text in human_text(call, name)]
    assert found == []


def test_a_literal_text_would_be_found() -> None:
    tree = ast.parse('rx.el.p("Hello you"); button(f"{n} rooms"); field("x", t("a"), placeholder="Name"); icon("x")')
    assert Counter(text for name, call in calls(tree) for text in human_text(call, name)) == Counter(
        ["Hello you", " rooms", "Name"]
    )


TITLES: Final = "titles.py"
"""A title is shown on its own page alone."""


def test_texts_of_the_staff_are_named_on_their_pages_alone() -> None:
    named = re.compile(rf"""["'`](?:{"|".join(OF_THE_STAFF)})\.""")
    ui = ROOT / "chat_app" / "ui"
    sources = {path.relative_to(ui).as_posix(): path.read_text("utf-8") for path in PYTHON}
    naming = {name for name, source in sources.items() if named.search(source)} - {TITLES}
    pages = {name for name, source in sources.items() if "admin_page(" in source}  # they load these texts
    assert {"site/page.py", "tools/servers.py"} <= naming
    for name, source in sources.items():
        used = {f"{each.replace('.', '/')}.py" for each in re.findall(r"from chat_app\.ui\.([\w.]+) import", source)}
        of_the_staff = name.startswith("administration/") or name in naming | pages | {"routes.py"}
        assert of_the_staff or not used & naming, name
    assert [path.name for path in SCRIPTS if named.search(path.read_text("utf-8"))] == []


def test_the_staff_have_the_rest_of_the_texts() -> None:
    assets = {path.as_posix(): set(json.loads(text)) for path, text in LocalesPlugin().get_static_assets()}
    for locale in LOCALES:
        everybody, staff = assets[f"public/locales/{locale}.json"], assets[f"public/locales/staff-{locale}.json"]
        assert staff == OF_THE_STAFF
        assert everybody | staff | OF_THE_SERVER == {key.partition(".")[0] for key in catalogue(locale)}
