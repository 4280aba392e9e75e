"""Units and assets come in whole or not at all, and log lines find their asset."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common.severity import Importance
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.base.units.queries import find_asset, importance_of
from fenghuo.base.units.sheets import BadSheet, export_rows, import_rows, read_sheet, write_sheet

pytestmark = pytest.mark.django_db
GOOD = (
    "单位代码,单位名称,单位类型,资产类型,资产名称,资产地址,等保级别,关键信息基础设施\n"
    + "hosp,县医院,医院,网站,门户,WWW.Hosp.example,三级,是\n"
)


def test_rows_beyond_the_last_are_not_dropped_in_silence() -> None:
    content = "单位代码,单位名称\n" + "a,b\n" * 50_000
    with pytest.raises(BadSheet, match="more than 50000 rows"):
        read_sheet("a.csv", content.encode())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_chinese_csv_comes_in(encoding: str) -> None:
    done = import_rows(TESTER, read_sheet("a.csv", GOOD.encode(encoding)))
    assert (done.units, done.assets) == (1, 1)
    asset = Asset.objects.get()
    assert (asset.value, asset.protection_level, asset.critical, asset.unit.kind) == (
        "www.hosp.example",
        3,
        True,
        "hospital",
    )


def test_xlsx_round_trip(tmp_path: Path) -> None:
    import_rows(TESTER, read_sheet("a.csv", GOOD.encode()))
    grid = export_rows()
    path = tmp_path / "units.xlsx"
    write_sheet(path, grid)
    rows = read_sheet("units.xlsx", path.read_bytes())
    audited = AuditRow.objects.count()
    import_rows(TESTER, rows)
    assert export_rows() == grid
    assert AuditRow.objects.filter(verb="unit.changed").count() == 0
    assert AuditRow.objects.count() <= audited + 1


def test_contacts_come_with_the_sheet() -> None:
    text = "unit_code,unit_name,contact,contact_phone,deputy,deputy_email\nx,甲,张三,123,李四,li@x.example\n"
    import_rows(TESTER, read_sheet("a.csv", text.encode()))
    contacts = Unit.objects.get().contacts.values_list("name", "phone", "email", "deputy")
    assert list(contacts) == [("张三", "123", "", False), ("李四", "", "li@x.example", True)]
    import_rows(TESTER, read_sheet("a.csv", text.replace("张三", "王五").encode()))
    assert Unit.objects.get().contacts.count() == 2


def test_rows_with_errors_are_named_and_nothing_comes_in() -> None:
    text = GOOD + "bad code!,某局,医院,,,,,\nx1,甲,星球,,,,,\nx2,乙,学校,网站,a,b.example,九,是\n"
    with pytest.raises(BadSheet) as error:
        import_rows(TESTER, read_sheet("a.csv", text.encode()))
    problems = "\n".join(error.value.problems)
    for place in ("Row 3", "Row 4 unit_kind", "Row 5 protection_level"):
        assert place in problems
    assert not Unit.objects.exists()
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"unit_code,colour\n", "colour"),
        ("a.csv", b"unit_code\nx\n", "unit_name"),
        ("a.xlsx", b"PK\x03\x04 broken", "xlsx"),
        ("a.csv", b"\xff\xff\xff", "GBK"),
    ],
)
def test_sheets_that_are_none(name: str, content: bytes, says: str) -> None:
    with pytest.raises(BadSheet, match=says):
        read_sheet(name, content)


def test_an_older_sheet_comes_in_unless_it_claims_consent_to_screening() -> None:
    old = "unit_code,unit_name,asset_value,screening_permit\nx,甲,a.example,{}\n"
    assert import_rows(TESTER, read_sheet("a.csv", old.format("").encode())).assets == 1
    with pytest.raises(BadSheet, match="screening_permit"):
        read_sheet("a.csv", old.format("2027-01-01").encode())


def test_a_cell_of_an_export_is_no_formula(unit: Unit, tmp_path: Path) -> None:
    save_asset(TESTER, Asset(unit=unit, kind="website", name="=cmd()", value="a.example"))
    path = tmp_path / "u.csv"
    write_sheet(path, export_rows())
    assert ",'=cmd()," in path.read_text(encoding="utf-8-sig")


def test_a_line_finds_its_asset(unit: Unit) -> None:
    save_asset(TESTER, Asset(unit=unit, kind="domain", name="d", value="edu.example", importance="important"))
    save_asset(TESTER, Asset(unit=unit, kind="address-range", name="r", value="192.0.2.0/24", critical=True))
    assert find_asset(unit.id, "WWW.edu.example:8080").name == "d"  # type: ignore[union-attr]
    assert find_asset(unit.id, "notedu.example") is None
    assert importance_of(unit.id, "192.0.2.77") == Importance.VITAL
    assert importance_of(unit.id, "elsewhere") == Importance.IMPORTANT
    assert importance_of("", "x") == Importance.ORDINARY


def test_an_address_range_must_be_one(unit: Unit) -> None:
    with pytest.raises(ValidationError):
        save_asset(TESTER, Asset(unit=unit, kind="address-range", name="r", value="everything"))
