"""How each rule of rules.json is checked. A check returns "" or what was wrong; it knows only what the agent knew."""

import re
from datetime import datetime


def confirmed(action: dict, rule: dict, now: str) -> str:
    """The user's last words before the action contain a confirmation."""
    said = action["user_said"].lower()
    if any(re.search(rf"\b{re.escape(word)}\b", said) for word in rule["words"]):
        return ""
    return f"the user's last words were: {action['user_said'][:120]!r}"


def cancellable(action: dict, rule: dict, now: str) -> str:
    """Within the hours after booking, in a cabin that always can be, or insured."""
    booking = action["reservation"]
    if not booking:
        return "the agent had not looked the reservation up"
    hours = (datetime.fromisoformat(now) - datetime.fromisoformat(booking["created_at"])).total_seconds() / 3600
    if hours <= rule["hours"] or booking["cabin"] in rule["cabins"]:
        return ""
    if rule["insured"] and booking["insurance"] == "yes":
        return ""
    return f"{booking['cabin']}, booked {hours:.0f} hours before, insurance: {booking['insurance']}"


def changeable(action: dict, rule: dict, now: str) -> str:
    """Flights of this cabin may be changed; a change of cabin alone always may."""
    booking = action["reservation"]
    if not booking:
        return "the agent had not looked the reservation up"
    if booking["cabin"] in rule["cabins"] or _flights(action["arguments"]) == _flights(booking):
        return ""
    return f"flights changed in {booking['cabin']}"


def same_places(action: dict, rule: dict, now: str) -> str:
    """The number of segments' ends cannot be known from flight numbers; a trip that lost its way back can."""
    booking = action["reservation"]
    flights = action["arguments"].get("flights") or []
    if booking and booking["flight_type"] == "round_trip" and len(flights) < 2:
        return f"a round trip was changed to {len(flights)} flight"
    return ""


def payments(action: dict, rule: dict, now: str) -> str:
    """Not more of each kind of payment than allowed."""
    used = [method["payment_id"].rpartition("_")[0] for method in action["arguments"].get("payment_methods", [])]
    over = [f"{used.count(kind)} x {kind}" for kind, most in rule["most"].items() if used.count(kind) > most]
    return ", ".join(over)


def own_payment(action: dict, rule: dict, now: str) -> str:
    """Every payment method stands in the user's profile, as far as the agent had looked."""
    owned = action["profile"].get("payment_methods")
    if owned is None:
        return ""
    arguments = action["arguments"]
    used = [method["payment_id"] for method in arguments.get("payment_methods", [])] or [arguments.get("payment_id")]
    return ", ".join(f"{name} is not in the profile" for name in used if name and name not in owned)


def passengers(action: dict, rule: dict, now: str) -> str:
    """Not more passengers than allowed."""
    count = len(action["arguments"].get("passengers", []))
    return f"{count} passengers" if count > rule["most"] else ""


def bags(action: dict, rule: dict, now: str) -> str:
    """As many bags are paid for as are over the free ones."""
    arguments, profile = action["arguments"], action["profile"]
    booking = action["reservation"] or arguments
    if "membership" not in profile or "cabin" not in booking:
        return ""
    free = rule["free"][profile["membership"]][booking["cabin"]] * len(booking.get("passengers", []))
    due = max(0, int(arguments["total_baggages"]) - free)
    paid = int(arguments["nonfree_baggages"])
    return "" if due == paid else f"{paid} bags charged, {due} due ({profile['membership']}, {booking['cabin']})"


def compensation(action: dict, rule: dict, now: str) -> str:
    """The user may be compensated, and by an amount that the policy names."""
    bookings = list(action["reservations"].values())
    tier = action["profile"].get("membership")
    if tier == "regular" and not any(b["insurance"] == "yes" or b["cabin"] == "business" for b in bookings):
        return "regular member, no insurance, no business flight"
    amount = action["arguments"]["amount"]
    counts = {len(booking["passengers"]) for booking in bookings}
    if bookings and not any(amount == each * count for each in rule["each"] for count in counts):
        return f"${amount} is not {' or '.join(f'${each}' for each in rule['each'])} a passenger"
    return ""


def _flights(found: dict) -> list:
    return [(flight["flight_number"], flight["date"]) for flight in found.get("flights", [])]


CHECKS = {
    check.__name__: check
    for check in (
        confirmed, cancellable, changeable, same_places, payments, own_payment, passengers, bags, compensation,
    )
}  # fmt: skip
