"""Why did the agent cancel that ticket? Recorded conversations against the airline's written policy, step by step.

parse the conversation -> list the agent's actions -> check them against rules.json -> outcome. No model is called.
"""

import json
from pathlib import Path

from checks import CHECKS
from loomwork import step

RULES = Path(__file__).parent / "rules.json"
WRITES = {
    "book_reservation", "cancel_reservation", "send_certificate", "update_reservation_baggages",
    "update_reservation_flights", "update_reservation_passengers",
}  # fmt: skip


@step
def parse(messages: list) -> list:
    """Number the turns, read tool arguments and results as JSON, and join each call with its result."""
    turns = []
    for place, message in enumerate(messages):
        turn = {"turn": place, "role": message["role"], "text": message.get("content") or ""}
        for call in message.get("calls", []):
            result = messages[place + 1].get("content") if place + 1 < len(messages) else None
            turn["call"] = {"name": call["name"], "arguments": _read(call["arguments"]), "result": _read(result)}
        turns.append(turn)
    return turns


@step
def list_actions(turns: list) -> list:
    """List what the agent did to bookings, each with what it knew at that moment."""
    known: dict = {"reservations": {}, "profile": {}}
    said, found = "", []
    for turn in turns:
        if turn["role"] == "user":
            said = turn["text"]
        call = turn.get("call")
        if not call:
            continue
        if call["name"] in WRITES:
            arguments = call["arguments"]
            found.append(
                {
                    "turn": turn["turn"],
                    "name": call["name"],
                    "arguments": arguments,
                    "refused": isinstance(call["result"], str) and call["result"].startswith("Error"),
                    "user_said": said,
                    "reservation": known["reservations"].get(arguments.get("reservation_id"), {}),
                    "profile": known["profile"],
                    "reservations": dict(known["reservations"]),
                }
            )
        _learn(known, call)
    return found


@step
def check_policy(actions: list) -> list:
    """Check each action against every rule that is about it; a broken rule is quoted with the facts."""
    book = json.loads(RULES.read_text(encoding="utf-8"))
    findings = []
    for action in actions:
        for rule in book["rules"]:
            if action["name"] in rule["about"]:
                problem = CHECKS[rule["check"]](action, rule, book["now"])
                if problem:
                    findings.append(
                        {"turn": action["turn"], "action": action["name"], "rule": rule["id"], "because": problem}
                    )
    return findings


@step
def outcome(reward: float, actions: list, findings: list) -> dict:
    """Put the recording's own verdict beside what the rules say. It does not say what would have happened otherwise."""
    return {
        "passed": reward == 1.0,
        "actions": [action["name"] for action in actions],
        "broken": sorted({finding["rule"] for finding in findings}),
        "findings": findings,
    }


@step
async def review(task: int, trial: int, reward: float, messages: list) -> dict:
    """Review one conversation."""
    turns = parse(messages)
    actions = list_actions(turns)
    return {"task": task, "trial": trial} | outcome(reward, actions, check_policy(actions))


def _read(text: str | None) -> object:
    try:
        return json.loads(text or "")
    except ValueError:
        return text


def _learn(known: dict, call: dict) -> None:
    """Keep what a tool has told the agent."""
    result = call["result"]
    if not isinstance(result, dict):
        return
    if "reservation_id" in result:
        known["reservations"][result["reservation_id"]] = result
    if call["name"] == "get_user_details":
        known["profile"] = result
