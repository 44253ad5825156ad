"""Connect pages with the scripts in ``assets/``: their values as vars, their functions as event handlers."""

import json
from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.function import FunctionStringVar

_HERE = VarData(hooks={"const here = useLocation()": None}, imports={"react-router": [ImportVar(tag="useLocation")]})
PATH: rx.Var[str] = rx.Var("here.pathname", _var_data=_HERE).to(str)
"""The path of the page that the browser shows, before the server knows it."""

SEARCH: rx.Var[str] = rx.Var("here.search", _var_data=_HERE).to(str)
"""The query string of its address, with its question mark."""


def query(name: str, default: str) -> rx.Var[str]:
    """Return the value of ``name`` in the address that the browser shows."""
    return rx.Var(f'(new URLSearchParams(here.search).get("{name}") ?? "{default}")', _var_data=_HERE).to(str)


def value(module: str, hook: str, name: str, var_type: Any, *args: rx.Var[Any]) -> rx.Var[Any]:
    """Return the result of the React hook ``hook`` of ``module`` for the slice ``name``, and ``args`` if any."""
    constant = f"{hook}_{name}"
    given = "".join(f", {arg!s}" for arg in args)
    data = VarData(hooks={f'const {constant} = {hook}("{name}"{given})': None}, imports=_imports(module, hook))
    data = VarData.merge(*(arg._get_all_var_data() for arg in args), data)
    return rx.Var(constant, _var_type=var_type, _var_data=data).to(var_type)


def hooked(name: str, hook: str, module: str) -> rx.Var[str]:
    """Return what ``hook`` of ``module``, a call of a React hook, gives: in pages it is called ``name``."""
    data = VarData(hooks={f"const {name} = {hook}": None}, imports=_imports(module, hook.partition("(")[0]))
    return rx.Var(name, _var_type=str, _var_data=data).to(str)


def method(owner: rx.Var[Any], name: str, *args: rx.Var[Any]) -> rx.Var[str]:
    """Return the text that a method of a browser's object, ``owner``, returns for ``args``."""
    data = VarData.merge(*(each._get_all_var_data() for each in (owner, *args)))
    return rx.Var(f"{owner!s}.{name}({', '.join(map(str, args))})", _var_type=str, _var_data=data).to(str)


def function(module: str, name: str) -> rx.Var[Any]:
    """Return the function ``name`` of ``module`` itself, for a component that calls it."""
    return rx.Var(name, _var_data=VarData(imports=_imports(module, name)))


def call(module: str, function: str, *args: Any) -> FunctionStringVar:
    """Return a handler, for ``on_click`` and its like, that calls ``function`` of ``module`` with ``args``."""
    called = _called(module, function, args)
    return FunctionStringVar.create(f"(() => {called!s})", _var_data=called._get_all_var_data())


def handler(function: rx.Var[Any]) -> FunctionStringVar:
    """Return a handler, for ``on_click`` and its like, that calls a ``function`` of the browser."""
    return FunctionStringVar.create(f"(() => {function!s}())", _var_data=function._get_all_var_data())


def result(module: str, function: str, var_type: Any, *args: Any) -> rx.Var[Any]:
    """Return what ``function`` of ``module`` gives for ``args``. It must give the same for the same."""
    return _called(module, function, args).to(var_type)


def encoded(text: rx.Var[str]) -> rx.Var[str]:
    """Return a text encoded for an address."""
    return rx.Var(f"encodeURIComponent({text!s})", _var_data=text._get_all_var_data()).to(str)


def press(module: str, function: str, *args: Any) -> dict[str, Any]:
    """Return props for an element whose pressing calls ``function`` and leaves the focus where it is."""
    handler = call(module, function, *args)
    held = rx.Var(
        f"{{onMouseDown: (event) => (event.preventDefault(), {handler!s}())}}", _var_data=handler._get_all_var_data()
    )
    return {"special_props": [held]}


def props(module: str, name: str, *args: str) -> dict[str, Any]:
    """Return the props in the object ``name`` that ``module`` exports; a dot in ``name`` selects a part of an object.

    With ``args`` it is a function that returns them. This is for handlers that need the browser's own event, such as a
    keyboard event.
    """
    first, _, rest = name.partition(".")
    alias = f"{module.removesuffix('.js').replace('/', '_')}_{first}"
    data = VarData(imports={f"$/public/{module}": [ImportVar(tag=first, alias=alias)]})
    call = f"({', '.join(map(json.dumps, args))})" if args else ""
    return {"special_props": [rx.Var((f"{alias}.{rest}" if rest else alias) + call, _var_data=data)]}


def _called(module: str, function: str, args: tuple[Any, ...]) -> rx.Var[Any]:
    values = [rx.Var.create(arg) for arg in args]
    data = VarData.merge(VarData(imports=_imports(module, function)), *(value._get_all_var_data() for value in values))
    return rx.Var(f"{function}({', '.join(map(str, values))})", _var_data=data)


def _imports(module: str, name: str) -> dict[str, list[ImportVar]]:
    return {f"$/public/{module}": [ImportVar(tag=name)]}
