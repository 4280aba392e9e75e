"""Addresses of screening."""

from django.urls import path

from fenghuo.faces.console.screening import (
    asset,
    authorisations,
    board,
    finding,
    findings,
    gaps,
    hosts,
    importing,
    pictures,
    reports,
    rounds,
    uptime,
)

app_name = "screening"
_EXPORTS = {"csv": "findings.csv", "xlsx": "findings.xlsx", "json": "defectdojo.json", "sarif": "findings.sarif"}
_REPORTS = ("docx", "pdf", "xlsx")

urlpatterns = [
    path("", board.coverage, name="coverage"),
    path("findings/", findings.list_all, name="findings"),
    *(path(f"findings/{name}", findings.export, {"kind": kind}, f"findings-{kind}") for kind, name in _EXPORTS.items()),
    path("findings/<str:finding_id>/", finding.show, name="finding"),
    path("findings/<str:finding_id>/retest/", finding.retest, name="retest"),
    path("findings/<str:finding_id>/hold/", finding.hold, name="hold"),
    path("findings/<str:finding_id>/confirm/", finding.confirm, name="confirm"),
    path("findings/<str:finding_id>/take-back/", finding.take_back, name="take-back"),
    path("units/<str:unit_id>/", board.unit_cells, name="unit"),
    *(
        path(f"units/<str:unit_id>/report.{kind}", reports.unit_report, {"kind": kind}, f"report-{kind}")
        for kind in _REPORTS
    ),
    path("assets/<int:asset_id>/", asset.show, name="asset"),
    path("assets/<int:asset_id>/visit/", asset.visit, name="visit"),
    path("assets/<int:asset_id>/maintenance/", asset.maintain, name="maintain"),
    path("assets/<int:asset_id>/change-was-ours/", asset.ours, name="ours"),
    path("pictures/<int:shot_id>.png", pictures.image, name="picture"),
    path("assets/<int:asset_id>/gaps/", gaps.list_all, name="gaps"),
    path("assets/<int:asset_id>/gaps.csv", gaps.export, name="gaps-csv"),
    path("uptime/", uptime.list_all, name="uptime"),
    path("authorisations/", authorisations.list_all, name="authorisations"),
    path("authorisations/new/", authorisations.new, name="new-authorisation"),
    path("authorisations/<str:authorisation_id>/", authorisations.show, name="authorisation"),
    path("authorisations/<str:authorisation_id>/withdraw/", authorisations.withdraw, name="withdraw"),
    path("authorisations/<str:authorisation_id>/quiet/", authorisations.quiet, name="quiet"),
    path("rounds/", rounds.list_all, name="rounds"),
    path("rounds/new/", rounds.new, name="new-round"),
    path("rounds/<str:round_id>/", rounds.show, name="round"),
    path("rounds/<str:round_id>/authorise/", rounds.authorise, name="authorise-round"),
    path("rounds/<str:round_id>/advance/", rounds.advance, name="advance-round"),
    path("rounds/<str:round_id>/assets/<int:asset_id>/exclude/", rounds.exclude, name="exclude"),
    path("hosts/", hosts.list_all, name="hosts"),
    path("hosts/<int:host_id>/dismiss/", hosts.dismiss, name="dismiss-host"),
    path("import/", importing.take_file, name="import"),
]
