"""The lists of models: the offered ones, in their order, and the others."""

import reflex as rx

from chat_app.core.ai.wire import ABILITIES
from chat_app.core.connections.rules import NAME_MAX
from chat_app.ui.components.controls import icon_button, link
from chat_app.ui.components.display import badge, empty
from chat_app.ui.components.floating import dialog, opens, shows
from chat_app.ui.components.forms import FormVars, dialog_form, field, segments
from chat_app.ui.i18n import t, t_in
from chat_app.ui.models.choices import decider, speaker, transcriber
from chat_app.ui.models.shapes import GroupNameVar, ListedModelVar
from chat_app.ui.models.state import ModelsState

_DIALOG = "model"
_SEARCHED_ABOVE = 8  # models, as where a model is chosen
_FORM = FormVars("model", state=ModelsState, send=ModelsState.save_model)
_CHOSEN = ModelsState.model


def catalogue() -> rx.Component:
    """Return the section of the models."""
    offered, others = ModelsState.offered, ModelsState.others
    return rx.el.section(
        rx.el.h2(t("models.models")),
        rx.el.p(t("models.modelsHint"), class_name="meta"),
        rx.cond(
            ModelsState.known > _SEARCHED_ABOVE,
            rx.el.input(
                type="search",
                class_name="input",
                placeholder=t("models.seek"),
                aria_label=t("models.seek"),
                on_change=ModelsState.seek.debounce(150),
            ),
        ),
        rx.cond(
            offered.length() > 0,
            rx.el.ul(rx.foreach(offered, _offered), class_name="model-list", aria_label=t("models.models")),
            empty(t("models.none"), symbol="sparkles"),
        ),
        rx.cond(
            others.length() > 0,
            rx.el.details(
                rx.el.summary(t("models.others", count=others.length() + ModelsState.hidden)),
                rx.el.ul(rx.foreach(others, _other), class_name="model-list"),
                rx.cond(
                    ModelsState.hidden > 0, rx.el.p(t("models.hidden", count=ModelsState.hidden), class_name="meta")
                ),
            ),
        ),
        rx.cond(offered.length() > 0, decider()),
        rx.cond(ModelsState.connections.length() > 0, rx.fragment(transcriber(), speaker())),
        _editor(),
    )


def _offered(model: rx.Var[ListedModelVar]) -> rx.Component:
    return rx.el.li(
        _about(model),
        rx.el.div(
            rx.cond(ModelsState.offered.length() > 1, _moves(model)),
            _edits(model),
            _switch(model),
            class_name="model-acts",
        ),
        key=model.id,
    )


def _moves(model: rx.Var[ListedModelVar]) -> rx.Component:
    return rx.fragment(
        icon_button("arrow-up", t("models.up", name=model.label), on_click=ModelsState.move(model.id, -1)),
        icon_button("arrow-down", t("models.down", name=model.label), on_click=ModelsState.move(model.id, 1)),
    )


def _other(model: rx.Var[ListedModelVar]) -> rx.Component:
    return rx.el.li(_about(model), rx.el.div(_edits(model), _switch(model), class_name="model-acts"), key=model.id)


def _about(model: rx.Var[ListedModelVar]) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.b(model.label),
            rx.cond(model.default, badge(t("models.default"), kind="accent")),
            rx.cond(
                model.admins_only,
                badge(rx.cond(model.groups.length() > 0, t("models.someOnly"), t("models.adminsOnly")), kind="amber"),
            ),
            class_name="badges",
        ),
        rx.el.p(
            model.connection,
            rx.cond(model.name != model.label, rx.fragment(" · ", model.name)),
            rx.cond(model.window != "", rx.fragment(" · ", t("models.window", size=model.window))),
            rx.cond(
                model.price_in != "",
                rx.fragment(" · ", t("models.prices", read=model.price_in, written=model.price_out)),
                rx.cond(ModelsState.billed, rx.fragment(" · ", t("siteUsage.unpriced"))),
            ),
            rx.foreach(model.abilities, lambda each: rx.fragment(" · ", t_in("models.abilities", each))),
            class_name="meta",
        ),
        class_name="model-about",
    )


