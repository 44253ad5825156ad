// The texts of the pages of the site's staff, which other visitors do not load.
import { addTexts } from "../i18n.js";

await addTexts({
  en: () => import("$/public/locales/staff-en.json"),
  ja: () => import("$/public/locales/staff-ja.json"),
});
