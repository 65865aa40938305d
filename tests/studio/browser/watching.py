"""A browser that notes whatever a text might have done to a page: scripts, dialogs, refusals, requests, odd elements.

Knows no page of the studio. What the browser itself says is what counts: its dialogs, its reports of what the page's
policy refused, and its network log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.studio.browser.conftest import VIEWPORT

_HEARD = """
addEventListener("securitypolicyviolation", (event) =>
  window.__heard(`refused ${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
"""
_SWEEP = r"""
() => {
  const found = [];
  const shown = (element) => element.outerHTML.slice(0, 160);
  const led = (url) => URL.parse(url, location.href);
  const own = (url) => url === "" || (led(url)?.origin ?? "") === location.origin;
  if (window.__xss !== undefined) found.push("a text was executed");
  for (const element of document.querySelectorAll("*")) {
    if (element.getAttributeNames().some((name) => /^on/i.test(name))) found.push(`handler: ${shown(element)}`);
    if (/^(iframe|object|embed|base|frame|applet|portal|math|foreignobject|animate|set|use)$/i.test(element.tagName))
      found.push(`element: ${shown(element)}`);
  }
  for (const element of document.querySelectorAll("script,img,link,source,video,audio,image")) {
    const from = element.getAttribute("src") ?? element.getAttribute("href") ?? element.getAttribute("srcset") ?? "";
    if (element.tagName === "SCRIPT" ? from === "" || !own(from) : !own(from) && !from.startsWith("data:image/svg+xml"))
      found.push(`fetches: ${shown(element)}`);
  }
  for (const link of document.querySelectorAll("a[href],area[href]")) {
    const to = led(link.getAttribute("href"));
    if (!to) continue;
    if (!/^(https?|mailto):$/.test(to.protocol)) found.push(`leads to ${to.protocol} ${shown(link)}`);
    if (to.origin !== location.origin && link.rel !== "noopener noreferrer") found.push(`tells: ${shown(link)}`);
    if (to.protocol !== "mailto:" && to.origin !== location.origin && !link.textContent.includes(to.host))
      found.push(`hides where it leads: ${shown(link)}`);
  }
  return found;
}
"""
_TURNED = r"""
() => {
  const controls = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/;
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!controls.test(text.data)) continue;
    let at = text.parentElement;
    const apart = (element) => /isolate|plaintext/.test(getComputedStyle(element).unicodeBidi);
    while (at && getComputedStyle(at).display === "inline" && !apart(at)) at = at.parentElement;
    if (!at || /^(SCRIPT|STYLE|TITLE|OPTION)$/.test(at.tagName) || apart(at)) continue;
    // A box of its own sets its text apart, unless words of ours stand in it too.
    const others = [...at.childNodes].filter((node) => !node.contains(text) && node.textContent.trim());
    if (others.length) found.add(`${at.tagName} ${at.className}: ${at.textContent.slice(0, 80)}`);
  }
  return [...found];
}
"""


@dataclass(kw_only=True)
class Watch:
    """One browser over one address, and what was noticed in it."""

    browser: Browser
    own: str
    """`127.0.0.1:PORT`, or empty where nothing at all may be asked for."""
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    noticed: list[str] = field(default_factory=list[str])
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __enter__(self) -> Watch:
        """Open a page."""
        given: dict[str, Any] = {"locale": "en-GB", "color_scheme": "dark", "viewport": VIEWPORT, **self.options}
        self.context = self.browser.new_context(**given)
        self.context.set_default_timeout(20_000)
        self.context.expose_function("__heard", self._heard)
        self.context.add_init_script(_HEARD)
        # Nothing of the tests leaves this machine, whatever a page tries: it is noted, then ended.
        self.context.route(self._is_foreign, lambda route: route.abort())
        self.context.on("request", lambda asked: self._asked(asked.url))
        self.context.on("page", self._opened)
        self.page = self.context.new_page()
        log = self.context.new_cdp_session(self.page)
        log.send("Network.enable")
        log.on("Network.requestWillBeSent", lambda event: self._asked(str(event["request"]["url"])))
        return self

    def __exit__(self, *exc: object) -> None:
        """Close it."""
        self.context.close()

    def _opened(self, page: Page) -> None:
        page.on("dialog", self._dialog)
        page.on("console", lambda said: self._console(said.text))

    def _heard(self, text: str) -> None:
        self.noticed.append(text)

    def _dialog(self, dialog: Any) -> None:
        self.noticed.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.noticed.append(text)

    def _asked(self, url: str) -> None:
        if self._is_foreign(url):
            self.noticed.append(f"asked for {url}")

    def _is_foreign(self, url: str) -> bool:
        scheme, _, rest = url.partition(":")
        if scheme in {"data", "blob", "file", "about"}:
            return False
        return not (self.own and rest.removeprefix("//").split("/")[0] == self.own)

    def sweep(self) -> None:
        """Look at the page as it is now."""
        self.noticed += self.page.evaluate(_SWEEP)
        self.noticed += [f"turns what stands beside it: {each}" for each in self.page.evaluate(_TURNED)]
