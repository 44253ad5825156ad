// How Node finds what the browser's scripts import: packages where the built pages have them, words where Python has them, and
// ids as Reflex makes them.
import { registerHooks } from "node:module";

const ROOT = new URL("../../", import.meta.url);
const PAGES = new URL(".web/package.json", ROOT).href;
const WORDS = "$/public/locales/";
const STATE = "data:text/javascript,export const generateUUID = () => crypto.randomUUID();";

const isOurs = ({ parentURL = "" }) => parentURL.startsWith(ROOT.href) && !parentURL.includes("/node_modules/");
const isPackage = (name) => /^@?[a-z]/.test(name) && !/^(?:node|file|data):/.test(name);

const wordsAt = (found) => ({ ...found, importAttributes: { type: "json" } }); // which Vite takes for granted

registerHooks({
  resolve(name, context, next) {
    if (name === "$/utils/state") return { url: STATE, format: "module", shortCircuit: true };
    if (name.startsWith(WORDS)) return wordsAt(next(new URL(name.replace(WORDS, "chat_app/locales/"), ROOT).href, context));
    return next(name, isOurs(context) && isPackage(name) ? { ...context, parentURL: PAGES } : context);
  },
});
