"""The papers of a notice: the official form as docx and PDF, findings as xlsx. A unit's paper holds its own findings only."""

from fenghuo.base.clocks.office import local
from fenghuo.base.papers import Official, Sheet, official_docx, official_pdf, to_xlsx
from fenghuo.base.papers.sheets import Value
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.notices.decide import Urgency
from fenghuo.warn.notices.drafts import recurrences
from fenghuo.warn.notices.models import Notice, NoticeCopy, NoticeFinding
from fenghuo.warn.notices.texts import SEVERITIES, finding_words

ANNEX = "网络安全隐患清单"
NOT_NUMBERED = "（未编号）"
_URGENCIES = {Urgency.EXTRA_URGENT: "特急", Urgency.URGENT: "加急", Urgency.PLAIN: ""}
_HEAD = ["序号", "单位", "系统或网站", "位置", "隐患", "等级", "危害", "证据摘录", "首次发现", "曾通报文号"]


def paper_of(notice: Notice, copy: NoticeCopy | None = None) -> Official:
    """What stands on the paper: for one unit where `copy` is given, else as the office sees it before the issue.

    Where findings belong to single units, 主送 names that unit only: nobody reads what is wrong at others.
    """
    rows = rows_of(notice, copy)
    units = notice.units.order_by("name").values_list("name", flat=True)
    addressed = copy.unit.name if copy is not None and rows else "、".join(units)
    exercise = "【演练】" if notice.exercise else ""
    return Official(
        agency=notice.agency,
        number=notice.number.text if notice.number else NOT_NUMBERED,
        title=exercise + notice.title,
        addressed=addressed,
        paragraphs=[line.strip() for line in notice.body.splitlines() if line.strip()],
        dated=local(notice.issued_at).date() if notice.issued_at else None,
        urgency=_URGENCIES[Urgency(notice.urgency)],
        annexes=[ANNEX] if rows else [],
        note=notice.contact,
        copies_to=[line.strip() for line in notice.copies_to.splitlines() if line.strip()],
    )


def rows_of(notice: Notice, copy: NoticeCopy | None = None) -> list[NoticeFinding]:
    """The findings of a notice, or of one unit's copy, gravest first."""
    found = notice.findings.select_related("finding", "finding__unit", "finding__asset")
    return list(found.filter(copy=copy) if copy is not None else found)


def docx_of(notice: Notice, copy: NoticeCopy | None = None) -> bytes:
    """The paper as docx."""
    return official_docx(paper_of(notice, copy))


def pdf_of(notice: Notice, copy: NoticeCopy | None = None) -> bytes:
    """The paper as PDF.

    Raises:
        NoFont: this machine has no font with Chinese characters.
    """
    return official_pdf(paper_of(notice, copy))


def annex_of(notice: Notice, copy: NoticeCopy | None = None) -> bytes:
    """The list of findings as xlsx: as they were when the notice was issued, before that as they are."""
    rows: list[list[Value]] = []
    found = rows_of(notice, copy)
    before: dict[str, list[str]] = {}
    for row in recurrences(r.finding_id for r in found):
        if row.notice_id != notice.id and row.notice.number is not None:
            before.setdefault(row.finding_id, []).append(row.notice.number.text)
    for number, row in enumerate(found, 1):
        finding: StoredFinding = row.finding
        title, risk = (row.title, row.risk) if row.title else finding_words(finding)
        rows.append(
            [
                number,
                finding.unit.name,
                row.asset or finding.asset.value,
                row.locus or finding.locus,
                title,
                SEVERITIES[row.severity or finding.severity],
                risk,
                row.evidence or finding.evidence,
                local(finding.first_seen),
                "、".join(before.get(row.finding_id, [])),
            ]
        )
    return to_xlsx([Sheet(ANNEX, _HEAD, rows)])
