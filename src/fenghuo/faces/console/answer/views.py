"""Acknowledging a message by its link and the person's code, without signing in. GET changes nothing; the link alone shows a title's level
of detail no higher than the message had."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenghuo.warn.channels import acks
from fenghuo.warn.early_warnings.answered import take_on


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(token: str) -> acks.Asked:
    found = acks.find(token)
    if found is None:
        raise Http404
    return found


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What the link asks for, and a field for the code."""
    return _private(render(request, "answer/show.html", {"asked": _asked(token), "token": token}))


@require_POST
def done(request: HttpRequest, token: str) -> HttpResponse:
    """Acknowledge. A person of the office who may handle warnings takes the warning on, which ends its ladder."""
    _asked(token)
    address = request.META.get("REMOTE_ADDR", "")
    try:
        asked = acks.acknowledge(token, request.POST.get("code", ""), address)
    except acks.WrongCode as error:
        texts = {
            "code": _("That is not your code: enter the six digits of the other message."),
            "code-used-up": _("The code was tried too often. Ask for a new one."),
        }
        messages.error(request, texts[error.code])
        return _private(redirect("answer:show", token))
    taken = {
        "in-hand": _("Somebody else has it in hand already; nothing is left for you to do."),
        "over": _("It is closed already; nothing is left for you to do."),
    }
    stands = take_on(asked, address)
    if stands in taken:
        messages.info(request, taken[stands])
    return _private(redirect("answer:show", token))


@require_POST
def new(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new code to the person of the link, never to who asks."""
    _asked(token)
    if acks.new_code(token):
        messages.success(request, _("A new code is on its way to you."))
    else:
        messages.error(request, _("A code was sent a moment ago. Wait for it."))
    return _private(redirect("answer:show", token))
