/** What the chat page in a frame and the widget around it tell each other. */

export type FromChat = { from: "instructrec"; kind: "close" } | { from: "instructrec"; kind: "unread"; unread: number };
export type FromWidget = { to: "instructrec"; kind: "opened" | "closed" };

export function isFromChat(data: unknown): data is FromChat {
  const said = data as Partial<FromChat> | null;
  return typeof said === "object" && said?.from === "instructrec" && (said.kind === "close" || isCount(said));
}

export function isFromWidget(data: unknown): data is FromWidget {
  const said = data as Partial<FromWidget> | null;
  return typeof said === "object" && said?.to === "instructrec" && (said.kind === "opened" || said.kind === "closed");
}

const isCount = (said: Partial<FromChat>): boolean => "unread" in said && Number.isInteger(said.unread);
