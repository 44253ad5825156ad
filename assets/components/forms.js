// Forms that show what is wrong beside the field. What was typed stays in the inputs. A form is answered by REST where it
// sets a cookie (`makeForm`), by the page's state everywhere else (`StateForm`).
import { createElement, useEffect, useRef, useSyncExternalStore } from "react";

import { current as translate, subscribe as subscribeToWords } from "../i18n.js";

const PATIENCE = 15_000; // ms, after which a form that the server has not answered can be sent again
const forms = new Map();
const listeners = new Set();

function subscribe(listener) {
  listeners.add(listener);
  const leave = subscribeToWords(listener);
  return () => {
    listeners.delete(listener);
    leave();
  };
}

/**
 * Make the form `name`: `send(values, element)` resolves to what `request` does, and `done(data)` follows when it was accepted.
 * It stays busy after `done` when that returns true, because the page is about to be left.
 */
export function makeForm(name, { send, done }) {
  const form = { busy: false, errors: {} };
  const props = {
    noValidate: true,
    onSubmit: (event) => {
      event.preventDefault();
      submit(name, event.currentTarget, send, done);
    },
    onInput: (event) => clear(name, event.target.name),
  };
  forms.set(name, { ...form, props, text: textOf(form) });
}

function formOf(name) {
  if (!forms.has(name)) forms.set(name, { busy: false, errors: {}, text: textOf({ errors: {} }) });
  return forms.get(name);
}

function change(name, changes) {
  const form = { ...formOf(name), ...changes };
  forms.set(name, { ...form, text: textOf(form) });
  listeners.forEach((listener) => listener());
}

/** The words about a field, "" when it is well; of the form as a whole for `form`. */
function textOf({ errors }) {
  return (field) => {
    const error = errors[field];
    return error ? translate()([`errors.${error.code}`, "errors.unknown"], error.details) : "";
  };
}

async function submit(name, element, send, done) {
  if (!begin(name, element)) return;
  const { ok, data, error } = await send(Object.fromEntries(new FormData(element)), element);
  const leaving = ok && (await done(data));
  change(name, { busy: Boolean(leaving) });
  if (!ok) show(name, element, errorsOf(error, element));
}

/** Make the form busy; false, with what is missing shown, if it cannot be sent. */
function begin(name, element) {
  if (formOf(name).busy) return false;
  const empty = [...element.elements].filter((input) => input.required && !input.value.trim());
  if (empty.length) {
    show(name, element, Object.fromEntries(empty.map((input) => [input.name, { code: "required" }])));
    return false;
  }
  change(name, { busy: true, errors: {} });
  return true;
}

/** The values by name: a list where several checkboxes have the name. */
function valuesOf(element) {
  const data = new FormData(element);
  const many = new Set([...element.querySelectorAll("[type=checkbox]")].map(({ name }) => name));
  return Object.fromEntries([...element.elements].filter(({ name }) => name).map(({ name }) => [name, many.has(name) ? data.getAll(name) : (data.get(name) ?? "")]));
}

/**
 * A form that the page's state answers. `onSend` takes the values; it is busy until `answered`, a number of the state, changes.
 * Then `problems` says what is wrong, by field. Without any it is emptied if `empties`, and the element `next` gets the focus.
 */
export function StateForm({ name, answered, problems, empties, next, onSend, children, ...rest }) {
  const element = useRef(null);
  const waiting = useRef(null);
  const settle = (errors) => {
    clearTimeout(waiting.current);
    if (!formOf(name).busy) return;
    change(name, { busy: false });
    if (Object.keys(errors).length) return show(name, element.current, errors);
    if (empties) element.current?.reset();
    document.getElementById(next)?.focus();
  };
  useEffect(() => settle(problems), [answered]);
  useEffect(() => () => (clearTimeout(waiting.current), forms.delete(name)), [name]);
  const onSubmit = (event) => {
    event.preventDefault();
    if (!begin(name, event.currentTarget)) return;
    onSend(valuesOf(event.currentTarget));
    waiting.current = setTimeout(() => settle({ form: { code: "offline", details: {} } }), PATIENCE);
  };
  return createElement("form", { ...rest, ref: element, noValidate: true, onSubmit, onInput: ({ target }) => clear(name, target.name) }, children);
}

/** What is wrong, by field: the error itself, and those of other fields that came with it. */
function errorsOf(error, element) {
  const others = (error.details?.others ?? []).map(({ code, ...details }) => ({ code, details }));
  return Object.fromEntries([...others, error].map((each) => [fieldOf(each, element), each]));
}

/** The field that an error is about, `form` where it names none of this form's. */
function fieldOf(error, element) {
  const field = error.details?.field;
  return element.elements.namedItem(field ?? "") ? field : "form";
}

function show(name, element, errors) {
  change(name, { errors });
  [...element.elements].find((input) => errors[input.name])?.focus();
}

function clear(name, field) {
  const { errors } = formOf(name);
  if (!errors[field] && !errors.form) return;
  const { [field]: _, form: __, ...rest } = errors;
  change(name, { errors: rest });
}

export function useForm(name) {
  const snapshot = () => formOf(name);
  useSyncExternalStore(subscribe, () => translate(), () => translate()); // words change with the language
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

const shown = new Set();

/** Whether a password field shows what is typed. */
export function useShown(name) {
  const snapshot = () => shown.has(name);
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

export function toggleShown(name) {
  if (!shown.delete(name)) shown.add(name);
  listeners.forEach((listener) => listener());
}
