/** Opens the console for who is logged in, else the way in. */

import { language } from "../language";
import { showCount } from "./alarm";
import { Console } from "./console";
import { whoAmI } from "./desk";
import { loginView } from "./login";

document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";

const enter = (name: string): void => document.body.replaceChildren(new Console(name, leave).element);
/** A fresh page, so that nothing of the last colleague is left in it. */
const leave = (): void => location.reload();

showCount(0);
whoAmI().then(enter, () => document.body.replaceChildren(loginView(enter)));
