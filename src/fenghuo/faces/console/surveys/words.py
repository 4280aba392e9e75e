"""Words of these pages: why something is refused, and the slips."""

from django.utils.translation import gettext as _

from fenghuo.report.surveys.decide import Refused


def sentence(error: Refused) -> str:
    """Why it was refused, and what to do."""
    texts = {
        "title": _("The title is missing."),
        "audience": _("Who is asked?"),
        "day": _("The last day is over already."),
        "line": _("Line %(detail)s is no question. Write “scale: …”, “choice: … | one | two” or “text: …”."),
        "none": _("There is no question."),
        "many": _("At most %(detail)s."),
        "scale": _("At least one question needs a scale: satisfaction is counted from it."),
        "closed": _("This survey has ended."),
        "unopened": _("No slip was given out yet."),
        "unknown": _("This link is not that of a survey."),
        "used": _("This slip was used already: each one answers once."),
        "unanswered": _("Question %(detail)s is not answered yet."),
        "option": _("Choose one of the answers of question %(detail)s."),
    }
    return texts[error.code] % {"detail": error.detail}
