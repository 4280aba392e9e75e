"""Content packs in an installation: who imported what stands in the audit trail; stored facts are judged anew without a visit."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fenghuo.base.audit import COMMAND_LINE
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.cli.main import main
from fenghuo.see.screening import ledger, rejudge
from fenghuo.see.screening.checks.product_samples import stating
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.content import actions, registry
from fenghuo.see.screening.content.packs import BadPack, make
from fenghuo.see.screening.content.public import BadList
from fenghuo.see.screening.facts import Facts
from fenghuo.see.screening.fetch.screen import judge_all
from fenghuo.see.screening.models import Cell, SiteState, StoredFinding, VerdictSpan
from fenghuo.see.screening.register import target_of

pytestmark = pytest.mark.django_db
SEEN = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
JUDGED = [all_checks()[name] for name in ("known-exploited-version", "end-of-life-product")]
KEV = {
    "vulnerabilities": [
        {
            "cveID": "CVE-2026-10001",
            "vendorProject": "Zabbix",
            "product": "Zabbix",
            "vulnerabilityName": "Zabbix log-in",
        }
    ]
}
NVD = {
    "vulnerabilities": [
        {
            "cve": {
                "id": "CVE-2026-10001",
                "metrics": {"cvssMetricV31": [{"cvssData": {"baseScore": 9.8}}]},
                "configurations": [
                    {
                        "nodes": [
                            {
                                "cpeMatch": [
                                    {
                                        "vulnerable": True,
                                        "criteria": "cpe:2.3:a:zabbix:zabbix:*:*:*:*:*:*:*:*",
                                        "versionStartIncluding": "7.0.0",
                                        "versionEndExcluding": "7.0.30",
                                    }
                                ]
                            }
                        ]
                    }
                ],
            }
        }
    ]
}


@pytest.fixture(autouse=True)
def place() -> Iterator[None]:
    import shutil

    folder = settings().data
    with clock.moved(lambda: clock.to_ns(NOW)):
        yield
    registry.use(None)
    shutil.rmtree(folder / "content", ignore_errors=True)
    shutil.rmtree(folder / "keys" / "content", ignore_errors=True)


@pytest.fixture
def site(unit: Unit) -> Asset:
    """A site with Zabbix 7.0.20 and PHP 8.4, visited five days ago."""
    asset = save_asset(COMMAND_LINE, Asset(unit=unit, name="监控", value="www.jiaoyu.example"))
    visit(asset, facts_of(asset))
    return asset


def facts_of(asset: Asset, version: str = "7.0.20", at: datetime = SEEN) -> Facts:
    found = stating(
        {"Set-Cookie": "zbx_session=eyJ; secure", "X-Powered-By": "PHP/8.4.14"},
        head=f'<script src="jsLoader.php?ver={version}"></script>',
    )
    return replace(found, target=target_of(asset, frozenset()), at=at)


def visit(asset: Asset, facts: Facts) -> None:
    ledger.record_visit(asset, judge_all(JUDGED, facts), facts)


def public_lists(folder: Path) -> tuple[Path, Path]:
    kev, nvd = folder / "kev.json", folder / "nvd.json"
    kev.write_text(json.dumps(KEV), encoding="utf-8")
    nvd.write_text(json.dumps(NVD), encoding="utf-8")
    return kev, nvd


def key_file(folder: Path) -> Path:
    path = folder / "office.pub"
    path.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def pack_file(folder: Path, last: str = "2026-11-22", version: str = "2026.11.25.1") -> Path:
    path = folder / f"{version}.zip"
    table = f'[php]\n[php.ends]\n"8.4" = {last}\n'.encode()
    path.write_bytes(make("end-of-life", version, date(2026, 11, 25), {"branches.toml": table}, KEY))
    return path


def everything() -> rejudge.Rejudged:
    folder = actions.places().packs
    registry.use(folder)
    done = rejudge.rejudge(rejudge.sites(), rejudge.checks_of(rejudge.changed_packs(folder)))
    rejudge.note_judged(folder)
    return done


def test_a_new_exploited_fault_is_found_in_what_was_seen_before(site: Asset, tmp_path: Path) -> None:
    assert everything().raised == ()
    kev, nvd = public_lists(tmp_path)
    laid = actions.import_public(COMMAND_LINE, kev, None, nvd)
    assert (laid.faults, laid.with_versions) == (1, 1)
    done = everything()
    (found,) = done.raised
    assert (found.check_id, found.outcome, found.locus) == ("known-exploited-version", "critical", "zabbix")
    assert found.first_seen == SEEN, "nothing newer was seen"
    assert StoredFinding.objects.get().due_at == NOW + timedelta(days=3), (
        "the unit's time begins when it could be known"
    )
    cell = Cell.objects.get(check_id="known-exploited-version")
    assert (cell.verdict, cell.at) == ("fail", SEEN)
    assert SiteState.objects.get().last_at == SEEN, "it was no visit"
    assert "content.public-imported" in AuditRow.objects.values_list("verb", flat=True)
    assert [one.origin for one in registry.standing("known-exploited")] == ["built-in", "local"]


def test_judging_anew_twice_changes_nothing_more(site: Asset, tmp_path: Path) -> None:
    kev, nvd = public_lists(tmp_path)
    actions.import_public(COMMAND_LINE, kev, None, nvd)
    assert len(everything().raised) == 1
    times = list(VerdictSpan.objects.order_by("id").values_list("times", "last_at"))
    checks = rejudge.checks_of(registry.PACKS)
    again = rejudge.rejudge(rejudge.sites(), checks)
    assert (again.verdicts, again.raised) == (0, ())
    assert list(VerdictSpan.objects.order_by("id").values_list("times", "last_at")) == times
    assert rejudge.changed_packs(actions.places().packs) == frozenset()


def test_a_later_look_is_never_undone_by_older_facts(site: Asset, tmp_path: Path) -> None:
    later = facts_of(site, "7.0.30", NOW - timedelta(hours=1))
    ledger.record_visit(site, judge_all(JUDGED, later), None, planned=False)
    kev, nvd = public_lists(tmp_path)
    actions.import_public(COMMAND_LINE, kev, None, nvd)
    assert everything().raised == ()


def test_a_finding_that_the_new_content_withdraws_needs_one_more_visit(site: Asset, tmp_path: Path) -> None:
    actions.trust_key(COMMAND_LINE, key_file(tmp_path))
    actions.import_pack(COMMAND_LINE, pack_file(tmp_path, "2026-11-19"))
    assert [f.outcome for f in everything().raised] == ["end-of-life"]
    actions.import_pack(COMMAND_LINE, pack_file(tmp_path, "2029-11-19", "2026.11.25.2"))
    assert everything().closed == ()
    assert everything().closed == ()
    found = StoredFinding.objects.get()
    assert (found.state, found.first_pass_at) == ("passed-once", SEEN), (
        "facts once seen pass once, however often they are judged"
    )
    visit(site, facts_of(site, at=NOW))
    assert StoredFinding.objects.get().state == "closed"


def test_facts_that_can_not_be_read_are_left_alone(site: Asset) -> None:
    for facts in (zstandard.compress(b'{"form": 0}'), b"no zstd"):
        SiteState.objects.update(facts=facts)
        assert rejudge.rejudge(rejudge.sites(), JUDGED) == rejudge.Rejudged()
    SiteState.objects.update(facts=None)
    assert rejudge.sites() == []


def test_only_a_trusted_key_brings_a_pack_in_and_all_is_written_down(site: Asset, tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="unknown-key"):
        actions.import_pack(COMMAND_LINE, pack_file(tmp_path))
    name = actions.trust_key(COMMAND_LINE, key_file(tmp_path))
    actions.import_pack(COMMAND_LINE, pack_file(tmp_path))
    actions.distrust_key(COMMAND_LINE, name)
    with pytest.raises(BadPack, match="unknown-key"):
        actions.import_pack(COMMAND_LINE, pack_file(tmp_path, version="2026.11.25.2"))
    verbs = [v for v in AuditRow.objects.order_by("number").values_list("verb", flat=True) if v.startswith("content.")]
    assert verbs == ["content.key-trusted", "content.imported", "content.key-removed"]


def test_lists_that_are_none_change_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "kev.json"
    wrong.write_text("<html>", encoding="utf-8")
    with pytest.raises(BadList):
        actions.import_public(COMMAND_LINE, wrong, None, None)
    assert not actions.places().packs.exists()
    assert not AuditRow.objects.filter(verb__startswith="content.").exists()


def test_the_command_line(site: Asset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(settings().data)

    def run(*words: str) -> tuple[int, str]:
        code = main(["content", *words, "--data", data])
        said = capsys.readouterr()
        return code, said.out + said.err

    assert run("list")[1].count("comes with Fenghuo") == len(registry.PACKS)
    code, said = run("import", str(pack_file(tmp_path, "2026-11-19")))
    assert code == 1
    assert "not trusted" in said
    code, said = run("import", str(pack_file(tmp_path, "2026-11-19")), "--trust", str(key_file(tmp_path)))
    assert (code, "2026.11.25.1 is in force" in said) == (0, True)
    assert run("keys")[1].strip().isalnum()
    assert run("verify") == (0, f"{'end-of-life':<18} {'2026-11-25-2026.11.25.1':<28} as it was signed\n")
    assert "1 findings are new" in run("rejudge")[1]
    assert "0 verdicts changed" in run("rejudge", "--all")[1]
    kev, nvd = public_lists(tmp_path)
    assert (
        "1 faults of known products, 1 of them with versions" in run("import", "--kev", str(kev), "--nvd", str(nvd))[1]
    )
    assert '"raised": 1' in run("rejudge", "--json")[1]
    assert "local, unsigned" in run("list")[1]
    assert run("import")[0] == 2
    assert run("keys", "--remove", "0000")[0] == 1
