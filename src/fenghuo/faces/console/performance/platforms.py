"""The office's own platforms: which were operated in which month, one of them with its posts, and what is entered about it."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import today
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.performance.presence_forms import PlatformChangeForm, PlatformForm, PostForm
from fenghuo.faces.console.performance.words import sentence
from fenghuo.report.performance import operating, platforms, queries
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.operating import Month
from fenghuo.report.performance.presence import Platform, PlatformPost

_MOST_POSTS = 200
_MONTHS = range(1, 13)


def _year(request: HttpRequest) -> tuple[int, int]:
    """(the year that is asked for, this year)."""
    this, text = today().year, request.GET.get("year", "")
    return (int(text) if text.isdecimal() and len(text) == 4 and 2000 <= int(text) <= this else this), this


def _board(found: list[Platform], year: int) -> list[tuple[Platform, list[Month | None], int, int]]:
    """(platform, its months from January on, months operated, months in which it was to be)."""
    by_place = {(one.platform.pk, one.month): one for one in operating.months(found, queries.year_span(year))}
    rows = []
    for platform in found:
        months = [by_place.get((platform.pk, month)) for month in _MONTHS]
        due = [one for one in months if one is not None]
        rows.append((platform, months, sum(one.operated for one in due), len(due)))
    return rows


@requires(Permission.SEE_PERFORMANCE)
def list_all(request: HttpRequest) -> HttpResponse:
    """Platforms by months of a year."""
    year, this = _year(request)
    rows = _board(list(Platform.objects.filter(since__lte=date(year, 12, 31))), year)
    operated, due = sum(row[2] for row in rows), sum(row[3] for row in rows)
    latest = [next((one for one in reversed(months) if one is not None), None) for _p, months, _o, _d in rows]
    values = {
        "rows": rows,
        "months": _MONTHS,
        "year": year,
        "before": year - 1 if year > 2000 else None,
        "after": year + 1 if year < this else None,
        "operated": operated,
        "due": due,
        "share": f"{100 * operated / due:.1f}" if due else "",
        "alive": sum(one is not None and one.operated for one in latest),
        "here": "platforms",
        "may_edit": person_of(request).can(Permission.EDIT_PERFORMANCE),
    }
    return render(request, "performance/platforms.html", values)


@requires(Permission.EDIT_PERFORMANCE)
def new(request: HttpRequest) -> HttpResponse:
    """A platform of the office's own."""
    form = PlatformForm(person_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = platforms.add_platform(actor_of(request), form.own())
            return redirect("performance:platform", made.pk)
        except Refused as error:
            form.add_error(None, sentence(error))
    values = {"form": form, "title": _("New platform"), "here": "platforms", "back": reverse("performance:platforms")}
    return render(request, "performance/form.html", values)


def _found(platform_id: int) -> Platform:
    return object_or_404(Platform.objects.select_related("asset"), pk=platform_id)


@requires(Permission.SEE_PERFORMANCE)
def show(request: HttpRequest, platform_id: int) -> HttpResponse:
    """One platform with its months and its posts."""
    return _page(request, _found(platform_id), {})


def _page(request: HttpRequest, one: Platform, bound: dict[str, forms.Form]) -> HttpResponse:
    person, (year, _this) = person_of(request), _year(request)
    [(_platform, months, operated, due)] = _board([one], year)
    posts = one.posts.select_related("withdrawal")
    values = {
        "platform": one,
        "months": [month for month in months if month is not None][::-1],
        "operated": operated,
        "due": due,
        "year": year,
        "posts": posts[:_MOST_POSTS],
        "total": posts.count(),
        "is_link": one.address.lower().startswith(("https://", "http://")),
        "may_see_asset": person.can(Permission.SEE_SCREENING),
        "may_edit": person.can(Permission.EDIT_PERFORMANCE),
        "posting": bound.get("posting") or PostForm(),
        "change": bound.get("change") or PlatformChangeForm(one),
        "opened": next(iter(bound), ""),
        "here": "platforms",
    }
    return render(request, "performance/platform.html", values)


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def post(request: HttpRequest, platform_id: int) -> HttpResponse:
    """Enter that something was posted."""
    one, form = _found(platform_id), PostForm(request.POST)
    if form.is_valid():
        try:
            platforms.add_post(actor_of(request), one.pk, **form.cleaned_data)
            return redirect("performance:platform", one.pk)
        except Refused as error:
            form.add_error(None, sentence(error))
    return _page(request, one, {"posting": form})


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def change(request: HttpRequest, platform_id: int) -> HttpResponse:
    """Change the time within which something must show, or say that it ended."""
    one = _found(platform_id)
    form = PlatformChangeForm(one, request.POST)
    if form.is_valid():
        try:
            platforms.change_platform(actor_of(request), one.pk, **form.cleaned_data)
            return redirect("performance:platform", one.pk)
        except Refused as error:
            form.add_error(None, sentence(error))
    return _page(request, one, {"change": form})


@requires(Permission.EDIT_PERFORMANCE)
@require_POST
def withdraw_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Say that a post was entered by mistake."""
    entered = object_or_404(PlatformPost.objects.select_related("platform"), pk=post_id)
    try:
        platforms.withdraw(actor_of(request), entered, request.POST.get("why", ""))
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("performance:platform", entered.platform_id)
