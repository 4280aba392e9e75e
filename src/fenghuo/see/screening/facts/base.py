"""The bag of facts: each is there, or it says why it is not; a check that asks for a missing one can't pass."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class CheckClass(StrEnum):
    """What an authorisation may allow; a collector contacts a site only under the class of the fact that it collects."""

    LOOKUP = "lookup"
    VISIT = "visit"
    CONTENT = "content"
    TRANSPORT = "transport"
    PORTS = "ports"
    SERVICES = "services"
    MAIL = "mail"
    NAMES = "names"


class Why(StrEnum):
    """Why a fact could not be collected, and so why a check could not test; a closed list."""

    NOT_AUTHORISED = "not-authorised"
    OUTSIDE_WINDOW = "outside-window"
    BUDGET_USED = "budget-used"
    NAME_NOT_FOUND = "name-not-found"
    NAME_SERVER_FAILED = "name-server-failed"
    NO_CONNECTION = "no-connection"
    REFUSED = "refused"
    RESET = "reset"
    TLS_FAILED = "tls-failed"
    TIMED_OUT = "timed-out"
    INCOMPLETE = "incomplete"
    SERVER_ERROR = "server-error"
    BLOCKED = "blocked"
    SLOW_DOWN = "slow-down"
    LEFT_THE_SITE = "left-the-site"
    OTHER_SITE = "other-site"
    UNREADABLE = "unreadable"
    NOT_COLLECTED = "not-collected"
    STILL_LEARNING = "still-learning"
    CHECK_FAILED = "check-failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """A fact that is not there: why, and what a person wants to know beside it (no secrets, at most a line)."""

    why: Why
    detail: str = ""


class Untested(Exception):
    """A check needs a fact that is not there."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.why}: {failure.detail}")
        self.failure = failure


@dataclass(frozen=True)
class Need(Generic[T]):
    """A kind of fact, and what collecting it costs at most.

    Attributes:
        name: unique, kebab-case.
        kind: the type of the value.
        check_class: the class that the authorisation must allow.
        http: HTTP requests, tls: TLS connections beyond these, other: other connections or datagrams.
        stored: whether it comes from what was stored before instead of from the site.
    """

    name: str
    kind: type[T]
    check_class: CheckClass
    http: int = 0
    tls: int = 0
    other: int = 0
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """One path that a check asks for, beside the home page; a check never asks for more of a body than it needs.

    Attributes:
        path: absolute path with query, e.g. "/.git/HEAD"; `{host}` stands for the host name.
        most: bytes of the body that are read at most; sent as a Range as well.
    """

    path: str
    most: int = 4096


@dataclass(frozen=True, slots=True)
class Target:
    """The asset that is judged, with what the register says of it.

    Attributes:
        asset: value in the register. kind: `base.units.models.AssetKind` value.
        url: address of its home page, "" for assets without pages. host: name or address, lower case, IDNA.
        names: unit name and other names that its pages may carry.
        registered: every host name that the register knows, of all units.
    """

    asset: str
    kind: str
    host: str
    url: str = ""
    unit: str = ""
    unit_kind: str = ""
    icp: str = ""
    police_filing: str = ""
    domain_expires: date | None = None
    names: tuple[str, ...] = ()
    registered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known of a target at a moment.

    Attributes:
        at: when it was collected, with zone; checks take it as now.
        values: need name → value or Failure. probes: path as declared → Page or Failure.
    """

    target: Target
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    probes: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, need: Need[T]) -> T:
        """The fact.

        Raises:
            Untested: it could not be collected, nobody tried, or it is a page from which nothing follows (`Page.failure`).
        """
        found = self.find(need)
        failure = found if isinstance(found, Failure) else getattr(found, "failure", None)
        if isinstance(failure, Failure):
            raise Untested(failure)
        assert not isinstance(found, Failure)
        return found

    def find(self, need: Need[T]) -> T | Failure:
        """The fact, or why it is not there; for checks to which a failure is itself a finding."""
        found: T | Failure = self.values.get(need.name, Failure(Why.NOT_COLLECTED, need.name))
        if not isinstance(found, Failure | need.kind):
            raise TypeError(f"{need.name}: {type(found).__name__} instead of {need.kind.__name__}")
        return found
