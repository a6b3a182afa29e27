// Keeps the figures fresh: asks for the page again every few seconds while somebody looks at it, and says so when the
// cloud does not answer. Nothing is replaced while a person types or has text selected.
"use strict";
(() => {
  const every = 3000;
  const badge = () => document.getElementById("live");
  const words = () => document.getElementById("live-words");
  let lastAnswer = Date.now();

  const busy = () =>
    document.hidden ||
    document.activeElement instanceof HTMLInputElement ||
    String(window.getSelection()) !== "";

  const show = (state, text) => {
    badge()?.setAttribute("data-state", state);
    const place = words();
    if (place && place.textContent !== text) place.textContent = text;
  };

  const ago = () => {
    const seconds = Math.round((Date.now() - lastAnswer) / 1000);
    return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  };

  const refresh = async () => {
    if (busy()) return;
    const address = location.href;
    try {
      const answer = await fetch(address, {
        headers: { "X-Live-Refresh": "1" },
        cache: "no-store",
        signal: AbortSignal.timeout(8000),
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      const shown = document.querySelector("main");
      if (!fresh || !shown || address !== location.href || busy()) return;
      lastAnswer = Date.now();
      show("on", "Live");
      if (fresh.innerHTML !== shown.innerHTML) {
        const focused = document.activeElement?.closest("main a[href]")?.getAttribute("href");
        shown.replaceChildren(...fresh.childNodes);
        if (focused) shown.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      }
    } catch {
      show("off", `No answer for ${ago()}: figures are old`);
    }
  };

  const loop = async () => {
    await refresh();
    setTimeout(loop, every);
  };
  setTimeout(loop, every);
})();
