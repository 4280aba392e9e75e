"""The page on which anybody checks a certificate. It answers only whether it is valid, of which course and day; never whose it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from fenghuo.report.training.certificates import Checked, check

_LONGEST = 100


@csrf_exempt  # nothing is written, and who reads a paper may have no cookies
def show(request: HttpRequest) -> HttpResponse:
    """The form; POST answers. Number and code come in the body, so that no log holds them."""
    texts = {name: str(request.POST.get(name, ""))[:_LONGEST] for name in ("number", "code", "holder")}
    found: Checked | None = None
    asked = request.method == "POST" and bool(texts["number"].strip() and texts["code"].strip())
    if asked:
        found = check(texts["number"], texts["code"], texts["holder"])
    values = {**texts, "found": found, "asked": asked, "empty": request.method == "POST" and not asked}
    answer = render(request, "training/check.html", values)
    answer["Cache-Control"] = "private, no-store"
    return answer
