/** The launcher's look. Constructed sheets are no inline style, so a strict content policy of the host allows them. */

import type { WidgetSettings } from "./settings";

const RULES = `
:host { all: initial; color-scheme: light dark; --brand: #0d6b5e; --on-brand: #fff; font: 16px/1.4 system-ui, sans-serif; }
button { font: inherit; cursor: pointer; border: 0; }
button:focus-visible { outline: 3px solid light-dark(#111, #fff); outline-offset: 2px; }
[hidden] { display: none !important; }
.launcher { position: fixed; inset-block-end: 20px; z-index: 2147483000; width: 60px; height: 60px; border-radius: 50%;
  background: var(--brand); color: var(--on-brand); display: grid; place-items: center; box-shadow: 0 6px 20px rgb(0 0 0 / 28%); }
.launcher svg { width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.count { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; padding: 0 6px; border-radius: 11px;
  background: #a3211c; color: #fff; font-size: 13px; line-height: 22px; box-sizing: border-box; }
.panel { position: fixed; inset-block-end: 92px; z-index: 2147483000; width: min(400px, calc(100vw - 32px));
  height: min(680px, calc(100dvh - 112px)); border-radius: 16px; overflow: hidden; background: light-dark(#fff, #14181a);
  box-shadow: 0 12px 44px rgb(0 0 0 / 32%); }
iframe { border: 0; width: 100%; height: 100%; display: block; }
.greeting { position: fixed; inset-block-end: 92px; z-index: 2147483000; max-width: min(280px, calc(100vw - 40px)); display: flex; gap: 4px;
  align-items: start; padding: 4px; border-radius: 14px; background: light-dark(#fff, #1d2326); color: light-dark(#211d16, #eceae5);
  box-shadow: 0 6px 22px rgb(0 0 0 / 22%); }
.greeting button { background: none; color: inherit; border-radius: 10px; padding: 10px 12px; text-align: start; }
.greeting .dismiss { padding: 10px; min-width: 40px; text-align: center; }
.left { inset-inline-start: 20px; } .right { inset-inline-end: 20px; }
@media (max-width: 480px) { .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } .launcher.is-open { display: none; } }
@media (prefers-reduced-motion: no-preference) { .launcher { transition: transform .15s; } .launcher:hover { transform: scale(1.05); } }
`;

export function sheetOf(settings: WidgetSettings): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  const brand = settings.colour ? `:host { --brand: ${settings.colour}; --on-brand: ${inkOn(settings.colour)}; }` : "";
  sheet.replaceSync(RULES + brand);
  return sheet;
}

/** Black or white, whichever stands out more on the colour #rrggbb (relative luminance as WCAG 2.2 defines it). */
export function inkOn(colour: string): "#000" | "#fff" {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
