"""How far ingest time is matched: what lets the judge say that nothing more will come."""

from fenghuo.see.eventlog import EventLog


def matched_until(log: EventLog, matchers: int, now: int) -> int:
    """Every record that was ingested before this moment (nanoseconds) is matched, and its hits are in the log.

    `now` where the matching processes have nothing waiting, else the ingest time of the oldest record that waits. A
    matching process that is dead thus holds the moment back, and nothing is called absent that was only not read.
    """
    until = now
    offsets: dict[int, dict[str, int]] = {}
    for stream in log.streams("records"):
        number = int(stream.rpartition(".")[2]) % matchers
        if number not in offsets:
            offsets[number] = log.offsets(f"match-{number}").load()
        reader = log.reader(stream, start=offsets[number].get(stream, 0))
        waiting = reader.read(max_rows=1, timeout=0)
        reader.close()
        if waiting:
            until = min(until, waiting[0].batch.column("ingest_time")[0].as_py())
    return until
