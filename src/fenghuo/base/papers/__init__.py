"""Papers: one description of a document, made into docx, PDF and HTML; and sheets as xlsx and CSV. Knows no tables."""

from fenghuo.base.papers.document import Document, Heading, Items, Paragraph, Part, Pictures, Table
from fenghuo.base.papers.official import Official
from fenghuo.base.papers.official_pdf import official_pdf
from fenghuo.base.papers.official_word import official_docx
from fenghuo.base.papers.pdf import NoFont, to_pdf
from fenghuo.base.papers.sheets import Sheet, to_csv, to_xlsx
from fenghuo.base.papers.word import to_docx

__all__ = [
    "Document",
    "Heading",
    "Items",
    "NoFont",
    "Official",
    "Paragraph",
    "Part",
    "Pictures",
    "Sheet",
    "Table",
    "official_docx",
    "official_pdf",
    "to_csv",
    "to_docx",
    "to_pdf",
    "to_xlsx",
]
