"""intake: every listener; the only writer of log records."""

from fenghuo.faces.intake.main import serve
from fenghuo.faces.workers.child import Child


def run(child: Child) -> int:
    """Take in until told to stop."""
    serve(child.sockets, child.data, child.stop, child.ready)
    return 0
