"""The log of contacts is only ever added to, a file a day of the office."""

from datetime import UTC, datetime
from pathlib import Path

from fenghuo.faces.workers.contacts import ContactFiles
from fenghuo.see.screening.fetch.wire import Contact


def contact(hour: int, what: str) -> Contact:
    return Contact(datetime(2026, 11, 25, hour, 0, tzinfo=UTC), "2026-0001", "visit", "h", "192.0.2.1", 80, what)


def test_lines_are_added_and_survive_a_restart(tmp_path: Path) -> None:
    for what in ("GET /a", "GET /b"):
        files = ContactFiles(tmp_path)
        files.write(contact(4, what))
        files.close()
    files = ContactFiles(tmp_path)
    files.write(contact(17, "GET /c"))  # one o'clock the next morning in the office
    files.close()
    kept = {path.name: path.read_text().count("\n") for path in sorted((tmp_path / "screening").iterdir())}
    assert kept == {"contacts-2026-11-25.jsonl": 2, "contacts-2026-11-26.jsonl": 1}
    assert (tmp_path / "screening" / "contacts-2026-11-25.jsonl").stat().st_mode & 0o077 == 0
