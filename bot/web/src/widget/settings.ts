/** What the page that embeds the widget may set, as data attributes of the script that loads it. */

export interface WidgetSettings {
  /** Where the bot is: the folder the script came from. */
  base: URL;
  /** Brand colour as #rrggbb; "" for the bot's own. */
  colour: string;
  /** Seconds until the greeting is shown, once per browser; 0 for never. */
  greetAfter: number;
  /** The greeting's words; "" for the widget's own. */
  greeting: string;
  side: "left" | "right";
}

const COLOUR = /^#[0-9a-f]{6}$/i;

/** The settings of a script; what is not understood is said on the console and left at its default. */
export function settingsOf(script: HTMLScriptElement): WidgetSettings {
  const { colour = "", greetAfter = "8", greeting = "", side = "right" } = script.dataset;
  const seconds = Number(greetAfter);
  return {
    base: new URL(".", script.src),
    colour: checked("data-colour", colour, colour === "" || COLOUR.test(colour), "#rrggbb", ""),
    greetAfter: checked("data-greet-after", seconds, seconds >= 0, "seconds, 0 for never", 8),
    greeting,
    side: checked("data-side", side, side === "left" || side === "right", "left or right", "right") as "left" | "right",
  };
}

function checked<Value>(name: string, value: Value, isRight: boolean, expected: string, otherwise: Value): Value {
  if (!isRight) console.warn(`chat widget: ${name}: ${String(value)} is not understood; expected ${expected}`);
  return isRight ? value : otherwise;
}
