// The signed-in person's profile, as the settings page shows and changes it.
import { useContext, useSyncExternalStore } from "react";

import { ColorModeContext } from "$/utils/context-registry";
import { request } from "$/public/api.js";
import { makeForm } from "$/public/forms.js";
import { setLocale } from "$/public/i18n.js";
import { toast } from "$/public/components/toasts.js";
import { leave as goOut, signOut } from "$/public/account/session.js";

const listeners = new Set();
const nobody = {
  id: "", name: "", username: "", email: "", color: "slate", avatar: null, locale: "", theme: "", receipts: true, shows_presence: true,
  has_password: true,
};
let state = { status: "loading", me: nobody, picture: "", pictureError: "", uploading: false, leaving: "" };
let setColorMode = () => {};

function change(changes) {
  state = { ...state, ...changes };
  listeners.forEach((listener) => listener());
}

async function load() {
  change({ status: "loading" });
  const { ok, status, data } = await request("GET", "/me");
  if (status === 401) toSignIn();
  else change(ok ? { status: "ready", me: data } : { status: "failed" });
}

const toSignIn = () => goOut(`/sign-in?next=${encodeURIComponent(location.pathname)}`);

/** Show a change at once and save it; what is refused is taken back, with the reason. */
async function save(changes) {
  const before = state.me;
  change({ me: { ...before, ...changes } });
  const answer = await request("PATCH", "/me", changes);
  if (answer.ok) change({ me: answer.data });
  else change({ me: { ...state.me, ...Object.fromEntries(Object.keys(changes).map((key) => [key, before[key]])) } });
  if (!answer.ok) complain(answer);
  return answer.ok;
}

function complain({ status, error }) {
  if (status === 401) toSignIn();
  else toast(`errors.${error.code}`, error.details, { error: true });
}

async function choosePicture(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file || state.uploading) return;
  const picture = URL.createObjectURL(file);
  change({ picture, pictureError: "", uploading: true });
  const answer = await request("PUT", "/me/avatar", file);
  URL.revokeObjectURL(picture);
  change({ picture: "", uploading: false });
  pictured(answer);
}

const removePicture = async () => pictured(await request("DELETE", "/me/avatar"));

function pictured({ ok, status, data, error }) {
  if (status === 401) toSignIn();
  else change(ok ? { me: data, pictureError: "" } : { pictureError: error.code });
}

async function leave(how) {
  if (state.leaving) return;
  change({ leaving: how });
  if (await signOut(how === "everywhere")) return;
  change({ leaving: "" });
  toast("errors.offline", {}, { error: true });
}

makeForm("profile", {
  send: ({ name }) => request("PATCH", "/me", { name }),
  done: (me) => {
    change({ me });
    toast("common.saved");
  },
});

const chosen = (event) => event.target.value;

export const actions = {
  retry: load,
  removePicture,
  toggleReceipts: () => save({ receipts: !state.me.receipts }),
  togglePresence: () => save({ shows_presence: !state.me.shows_presence }),
  signOut: () => leave("here"),
  signOutEverywhere: () => leave("everywhere"),
};

export const inputs = {
  picture: { onChange: choosePicture },
  color: { onChange: (event) => save({ color: chosen(event) }) },
  locale: {
    onChange: async (event) => {
      const [wanted, before] = [chosen(event), state.me.locale];
      setLocale(wanted);
      if (!(await save({ locale: wanted })) && before) setLocale(before);
    },
  },
  theme: {
    onChange: async (event) => {
      const [wanted, before] = [chosen(event), state.me.theme];
      setColorMode(wanted);
      if (!(await save({ theme: wanted })) && before) setColorMode(before);
    },
  },
};

function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) load();
  return () => listeners.delete(listener);
}

export function useMe() {
  ({ setColorMode } = useContext(ColorModeContext));
  return useSyncExternalStore(subscribe, () => state, () => state);
}

export { useForm } from "$/public/forms.js";
