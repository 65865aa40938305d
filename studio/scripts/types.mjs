/**
 * Write src/api/schema.ts (types) and src/api/routes.ts (method and path of each operation) from the API's document.
 * Python is asked for the document: the page has no private routes. PYTHON names the interpreter (default: the clone's).
 */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const local = join(root, ".venv", "bin", "python");
const python = process.env.PYTHON ?? (existsSync(local) ? local : "python3");
const ask = [
  "import json",
  "from loomwork.studio.api import ENDPOINTS",
  "from loomwork.studio.openapi import document",
  "print(json.dumps(document(ENDPOINTS)))",
].join("\n");
const written = execFileSync(python, ["-c", ask], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
const document = JSON.parse(written);
const types = astToString(await openapiTS(document, { alphabetize: true }));
const out = join(here, "..", "src", "api");
const head = "// Written by `npm run types` from the API's document. Do not edit.\n";

writeFileSync(join(out, "schema.ts"), head + types);
const routes = [];
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const form = Object.keys(operation.responses["200"].content)[0];
    const kind = form === "text/event-stream" ? "stream" : form === "application/json" ? "json" : "file";
    routes.push(`  ${operation.operationId}: { method: "${method.toUpperCase()}", path: "${path}", form: "${kind}" },`);
  }
}
routes.sort();
writeFileSync(join(out, "routes.ts"), `${head}export const routes = {\n${routes.join("\n")}\n} as const;\n`);
