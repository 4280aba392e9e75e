"""The first start: who we are, the first administrator, and a test message."""

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenghuo.base.accounts.actions import add_person
from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.setup.code import forget_code, is_code, is_set_up
from fenghuo.faces.console.setup.forms import FirstStart
from fenghuo.warn.channels.actions import add_channel, enqueue
from fenghuo.warn.channels.message import Message


def first(request: HttpRequest) -> HttpResponse:
    """Ask, store, and sign the first administrator in. Only the code that `fenghuo up` prints opens this page."""
    if is_set_up():
        return redirect("start")
    code = request.POST.get("code", request.GET.get("code", ""))
    if not is_code(code):
        return render(request, "setup/code.html", {"wrong": bool(code)}, status=403 if code else 200)
    form = FirstStart(request.POST if "county" in request.POST else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            person = _set_up(form.cleaned_data, request.META.get("REMOTE_ADDR", ""))
        except ValidationError as error:
            known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
            form.add_error(None if known else "password", error)
        else:
            forget_code()
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, _("The platform is set up. Next: register units, then their log sources."))
            return redirect("start")
    return render(request, "setup/first.html", {"form": form, "code": code})


@transaction.atomic
def _set_up(values: dict[str, str], address: str) -> Person:
    actor = Actor("setup", values["name"], address)
    SiteProfile.objects.update_or_create(
        pk=SiteProfile.ONLY,
        defaults={
            "county": values["county"],
            "office": values["office"],
            "document_code": values["document_code"],
            "set_up_at": clock.now(),
        },
    )
    roles = [Role.SYSTEM_ADMIN, Role.DUTY_OFFICER]
    person, _password = add_person(
        actor, values["username"], values["name"], roles, email=values["email"], password=values["password"]
    )
    record(actor, "platform.set-up", "platform:1", {"county": values["county"], "office": values["office"]})
    if values["mail_host"]:
        config = {"host": values["mail_host"], "port": str(values["mail_port"] or 25), "sender": values["mail_sender"]}
        config |= {"security": values["mail_security"] or "tls"}
        config |= {"user": values["mail_user"], "password": values["mail_password"]}
        add_channel(actor, "mail", "email", config, [], "blue", get_language() or "zh-hans")
        _test_message(values["email"])
    return person


def _test_message(email: str) -> None:
    text = _("This is the test message of the first start. Warnings will come the same way.")
    language = get_language() or "zh-hans"
    enqueue(Message("platform:1", "test", 1, {language: (_("Fenghuo: test message"), text)}), [email], clock.now())
