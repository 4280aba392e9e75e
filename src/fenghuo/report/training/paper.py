"""The certificate as a paper. It is a document of a Chinese office, so that this text has one language."""

from fenghuo.base.papers import Document, Paragraph, Part, Table, to_docx, to_pdf
from fenghuo.base.papers.official import day_of
from fenghuo.report.training.certificates import code_of
from fenghuo.report.training.models import CertifiedBy
from fenghuo.report.training.paper_models import Certificate


def document(certificate: Certificate, address: str) -> Document:
    """The paper.

    Args:
        address: the page on which number and code are checked.
    """
    what = "经考核合格" if certificate.for_what == CertifiedBy.PASSED else "完成全部学习内容"
    hours = f"{certificate.hours.normalize():f}"
    who = f"{certificate.unit_name}{certificate.post}"
    text = (
        f"{who}{certificate.holder}于{day_of(certificate.on)}参加“{certificate.course_title}”培训，"
        f"共{hours}学时，{what}，特发此证。"
    )
    until = day_of(certificate.valid_until) if certificate.valid_until else "长期"
    rows = [
        ("证书编号", certificate.text),
        ("校验码", code_of(certificate)),
        ("主办单位", certificate.giver),
        ("有效期至", until),
        ("发证单位", certificate.agency),
        ("发证日期", day_of(certificate.issued_on)),
    ]
    parts: list[Part] = [
        Paragraph(text),
        Table(("项目", "内容"), rows, (3, 7)),
        Paragraph(f"查验：打开 {address} ，输入证书编号和校验码。查验页面只答复是否有效，不显示持证人。", "hint"),
    ]
    return Document("网络安全培训证书", parts, foot=f"{certificate.agency} · {certificate.text}")


def docx(certificate: Certificate, address: str) -> bytes:
    """The paper as docx."""
    return to_docx(document(certificate, address))


def pdf(certificate: Certificate, address: str) -> bytes:
    """The paper as PDF.

    Raises:
        NoFont: this machine has no font with Chinese characters.
    """
    return to_pdf(document(certificate, address))
