// Forms that send JSON and show what is wrong beside the field. What was typed stays in the inputs.
import { useSyncExternalStore } from "react";

import { current as translate, subscribe as subscribeToWords } from "$/public/i18n.js";

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

function change(name, changes) {
  const form = { ...forms.get(name), ...changes };
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
  if (forms.get(name).busy) return;
  const empty = [...element.elements].filter((input) => input.required && !input.value.trim());
  if (empty.length) {
    show(name, element, Object.fromEntries(empty.map((input) => [input.name, { code: "required" }])));
    return;
  }
  change(name, { busy: true, errors: {} });
  const { ok, data, error } = await send(Object.fromEntries(new FormData(element)), element);
  const leaving = ok && (await done(data));
  change(name, { busy: Boolean(leaving) });
  if (!ok) show(name, element, errorsOf(error, element));
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
  const { errors } = forms.get(name);
  if (!errors[field] && !errors.form) return;
  const { [field]: _, form: __, ...rest } = errors;
  change(name, { errors: rest });
}

export function useForm(name) {
  const snapshot = () => forms.get(name);
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
