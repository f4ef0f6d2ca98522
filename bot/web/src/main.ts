/** Puts the page together and follows the conversation. */

import { Conversation } from "./conversation";
import { Embedding, takeColour } from "./embedded";
import { Feedback } from "./feedback";
import { language, text } from "./language";
import { download, transcript } from "./transcript";
import { Banner } from "./view/banner";
import { Composer } from "./view/composer";
import { el } from "./view/dom";
import { headerView } from "./view/header";
import { Log } from "./view/log";
import { NeedBar } from "./view/need";
import { welcomeView } from "./view/welcome";
import type { Choice } from "./wire";

/** Failures in a row before the page says that the connection is lost. */
const SAY_LOST_AFTER = 2;

document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
document.title = text("title");
takeColour();

const isTouch = matchMedia("(pointer: coarse)").matches;
const feedback = new Feedback();
const banner = new Banner();
const connection = el("p", { class: "connection", role: "status", hidden: true });

const press = (choice: Choice): void => conversation.press(choice);
/** On a touch screen the focus in the composer would raise the keyboard over the answer. */
const refocus = (): void => (isTouch ? log.element.querySelector<HTMLElement>(".scroller")?.focus() : composer.focus());
const sayLine = (words: string): void => showLine(words, 6_000);

const conversation: Conversation = new Conversation({
  onMessages: (messages, isReplay) => {
    feedback.follow(conversation.id);
    log.add(messages, isReplay);
    if (!isReplay) embedding.arrived(messages.filter((message) => message.from !== "user" && !message.isPassing).length);
  },
  onOutbox: (entries) => log.showOutbox(entries),
  onNeed: (chips, spoken) => need.show(chips, spoken),
  onTyping: (isTyping) => log.showTyping(isTyping),
  onOwner: (owner) => {
    banner.show(owner);
    log.setAnswerer(owner.owner === "human" ? owner.agent || text("agent") : "");
  },
  onConnection: showConnection,
  onReset: (reason) => {
    log.clear();
    if (reason !== "new") sayLine(text(reason));
  },
});
const composer = new Composer((words) => conversation.say(words), (isTyping) => conversation.type(isTyping));
const need = new NeedBar(press, refocus);
const welcome = welcomeView((words) => {
  conversation.say(words);
  refocus();
});
const log = new Log({ feedback, press, retry: (entry) => conversation.retry(entry), onFocusLost: refocus }, welcome);
const embedding = new Embedding(refocus);
const header = headerView({
  close: embedding.closeButton(),
  renew: () => void conversation.renew().then(refocus, () => sayLine(text("unreachable"))),
  download: () => download("conversation.txt", transcript(conversation.messages)),
  link: () => conversation.say(text("link_words")),
  erase: () => void conversation.erase().then(refocus, () => sayLine(text("unreachable"))),
});

document.body.append(el("div", { class: "page" }, header, connection, banner.element, log.element, el("footer", { class: "foot" }, need.element, composer.element)));
if (!isTouch) composer.focus();
void conversation.start();

let lineTimer: ReturnType<typeof setTimeout> | undefined;

/** Shows a line below the header; for good when `ms` is 0. */
function showLine(words: string, ms = 0): void {
  clearTimeout(lineTimer);
  connection.hidden = words === "";
  connection.textContent = words;
  if (ms) lineTimer = setTimeout(() => showLine(""), ms);
}

function showConnection(failures: number): void {
  if (failures === 0) {
    if (connection.dataset.lost) showLine("");
    delete connection.dataset.lost;
  } else if (failures >= SAY_LOST_AFTER || !navigator.onLine) {
    connection.dataset.lost = "true";
    showLine(text(navigator.onLine ? (conversation.messages.length ? "reconnecting" : "unreachable") : "offline"));
  }
}
