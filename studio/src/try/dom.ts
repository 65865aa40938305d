/** Elements made from names, properties and children; a text is always a text node. Knows no part of the page. */

type Child = Node | string | null | undefined | false;
type Props = { readonly [name: string]: string | boolean | ((event: Event) => void) | undefined };

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(
    ...children.filter((each): each is Node | string => each !== null && each !== undefined && each !== false),
  );
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  up: "M7 11v9H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3Zm0 0 4-8a2 2 0 0 1 2 2v4h5.3a2 2 0 0 1 2 2.3l-1.2 7A2 2 0 0 1 17.100 20H7",
  down: "M17 13V4h3a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-3Zm0 0-4 8a2 2 0 0 1-2-2v-4H5.700a2 2 0 0 1-2-2.300l1.200-7A2 2 0 0 1 6.900 4H17",
  send: "M12 19V5M5 12l7-7 7 7",
  stop: "M7 7h10v10H7Z",
} as const;

/** A drawn sign beside words or in their place; a screen reader is told the words. */
export function sign(name: keyof typeof PATHS): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A random name that works where `crypto.randomUUID` does not: on plain http in a local network. */
export function randomName(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((each) => each.toString(16).padStart(2, "0")).join("");
}
