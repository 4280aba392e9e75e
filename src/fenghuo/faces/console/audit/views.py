"""The audit trail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit import queries
from fenghuo.faces.console.access import requires
from fenghuo.faces.console.pages import list_page


@requires(Permission.SEE_AUDIT)
def list_all(request: HttpRequest) -> HttpResponse:
    """Who did what, the latest first."""
    asked = {name: request.GET.get(name, "") for name in ("q", "verb")}
    page = list_page(request, queries.rows(asked["q"], asked["verb"]), ("-number",))
    return render(request, "audit/list.html", {"page": page, **asked})


@requires(Permission.SEE_AUDIT)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now."""
    result = queries.verify()
    if result.finding is None:
        text = _("%(rows)d rows and %(heads)d signed heads: whole.") % {"rows": result.rows, "heads": result.heads}
        messages.success(request, text)
    else:
        text = _("The trail is not whole from row %(row)d on. Keep this server as it is and tell the leader.")
        messages.error(request, text % {"row": result.finding.number})
    return redirect("audit:list")
