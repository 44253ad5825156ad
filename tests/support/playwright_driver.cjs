// Loaded by the Node.js that drives the browsers of the tests, before the driver itself.
//
// With each look at a page that is not yet as it is expected, Playwright describes the whole page for the case that this
// look is the last. That took more of the processor than what the page did. A failure has a picture and the log anyway.

const Module = require("node:module");

const DESCRIBES = "ariaSnapshotForExpectFailure(element, options) {";
const compile = Module.prototype._compile;

Module.prototype._compile = function (text, path, ...more) {
  if (!path.endsWith("coreBundle.js")) return compile.call(this, text, path, ...more);
  if (!text.includes(DESCRIBES)) throw new Error(`Playwright describes pages in another way now: mend ${__filename}`);
  return compile.call(this, text.replaceAll(DESCRIBES, `${DESCRIBES} return undefined;`), path, ...more);
};
