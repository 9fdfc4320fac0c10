"""Inspect a page in the ways that people see it: widths, larger text, touch targets, axe in light and dark."""

from __future__ import annotations

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize, expect

from tools.browser import PHONE
from tools.person import Person

WIDTHS = (320, 360, 768, 960, 1280)

TOO_WIDE = """() => {
  const root = document.documentElement, wide = root.clientWidth, found = new Set();
  const named = (node) => `<${node.localName} class="${node.className?.baseVal ?? node.className}"> ` +
    node.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
  const hidden = ".visually-hidden, thead";
  const unseen = (node) => !node.checkVisibility({ visibilityProperty: true }) || node.closest(hidden);
  const clips = (node) => getComputedStyle(node).overflowX !== "visible";
  if (root.scrollWidth > wide) found.add(`it scrolls to ${root.scrollWidth} px`);
  for (const node of document.querySelectorAll("body *")) {
    if (unseen(node) || node.ownerSVGElement) continue;
    const box = node.getBoundingClientRect();
    if (box.width && (box.right > wide + 1 || box.left < -1)) found.add(`off the page: ${named(node)}`);
    let holder = node;
    while (getComputedStyle(holder).display === "inline") holder = holder.parentElement;
    if (clips(holder)) continue;
    for (const text of node.childNodes) {
      if (text.nodeType !== Node.TEXT_NODE || !text.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const out = range.getBoundingClientRect().right - holder.getBoundingClientRect().right;
      if (out > 1) found.add(`text out of its box: ${named(node)}`);
    }
  }
  return [...found];
}"""
"""Finds what overflows the page or its own box."""

TOO_SMALL = """() => {
  const found = [], within = ":is(main, nav, .top, .foot, dialog[open])";
  const said = (node) => node.nodeType !== Node.COMMENT_NODE && node.textContent.replace(/[\\s·.]+/g, "");
  const isInline = (node) => node.nodeType === Node.TEXT_NODE || getComputedStyle(node).display === "inline";
  const isWords = (node) => !node.matches?.("a, button") && said(node) && isInline(node);
  const inSentence = (node) => isInline(node) && [...node.parentElement.childNodes].some(isWords);
  for (const node of document.querySelectorAll(`${within} :is(a, button, summary, select, input:not([type=hidden]))`)) {
    if (!node.checkVisibility({ visibilityProperty: true }) || inSentence(node) || node.tabIndex < 0) continue;
    const target = node.matches("[type=radio], [type=checkbox]") ? node.closest("label") : node;
    const { width, height } = target.getBoundingClientRect();
    if (Math.min(width, height) >= 43.5) continue;
    found.push(`${Math.round(width)} × ${Math.round(height)} px: <${node.localName}> ${node.textContent.trim()}`);
  }
  return found;
}"""
"""Finds touch targets smaller than 44 px, links within a sentence excepted."""

COVERED = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const bar = document.querySelector("nav.tabs"), last = document.querySelector("footer > :last-child");
  const shown = bar?.checkVisibility() && last; // a step has no navigation
  const hidden = shown ? last.getBoundingClientRect().bottom - bar.getBoundingClientRect().top : 0;
  scrollTo(0, 0);
  return hidden > 0 ? [`the navigation covers the last ${Math.ceil(hidden)} px`] : [];
}"""
"""Finds whether the phone's navigation permanently covers the end of the page."""


@dataclass
class Inspector:
    """Inspects the pages that a person opens, and collects their faults."""

    person: Person
    axe: Axe
    faults: list[str] = field(default_factory=list)

    def opens(self, path: str, name: str) -> None:
        self.person.opens(path)
        self.looks(name)

    def looks(self, name: str) -> None:
        page = self.person.page
        expect(page.locator("h1")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        for width in WIDTHS:
            page.set_viewport_size(ViewportSize(width=width, height=800))
            self._note(name, f"{width} px wide", page.evaluate(TOO_WIDE))
        self._run_axe(name, "desktop")
        page.set_viewport_size(PHONE)
        self._note(name, "touch targets", page.evaluate(TOO_SMALL))
        self._note(name, "the end", page.evaluate(COVERED))
        self._run_axe(name, "phone")
        page.emulate_media(color_scheme="dark")
        self._run_axe(name, "dark", "color-contrast")
        page.emulate_media(color_scheme="light")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        self._note(name, "text at 200 %", page.evaluate(TOO_WIDE) + page.evaluate(COVERED))
        page.evaluate("document.documentElement.removeAttribute('style')")

    def _run_axe(self, name: str, where: str, *rules: str) -> None:
        options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
        for broken in self.axe.run(self.person.page, options=options).response["violations"]:
            nodes = [f"{broken['id']} {node['target']} {node['html'][:100]}" for node in broken["nodes"]]
            self._note(name, f"axe, {where}", nodes)

    def _note(self, name: str, where: str, found: list[str]) -> None:
        self.faults += [f"{name}, {where}: {what}" for what in found]
