"""From a real document (text or docx) back to the data file; what could not be placed is listed, never guessed."""

from fenghuo.report.disclosure.reading.blocks import BadDocument, Block, Paragraph, Row, docx_blocks, text_blocks
from fenghuo.report.disclosure.reading.document import Reading, read
from fenghuo.report.disclosure.reading.notes import Unplaced

__all__ = ["BadDocument", "Block", "Paragraph", "Reading", "Row", "Unplaced", "docx_blocks", "read", "text_blocks"]
