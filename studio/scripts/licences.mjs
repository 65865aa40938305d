/** Write public/THIRD-PARTY.txt: the licences of everything that the bundle holds (dependencies, and theirs). */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const found = new Map();

function visit(name) {
  const folder = join(root, "node_modules", name);
  if (found.has(name) || !existsSync(folder)) return;
  const described = read(join(folder, "package.json"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${described.license}`;
  found.set(name, `${name} ${described.version}\n\n${text}`);
  for (const each of Object.keys(described.dependencies ?? {})) visit(each);
}

for (const name of Object.keys(read(join(root, "package.json")).dependencies)) visit(name);
mkdirSync(join(root, "public"), { recursive: true });
const rule = `\n\n${"-".repeat(79)}\n\n`;
const all = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
writeFileSync(join(root, "public", "THIRD-PARTY.txt"), `${all.join(rule)}\n`);
