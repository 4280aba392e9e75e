"""The closed lists of screening in words; message ids, to be put through gettext by who shows them."""

from fenghuo.see.screening.checks.base import NotMeant, Severity, VerdictKind
from fenghuo.see.screening.facts import CheckClass, Why
from fenghuo.see.screening.fetch.chromium import NoPicture


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogue."""
    return message


WHY = {
    Why.NOT_AUTHORISED: gettext_noop("not authorised"),
    Why.OUTSIDE_WINDOW: gettext_noop("outside the authorised time"),
    Why.BUDGET_USED: gettext_noop("the visit's budget of requests was used up"),
    Why.NAME_NOT_FOUND: gettext_noop("the host name does not exist"),
    Why.NAME_SERVER_FAILED: gettext_noop("the name service did not answer"),
    Why.NO_CONNECTION: gettext_noop("no connection came about"),
    Why.REFUSED: gettext_noop("the connection was refused"),
    Why.RESET: gettext_noop("the connection was cut"),
    Why.TLS_FAILED: gettext_noop("no encrypted connection came about"),
    Why.TIMED_OUT: gettext_noop("no answer in time"),
    Why.INCOMPLETE: gettext_noop("the answer was incomplete"),
    Why.SERVER_ERROR: gettext_noop("the server reported an error"),
    Why.BLOCKED: gettext_noop("a protection in front of the site blocked the visit"),
    Why.SLOW_DOWN: gettext_noop("the site asked to be left alone for a while"),
    Why.LEFT_THE_SITE: gettext_noop("the site leads to a place that is not authorised"),
    Why.OTHER_SITE: gettext_noop("another site answered in its place"),
    Why.UNREADABLE: gettext_noop("the answer could not be read"),
    Why.NOT_COLLECTED: gettext_noop("not tested yet"),
    Why.STILL_LEARNING: gettext_noop("still learning what is usual there"),
    Why.CHECK_FAILED: gettext_noop("the check itself failed; see the log"),
}
NOT_MEANT = {
    NotMeant.KIND: gettext_noop("not for this kind of asset"),
    NotMeant.NO_PAGES: gettext_noop("it has no pages"),
    NotMeant.NO_HTTPS: gettext_noop("it has no HTTPS"),
    NotMeant.NO_FORM: gettext_noop("it has no such form"),
    NotMeant.NO_COOKIE: gettext_noop("it sets no cookie"),
    NotMeant.NO_MAIL: gettext_noop("it takes no mail"),
    NotMeant.NO_DOMAIN: gettext_noop("it has no domain of its own"),
    NotMeant.NO_SERVICE: gettext_noop("no such service is open"),
    NotMeant.UNKNOWN_PRODUCT: gettext_noop("no product was recognised"),
    NotMeant.NOT_A_UNIT_OF_STATE: gettext_noop("the rule does not concern this kind of unit"),
}
NO_PICTURE = {
    NoPicture.NOT_INSTALLED: gettext_noop("Chromium is not installed on the server, so that there is no picture."),
    NoPicture.TOO_SLOW: gettext_noop("The page could not be pictured in time."),
    NoPicture.TOO_LARGE: gettext_noop("The page was too large to be pictured."),
    NoPicture.FAILED: gettext_noop("The page could not be pictured."),
}
CLASSES = {
    CheckClass.LOOKUP: gettext_noop("look-ups"),
    CheckClass.VISIT: gettext_noop("pages"),
    CheckClass.CONTENT: gettext_noop("leaked content"),
    CheckClass.TRANSPORT: gettext_noop("encryption"),
    CheckClass.PORTS: gettext_noop("ports"),
    CheckClass.SERVICES: gettext_noop("services"),
    CheckClass.MAIL: gettext_noop("mail"),
    CheckClass.NAMES: gettext_noop("name servers"),
}
VERDICTS = {
    VerdictKind.PASS: gettext_noop("passed"),
    VerdictKind.FAIL: gettext_noop("failed"),
    VerdictKind.NOT_APPLICABLE: gettext_noop("not applicable"),
    VerdictKind.COULD_NOT_TEST: gettext_noop("could not test"),
}
SEVERITIES = {
    Severity.CRITICAL: gettext_noop("critical"),
    Severity.HIGH: gettext_noop("high"),
    Severity.MEDIUM: gettext_noop("medium"),
    Severity.LOW: gettext_noop("low"),
    Severity.COMPLIANCE: gettext_noop("compliance"),
    Severity.INFO: gettext_noop("note"),
}
STEPS_FOR = {
    "nginx": "nginx",
    "Apache": "Apache",
    "IIS": "IIS",
    "Tomcat": "Tomcat",
    "DNS": "DNS",
    "mail": gettext_noop("mail server"),
    "host": gettext_noop("on the server"),
    "code": gettext_noop("in the site's code"),
    "office": gettext_noop("in the office"),
    "self-test": gettext_noop("how to see that it is done"),
}


def reason_word(reason: str) -> str:
    """The message id for the reason of a verdict, "" for none."""
    for words in (WHY, NOT_MEANT):
        for key, word in words.items():
            if key.value == reason:
                return word
    return reason
