"""Addresses of the console: one line for each object."""

from django.urls import URLPattern, URLResolver, include, path

from fenghuo.faces.console.views import health, ready, start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("health", health, name="health"),
    path("health/ready", ready, name="ready"),
    path("setup/", include("fenghuo.faces.console.setup.urls")),
    path("account/", include("fenghuo.faces.console.account.urls")),
    path("desk/", include("fenghuo.faces.console.desk.urls")),
    path("warnings/", include("fenghuo.faces.console.warnings.urls")),
    path("bulletins/", include("fenghuo.faces.console.bulletins.urls")),
    path("screening/", include("fenghuo.faces.console.screening.urls")),
    path("notices/", include("fenghuo.faces.console.notices.urls")),
    path("calls/", include("fenghuo.faces.console.calls.urls")),
    path("answer/", include("fenghuo.faces.console.answer.urls")),
    path("n/", include("fenghuo.faces.console.unit_notice.urls")),
    path("incidents/", include("fenghuo.faces.console.incidents.urls")),
    path("i/", include("fenghuo.faces.console.unit_incident.urls")),
    path("units/", include("fenghuo.faces.console.units.urls")),
    path("sources/", include("fenghuo.faces.console.sources.urls")),
    path("terms/", include("fenghuo.faces.console.terms.urls")),
    path("grading/", include("fenghuo.faces.console.grading.urls")),
    path("rules/", include("fenghuo.faces.console.rules.urls")),
    path("intel/", include("fenghuo.faces.console.intel.urls")),
    path("blocks/", include("fenghuo.faces.console.blocks.urls")),
    path("plans/", include("fenghuo.faces.console.plans.urls")),
    path("tasks/", include("fenghuo.faces.console.tasks.urls")),
    path("inspections/", include("fenghuo.faces.console.inspections.urls")),
    path("playbooks/", include("fenghuo.faces.console.playbooks.urls")),
    path("performance/", include("fenghuo.faces.console.performance.urls")),
    path("surveys/", include("fenghuo.faces.console.surveys.urls")),
    path("training/", include("fenghuo.faces.console.training.urls")),
    path("q/", include("fenghuo.faces.console.training.public_urls")),
    path("certificate/", include("fenghuo.faces.console.training.check_urls")),
    path("s/", include("fenghuo.faces.console.surveys.public_urls")),
    path("disclosure/", include("fenghuo.faces.console.disclosure.urls")),
    path("duty/", include("fenghuo.faces.console.duty.urls")),
    path("channels/", include("fenghuo.faces.console.channels.urls")),
    path("people/", include("fenghuo.faces.console.people.urls")),
    path("audit/", include("fenghuo.faces.console.audit.urls")),
    path("wall/", include("fenghuo.faces.console.wall.urls")),
]

handler400 = "fenghuo.faces.console.errors.bad_request"
handler403 = "fenghuo.faces.console.errors.forbidden"
handler404 = "fenghuo.faces.console.errors.not_found"
handler500 = "fenghuo.faces.console.errors.server_error"
