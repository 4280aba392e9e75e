"""The words for why a person was told of a warning, or was not."""

from collections.abc import Iterator

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.warn.early_warnings.told import Reason, Told


def entries_of(told: Told) -> Iterator[tuple[Reason, str, str]]:
    """(reason, sentence, detail) in order."""
    for reason in told.reasons:
        yield reason, sentence(reason), detail(reason)


def sentence(reason: Reason) -> str:
    """One reason as a sentence."""
    words = {
        "sent": _("Told over %(channel)s"),
        "acknowledged": _("Acknowledged over %(channel)s"),
        "digested": _("Told in a digest over %(channel)s: in a storm, messages after the first ones are put together"),
        "held": _("Waits for the next digest over %(channel)s: this person had their share of single messages"),
        "digest-waits": _("Stands in a digest that waits to be sent over %(channel)s (tries: %(tries)s)"),
        "passed-on": _("%(channel)s did not get through in its time: the next road was taken"),
        "failing": _("%(channel)s does not get through (tries: %(tries)s); it goes on trying"),
        "limited": _("Not sent over %(channel)s yet: it rests or has used up what it may send a minute"),
        "channel-off": _("Waits: %(channel)s is switched off"),
        "called": _("Called by %(by)s"),
        "call-open": _("Somebody must call: %(why)s"),
        "no-road": _(
            "Was to be told, but no channel leads to this person: no address, or the channels do not take this level"
        ),
        "left": _("This account is not active"),
        "nobody-told": _("Nobody was told: no channel was in use"),
        "not-on-duty": _("Not asked: not on the ladder by the roster"),
        "not-yet": _("Not asked yet: rung %(rung)s of the ladder; the next one is due then"),
        "taken-on-before": _("Not asked: rung %(rung)s of the ladder was not reached, %(by)s took it on before"),
        "ladder-ended": _("Not asked: the ladder ended before rung %(rung)s"),
    }
    return words.get(reason.code, reason.code) % reason.values


def detail(reason: Reason) -> str:
    """What else is known of it."""
    values = reason.values
    parts = [str(values.get("answer") or "")]
    if values.get("double"):
        parts.append(_("may have arrived twice"))
    if reason.code in {"call-open"} and values.get("due"):
        parts.append(_("due %s") % localtime(values["due"]).strftime("%m-%d %H:%M"))  # type: ignore[arg-type]
    if reason.code == "called":
        parts.append(str(values.get("outcome") or ""))
    if values.get("names"):
        parts.append(_("asked were: %s") % "、".join(map(str, values["names"])))  # type: ignore[call-overload]
    for left in values.get("left_out") or ():  # type: ignore[attr-defined]
        text = _("%s is switched off") if left["why"] == "off" else _("%s does not take this level")
        parts.append(text % left["channel"])
    return " · ".join(part for part in parts if part)
