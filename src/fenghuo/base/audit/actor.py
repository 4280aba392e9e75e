"""Who does something: an id and a name, without a tie to the table of people, so that accounts can be audited too."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a command or the system itself; `address` is where the request came from, "" for none."""

    id: str
    name: str
    address: str = ""


SYSTEM = Actor("system", "system")
COMMAND_LINE = Actor("command-line", "command line")
