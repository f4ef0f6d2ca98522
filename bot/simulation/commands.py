"""The command `instructrec evaluate dialogue`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.launch.chat_api import ChatApi, ChatError
from bot.launch.processes import all_processes
from bot.launch.running import read_record, record_path
from bot.simulation.cost import long_conversation
from bot.simulation.judge import by, figures, worst
from bot.simulation.run import PROTOCOL, cast, transcript, with_bot, with_search_box
from bot.simulation.talk import Dialogue
from data.catalog import Catalog, load_catalog, load_interactions
from data.pack import load_pack
from data.settings import Settings
from data.store.errors import StoreError
from data.store.store import Store

evaluate_dialogue = typer.Typer(add_completion=False)


@evaluate_dialogue.command()
def evaluate_with_people(
    users: Annotated[int, typer.Option(min=1, help="Simulated people.")] = 200,
    pack: Annotated[str, typer.Option(help="What they look for; default: the first of INSTRUCTREC_PACKS.")] = "",
    seed: Annotated[int, typer.Option(help="Of the draw of people and of what they say.")] = 0,
    turns: Annotated[int, typer.Option(min=0, help="Turns of the long conversation that is timed; 0: none.")] = 100,
    url: Annotated[str, typer.Option(help="Address of the gateway; default: the one of this machine.")] = "",
    transcripts: Annotated[Path | None, typer.Option(help="File for every dialogue, one JSON object a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Lets simulated people with an item in mind talk to the running bot, and use a search box, and compares.

    \b
    instructrec evaluate dialogue --users 200 --json
    instructrec evaluate dialogue --users 20 --transcripts dialogues.jsonl
    """
    settings = Settings.from_environment()
    catalog = load_catalog(load_pack(pack or settings.packs[0], settings.home), settings.home)
    api = ChatApi((url or all_processes(settings)[-1].address).rstrip("/"))
    try:
        found, dialogues = _measure(settings, catalog, api, users, seed, turns)
    except (ChatError, StoreError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    if transcripts:
        lines = (json.dumps(transcript(dialogue), ensure_ascii=False) for dialogue in dialogues)
        transcripts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _table(found))


def _measure(
    settings: Settings, catalog: Catalog, api: ChatApi, users: int, seed: int, turns: int
) -> tuple[dict[str, Any], list[Dialogue]]:
    interactions = load_interactions(catalog.pack, settings.home)
    casts = cast(catalog, interactions, users, seed)
    counts = Counter(one.item_id for one in interactions)
    api.open_session()  # says at once when nothing listens
    store = Store(settings.database_url)
    arms = {
        "bot": with_bot(casts, catalog, api, store, _progress("bot")),
        "no_history": with_bot(casts, catalog, api, None, _progress("no_history")),
        "search_box": with_search_box(casts, catalog, counts),
    }
    store.close()
    bot = arms["bot"]
    found: dict[str, Any] = {
        "pack": catalog.pack.name, "users": len(casts), "seed": seed, "protocol": PROTOCOL,
        **{name: figures(dialogues) for name, dialogues in arms.items()},
        "by_persona": by(bot, "persona"), "by_language": by(bot, "language"),
        "worst": [transcript(dialogue) for dialogue in worst(bot)],
    }  # fmt: skip
    if turns:
        found["cost"] = _cost(settings, catalog, api, turns)
    return found, bot


def _cost(settings: Settings, catalog: Catalog, api: ChatApi, turns: int) -> dict[str, Any]:
    record = read_record(record_path(settings.home, settings.gateway_port))
    alive = [process.pid for process in record.processes.values() if process.is_alive] if record else []
    if not alive:
        return {"skipped": "the bot was not started on this machine by instructrec up, so its processes are not known"}
    values = [
        ((catalog.pack.facets[facet].label or {}).get("en", facet), catalog.pack.facets[facet].value_label(value, "en"))
        for facet, known in catalog.values.items()
        for value in known[:12]
    ]
    session = api.open_session("en")
    measured = long_conversation(lambda text: api.send(session, text=text), values or [("", "good")], alive, turns)
    return {"turns": turns, "processes": len(alive), **measured}


def _progress(name: str) -> Any:
    def tell(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            print(f"{name}: {done} of {total}", file=sys.stderr)

    return tell


def _table(found: dict[str, Any]) -> str:
    arms = ("bot", "no_history", "search_box")
    lines = [f"{found['users']} people, pack {found['pack']}, seed {found['seed']}", found["protocol"], ""]
    lines += [f"{'':14}" + "".join(f"{arm:>12}" for arm in arms)]
    lines += [f"{key:14}" + "".join(f"{found[arm][key]:>12}" for arm in arms) for key in found["bot"]]
    for group in ("by_persona", "by_language"):
        lines += ["", f"{group[3:]:14}{'success@5':>12}{'turns':>12}{'violated':>12}"]
        lines += [
            f"{name:14}{entry['success@5']:>12}{entry['turns']:>12}{entry['violated']:>12}"
            for name, entry in found[group].items()
        ]
    return "\n".join([*lines, "", f"cost: {found.get('cost', 'not measured')}"])
