// Ask MDN's scanner about sites on loopback. Arguments: the package's folder. Input: JSON [{name, path, httpPort, httpsPort}].
// Output: JSON {name: {test: {pass, result}}}. Its command line takes neither ports nor paths, its functions do.
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/src/`);
const { retrieve } = await import(new URL("retriever/retriever.js", folder));
const { ALL_TESTS } = await import(new URL("constants.js", folder));

const answers = {};
for (const { name, ...place } of JSON.parse(await text(process.stdin))) {
  const seen = await retrieve("localhost", place);
  if (!seen.responses.auto) throw new Error(`${name}: no answer`);
  // its CORS test looks for the Origin that was sent where the HTTP client does not keep it, and so never sees it come back
  const { cors } = seen.responses;
  if (cors) cors.request = { headers: cors.config.headers };
  const outputs = ALL_TESTS.map((test) => test(seen));
  answers[name] = Object.fromEntries(outputs.map((o) => [o.constructor.name, { pass: o.pass, result: o.result }]));
}
console.log(JSON.stringify(answers));
