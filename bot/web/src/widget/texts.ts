/** What the launcher says, in the languages of the page. */

type Language = "en" | "zh";

const TEXTS = {
  en: { open: "Open chat", close: "Close chat", frame: "Chat", greeting: "Looking for something? I can help.", dismiss: "Dismiss" },
  zh: { open: "打开聊天", close: "关闭聊天", frame: "聊天", greeting: "在找什么？我可以帮你挑。", dismiss: "知道了" },
} as const;

export type WidgetTexts = { readonly [Key in keyof (typeof TEXTS)["en"]]: string };

/** The texts of the first language of the browser that there is; English when there is none. */
export function widgetTexts(languages: readonly string[]): WidgetTexts {
  const codes = languages.map((tag) => tag.toLowerCase().split("-")[0]);
  return TEXTS[codes.find((code): code is Language => code === "zh" || code === "en") ?? "en"];
}
