// Forms that show errors beside their fields. Typed text stays in the inputs. The page's state answers a form, or REST
// if the answer sets a cookie.
import { createElement, useEffect, useRef } from "react";

import { inputsOf } from "../dom.js";
import { makeStore } from "../store.js";

/** @typedef {{ currentTarget: HTMLFormElement, preventDefault(): void }} Sent */
/** @typedef {{ target: HTMLInputElement }} Typed */

const PATIENCE = 15_000; // ms, after which a form that the server has not answered can be sent again
/** @type {Form} */
const BLANK = { busy: false, errors: {} };
const forms = makeStore(/** @type {Record<string, Form | undefined>} */ ({}));

/** @param {string} name */
const formOf = (name) => forms.get()[name] ?? BLANK;

/** @param {string} name @param {Partial<Form>} changes */
const change = (name, changes) => forms.update({ [name]: { ...formOf(name), ...changes } });

/**
 * Make the form busy; false, with the missing fields shown, if it cannot be sent.
 * @param {string} name @param {HTMLFormElement} element
 */
function begin(name, element) {
  if (formOf(name).busy) return false;
  const empty = inputsOf(element).filter((input) => input.required && !input.value.trim());
  if (empty.length) {
    show(name, element, Object.fromEntries(empty.map((input) => [input.name, { code: "required" }])));
    return false;
  }
  change(name, { busy: true, errors: {} });
  return true;
}

/** The values by name: a list where several checkboxes have the name. @param {HTMLFormElement} element */
function valuesOf(element) {
  const data = new FormData(element);
  const inputs = inputsOf(element).filter(({ name }) => name);
  const many = new Set(inputs.filter(({ type }) => type === "checkbox").map(({ name }) => name));
  return Object.fromEntries(inputs.map(({ name }) => [name, many.has(name) ? data.getAll(name) : (data.get(name) ?? "")]));
}

/**
 * A form whose values `onSend` takes, and the page's state answers: it is busy until `answered`, a number of the state, changes. Then
 * `problems` says what is wrong, by field. Without any it is emptied if `empties`, and the element `next` gets the focus. What is sent
 * before the tab has the page's state, `hydrated`, waits for it: `answered` has changed then for what was sent before.
 * Where the answer sets a cookie, `request` takes the values instead: it resolves to the error, or to nothing if the page is being left.
 * @param {{
 *   name: string, hydrated?: boolean, answered?: number, problems?: Problems, empties?: boolean, next?: string, children?: ReactNode,
 *   onSend: (values: object) => void, request?: (values: Record<string, any>) => Promise<Problem | void>,
 * }} props
 */
export function Form({ name, hydrated, answered, problems = {}, empties, next = "", onSend, request, children, ...rest }) {
  const element = useRef(/** @type {HTMLFormElement | null} */ (null));
  const waiting = useRef(0);
  const unsent = useRef(/** @type {object | null} */ (null));
  const settle = (/** @type {Problems} */ errors) => {
    clearTimeout(waiting.current);
    unsent.current = null;
    if (!formOf(name).busy) return;
    change(name, { busy: false });
    if (Object.keys(errors).length) return show(name, element.current, errors);
    if (empties) element.current?.reset();
    document.getElementById(next)?.focus();
  };
  const send = () => {
    const values = unsent.current;
    if (!hydrated || !values) return;
    unsent.current = null;
    onSend(values);
  };
  useEffect(() => void (unsent.current || settle(problems)), [answered]);
  useEffect(send, [hydrated]);
  useEffect(() => () => {
    clearTimeout(waiting.current);
    forms.update({ [name]: undefined });
  }, [name]);
  const onSubmit = async (/** @type {Sent} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!begin(name, form)) return;
    if (request) {
      const error = await request(valuesOf(form));
      return error && settle(errorsOf(error, form));
    }
    unsent.current = valuesOf(form);
    send();
    waiting.current = setTimeout(() => settle({ form: { code: "offline", details: {} } }), PATIENCE);
  };
  const onInput = (/** @type {Typed} */ { target }) => clear(name, target.name);
  const onReset = () => change(name, { errors: {} });
  return createElement("form", { ...rest, ref: element, noValidate: true, onSubmit, onInput, onReset }, children);
}

/**
 * The errors by field: the error itself, and those of other fields that came with it.
 * @param {Problem} error @param {HTMLFormElement} element
 */
function errorsOf(error, element) {
  const others = (error.details?.others ?? []).map(({ code, ...details }) => ({ code, details }));
  return Object.fromEntries([...others, error].map((each) => [fieldOf(each, element), each]));
}

/** The field that an error is about, `form` where it names none of this form's. @param {Problem} error @param {HTMLFormElement} element */
function fieldOf(error, element) {
  const field = error.details?.field ?? "";
  return element.elements.namedItem(field) ? field : "form";
}

/** @param {string} name @param {HTMLFormElement | null} element @param {Problems} errors */
function show(name, element, errors) {
  change(name, { errors });
  if (element) inputsOf(element).find((input) => errors[input.name])?.focus();
}

/** @param {string} name @param {string} field */
function clear(name, field) {
  const { errors } = formOf(name);
  if (!errors[field] && !errors.form) return;
  const { [field]: _, form: __, ...rest } = errors;
  change(name, { errors: rest });
}

/** @param {string} name */
export const useForm = (name) => forms.use(name) ?? BLANK;

/** The words about a field, "" when it is well; about the form as a whole for `form`. @param {Form} form @param {string} field @param {Translate} t */
export function wordsAbout({ errors }, field, t) {
  const error = errors[field];
  return error ? t([`errors.${error.code}`, "errors.unknown"], error.details) : "";
}

const shown = makeStore(/** @type {Record<string, boolean>} */ ({}));

/** Whether a password field shows the typed text. @param {string} name */
export const useShown = (name) => shown.use(name) ?? false;

/** @param {string} name */
export const toggleShown = (name) => shown.update({ [name]: !shown.get()[name] });
