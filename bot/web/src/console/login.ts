/** The way in: name and password. */

import { el } from "../view/dom";
import { icon } from "../view/icons";
import { logIn, Refusal } from "./desk";
import { word } from "./words";

export function loginView(onName: (name: string) => void): HTMLElement {
  const name = el("input", { id: "name", name: "username", autocomplete: "username", required: true, maxlength: 64 });
  const password = el("input", { id: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 256 });
  const problem = el("p", { class: "problem", role: "alert" });
  const form = el(
    "form",
    { class: "login" },
    el("div", { class: "mark", "aria-hidden": "true" }, icon("person")),
    el("h1", {}, word("title")),
    el("label", { for: "name" }, word("name")),
    name,
    el("label", { for: "password" }, word("password")),
    password,
    problem,
    el("button", { class: "primary", type: "submit" }, word("login")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = "";
    logIn(name.value, password.value).then(onName, (error: unknown) => {
      const status = error instanceof Refusal ? error.status : 0;
      problem.textContent = status === 401 ? word("wrong") : status === 429 ? word("must_wait") : word("failed", { reason: String((error as Error).message) });
      password.select();
      password.focus();
    });
  });
  queueMicrotask(() => name.focus());
  return el("main", { class: "gate" }, form);
}