def _edits(model: rx.Var[ListedModelVar]) -> rx.Component:
    return icon_button(
        "pencil",
        t("models.editModel", name=model.label),
        on_click=ModelsState.choose_model(model.id),
        custom_attrs=opens(_DIALOG, shows=model.id),
    )


def _switch(model: rx.Var[ListedModelVar]) -> rx.Component:
    return rx.el.button(
        rx.el.span(class_name="switch-knob"),
        type="button",
        role="switch",
        aria_checked=model.offered,
        aria_label=t("models.offer", name=model.label),
        class_name="switch",
        on_click=ModelsState.offer(model.id, ~model.offered),
    )


def _editor() -> rx.Component:
    who = {"everyone": t("models.everyone"), "admins": t("models.admins"), "groups": t("models.groups")}
    chosen = rx.cond(_CHOSEN.admins_only, rx.cond(_CHOSEN.groups.length() > 0, "groups", "admins"), "everyone")
    return dialog(
        _DIALOG,
        _CHOSEN.name,
        dialog_form(
            _FORM,
            field(
                "label",
                t("models.label"),
                error=_FORM.error("label"),
                form=_DIALOG,
                default_value=_CHOSEN.label,
                key=_CHOSEN.id,
                max_length=NAME_MAX,
                auto_complete="off",
            ),
            rx.el.div(
                rx.el.p(t("models.who"), class_name="label", id="who-label"),
                segments("who", who, chosen, at_first=True, key=_CHOSEN.id),
                _groups(),
                class_name="field",
            ),
            _abilities(),
            rx.el.div(
                _number("context_window", t("models.contextWindow")),
                _number("max_output", t("models.maxOutput")),
                _number("price_in", t("models.priceIn")),
                _number("price_cached", t("models.priceCached")),
                _number("price_out", t("models.priceOut")),
                class_name="model-numbers",
            ),
            rx.el.p(t("models.numbersHint"), class_name="meta"),
            submit=t("common.save"),
        ),
        custom_attrs=shows(_CHOSEN.id),
    )


def _abilities() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t("models.canDo"), class_name="label"),
        *(
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    name="abilities",
                    value=ability,
                    default_checked=_CHOSEN.abilities.contains(ability),
                    key=_CHOSEN.id + ability,
                ),
                rx.el.span(t(f"models.abilities.{ability}")),
            )
            for ability in ABILITIES
        ),
        class_name="field checks in-row",
    )


def _groups() -> rx.Component:
    """Return the choice of groups, which CSS shows while *groups* is chosen."""
    groups = ModelsState.groups
    return rx.el.fieldset(
        rx.el.legend(t("models.groupsLegend"), class_name="visually-hidden"),
        rx.cond(
            groups.length() > 0,
            rx.foreach(groups, _group),
            rx.el.p(t("models.noGroups"), " ", link(t("groups.title"), href="/groups"), class_name="hint"),
        ),
        rx.el.p(_FORM.error("groups"), class_name="error", aria_live="polite"),
        class_name="checks model-groups",
    )


def _group(group: rx.Var[GroupNameVar]) -> rx.Component:
    box = rx.el.input(
        type="checkbox",
        name="groups",
        value=group.id,
        default_checked=_CHOSEN.groups.contains(group.id),
        key=_CHOSEN.id + group.id,
    )
    owner = rx.cond(group.owner != "", rx.el.span(" · ", group.owner, class_name="meta"))
    return rx.el.label(box, rx.el.span(group.name, owner), key=group.id)


def _number(name: str, label: rx.Var[str]) -> rx.Component:
    return field(
        name,
        label,
        error=_FORM.error(name),
        form=_DIALOG,
        default_value=_CHOSEN.numbers[name],
        key=_CHOSEN.id,
        input_mode="decimal",
        auto_complete="off",
    )
