// Saving a block of code as a file.

/** @type {Record<string, string>} */
const ENDINGS = {
  bash: "sh", c: "c", cpp: "cpp", csharp: "cs", css: "css", csv: "csv", diff: "diff", dockerfile: "dockerfile", go: "go", graphql: "graphql", html: "html", ini: "ini", java: "java", javascript: "js",
  json: "json", jsx: "jsx", kotlin: "kt", latex: "tex", lua: "lua", markdown: "md", perl: "pl", php: "php", powershell: "ps1", python: "py", r: "r", ruby: "rb", rust: "rs", scss: "scss", shell: "sh",
  sql: "sql", svg: "svg", swift: "swift", toml: "toml", tsx: "tsx", typescript: "ts", vue: "vue", xml: "xml", yaml: "yaml",
};
const ALIKE = /^[a-z0-9]{1,4}$/; // a name that is its own ending, such as `py`
const NAMED = /(?:^|["'=\s])([\p{L}\p{N}_-][\p{L}\p{N}._-]{0,80}\.[A-Za-z0-9]{1,8})(?=$|["'\s])/u;

/**
 * The name of the file: the model's name beside the language, or else one by the language.
 * @param {string} language @param {string} [meta]
 */
export function fileName(language, meta = "") {
  const named = NAMED.exec(meta)?.[1] ?? (language.includes(".") ? NAMED.exec(language)?.[1] : undefined);
  if (named) return named;
  const known = language.toLowerCase();
  return `code.${ENDINGS[known] ?? (ALIKE.test(known) ? known : "txt")}`;
}

/** @param {string} text @param {string} name */
export function save(text, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type: "text/plain" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}
