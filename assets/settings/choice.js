// Choices that take effect at once, before they are saved.
import { createElement, useContext, useEffect, useRef } from "react";

import { ColorModeContext } from "$/utils/context-registry";
import { setLocale } from "../i18n.js";
import { warn } from "../components/toasts.js";

const made = new Set(); // the names of what was chosen here

/**
 * A radio that is `checked` where the server has it so: looked at anew whenever `answer` is another object.
 * @param {{ answer: object, checked: boolean, onChoose: (name: string, value: string) => void, name: string, value: string }} props
 */
export function Choice({ answer, checked, onChoose, name, value, ...rest }) {
  const radio = useRef(/** @type {HTMLInputElement | null} */ (null));
  const { setColorMode } = useContext(ColorModeContext);
  const apply = () => {
    if (name === "locale") setLocale(value);
    if (name === "theme") setColorMode(value);
  };
  useEffect(() => {
    if (radio.current) radio.current.checked = checked;
    if (checked && made.has(name)) apply(); // what was refused is taken back
  }, [answer]);
  const onChange = () => {
    made.add(name);
    apply();
    onChoose(name, value);
  };
  return createElement("input", { ...rest, name, value, ref: radio, defaultChecked: checked, onClick: refuseOffline, onChange });
}

/** @param {Event} event */
function refuseOffline(event) {
  if (navigator.onLine) return;
  event.preventDefault();
  warn("errors.offline");
}
