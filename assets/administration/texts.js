// The texts of the pages of the site's staff, which other visitors do not load.
import en from "$/public/locales/staff/en.json" with { type: "json" };
import ja from "$/public/locales/staff/ja.json" with { type: "json" };
import { addTexts } from "../i18n.js";

addTexts({ en, ja });
