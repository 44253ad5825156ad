// The models of a menu: favorites first, then recently used models, then the others. And the search among models and
// assistants.
import { makeRecent } from "../device.js";
import { closest, findAll, listen, page } from "../dom.js";
import { hasWords } from "../folding.js";
import { cut, first } from "../graphemes.js";
import { wantAssistants } from "../live/assistants.js";
import { state, subscribe, view } from "../live/store.js";
import { makeStore, sameList, sameObject } from "../store.js";

const LATELY = 3;
const MANY = 8; // from more models on, the latest ones are listed by themselves

const list = makeStore({ words: "", listed: /** @type {ListedModel[]} */ ([]) }, () => {
  order();
  return subscribe(order);
});
export const useModelList = list.use;
export const modelSearch = { onChange: (/** @type {{ target: HTMLInputElement }} */ event) => seek(event.target.value) };

/** @param {string} words */
function seek(words) {
  list.update({ words });
  order();
}

const chosen = makeRecent("parley.models", LATELY);
/** The values on which the order depended when the models were sorted. @type {unknown[]} */
let ordered = [];

function order() {
  const { words } = list.get();
  const recent = chosen.get();
  const depends = [view.models, state.favoriteModels, recent, words];
  if (sameList(ordered, depends) === ordered) return;
  ordered = depends;
  const many = view.models.length > MANY;
  /** @param {Model} model */
  const groupOf = ({ id }) => (state.favoriteModels.includes(id) ? "favorite" : many && recent.includes(id) ? "recent" : "other");
  const { favorite = [], recent: lately = [], other = [] } = Object.groupBy(view.models.filter((model) => !many || fits(words, model)), groupOf);
  lately.sort((one, next) => recent.indexOf(one.id) - recent.indexOf(next.id));
  const headed = favorite.length + lately.length > 0;
  const before = new Map(list.get().listed.map((each) => [each.id, each]));
  const listed = [favorite, lately, other].flatMap((models) => models.map((model, i) => {
    const heading = headed && !i ? groupOf(model) : "";
    return sameObject(before.get(model.id), { can: "", locked: false, ...model, favorite: models === favorite, heading, mark: markOf(model.provider), tint: tintOf(model.provider), abilities: abilitiesOf(model) });
  }));
  list.update({ listed });
}

/** @type {Record<string, string[]>} */
const ABILITIES = {};
/** @param {Model} model */
const abilitiesOf = ({ can = "" }) => (ABILITIES[can] ??= [...can]);

const PARTS = /\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+(?!\p{Ll})|[^\s\p{P}\p{Ll}\p{Lu}]/gu; // "OpenRouter" has two

/** Two letters for a provider: of its first and last word, or else its first ones. @param {string} provider */
export function markOf(provider) {
  const [one = "", ...others] = provider.match(PARTS) ?? [provider];
  const two = others.at(-1); // "OpenAI-compatible" is none of OpenAI's
  return two ? first(one).toUpperCase() + first(two).toUpperCase() : cut(one, 2);
}

const TINTS = ["teal", "plum", "clay", "moss", "sky", "rose", "sand", "slate"];

/** A colour for a provider, always the same. @param {string} provider */
export const tintOf = (provider) => TINTS[[...provider].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 8191, 7) % TINTS.length] ?? "slate";

/** @param {string} words @param {Model} model */
const fits = (words, { id, label, provider }) => hasWords(words, `${label} ${provider} ${id}`);

/** A menu of models and assistants has opened or closed. @param {Element} menu */
function turned(menu) {
  if (findAll(".model-search", menu).length) seek("");
  if (menu.matches(":popover-open")) wantAssistants();
}

listen(page, { toggle: ({ target }) => target instanceof Element && target.matches(".answerers") && turned(target) }, true);
listen(page, { click: (event) => closest(event, ".menu-item") && chosen.note(closest(event, "[data-model]")?.dataset.model) && order() });
