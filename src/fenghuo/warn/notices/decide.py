"""What a notice and its copies may become, and which clocks run meanwhile. Pure.

One table holds every transition of a unit's copy; kinds of notices leave parts of it out. Terms are data (`terms.toml`).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of notices: 预警通报, 隐患通报, 事件通报, 情况通报, 督办函, 演练通知."""

    WARNING = "warning"
    HAZARD = "hazard"
    INCIDENT = "incident"
    SITUATION = "situation"
    SUPERVISION = "supervision"
    DRILL = "drill"


class Urgency(StrEnum):
    """特急, 加急, 普通."""

    EXTRA_URGENT = "extra-urgent"
    URGENT = "urgent"
    PLAIN = "plain"

    @property
    def rank(self) -> int:
        """1 for 特急 to 3, as messages rank."""
        return list(Urgency).index(self) + 1


class NoticeState(StrEnum):
    """The life of a notice."""

    DRAFT = "draft"
    REVIEW = "review"
    ISSUED = "issued"
    CLOSED = "closed"
    VOID = "void"


class NoticeVerb(StrEnum):
    """What is done to a notice."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    ISSUE = "issue"
    CLOSE = "close"
    VOID = "void"


class CopyState(StrEnum):
    """The life of one unit's copy."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    REFUSED = "refused"
    SIGNED = "signed"
    FEEDBACK = "feedback"
    RECTIFYING = "rectifying"
    EXTENSION_ASKED = "extension-asked"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    CLOSED = "closed"
    EXEMPTED = "exempted"
    VOID = "void"


class CopyVerb(StrEnum):
    """What is done to a copy; the ones of the machine are SENT, FINISH and RECHECKED."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    SIGN = "sign"
    REFUSE = "refuse"
    RESEND = "resend"
    FEEDBACK = "feedback"
    PROGRESS = "progress"
    ASK_EXTENSION = "ask-extension"
    GRANT_EXTENSION = "grant-extension"
    DENY_EXTENSION = "deny-extension"
    RECTIFIED = "rectified"
    RECHECKED = "rechecked"
    TAKE_UP = "take-up"
    PASS = "pass"  # noqa: S105
    RETURN = "return"
    FINISH = "finish"
    EXEMPT = "exempt"
    VOID = "void"


class Extension(StrEnum):
    """More time is asked for once and decided once; `LAPSED` where the unit was done before the answer."""

    NONE = ""
    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"
    LAPSED = "lapsed"


FINAL = frozenset({CopyState.CLOSED, CopyState.EXEMPTED, CopyState.VOID})
UNSIGNED = frozenset({CopyState.QUEUED, CopyState.SENT, CopyState.DELIVERED, CopyState.READ})
NOTICE_FINAL = frozenset({NoticeState.CLOSED, NoticeState.VOID})

FEEDBACK_KINDS = frozenset(Kind) - {Kind.SITUATION}
RECTIFY_KINDS = frozenset({Kind.HAZARD, Kind.INCIDENT, Kind.SUPERVISION})
"""A 情况通报 is signed and done; 预警通报 and 演练通知 ask for feedback; the others for rectification, too."""

NOTICE_TRANSITIONS: Mapping[NoticeState, Mapping[NoticeVerb, NoticeState]] = {
    NoticeState.DRAFT: {NoticeVerb.SUBMIT: NoticeState.REVIEW, NoticeVerb.VOID: NoticeState.VOID},
    NoticeState.REVIEW: {
        NoticeVerb.APPROVE: NoticeState.REVIEW,
        NoticeVerb.REJECT: NoticeState.DRAFT,
        NoticeVerb.ISSUE: NoticeState.ISSUED,
        NoticeVerb.VOID: NoticeState.VOID,
    },
    NoticeState.ISSUED: {NoticeVerb.CLOSE: NoticeState.CLOSED, NoticeVerb.VOID: NoticeState.VOID},
    NoticeState.CLOSED: {},
    NoticeState.VOID: {},
}

_S, _V = CopyState, CopyVerb
_ENDS = {_V.EXEMPT: _S.EXEMPTED, _V.VOID: _S.VOID}
_SIGNING = {_V.SIGN: _S.SIGNED, _V.REFUSE: _S.REFUSED, _V.VOID: _S.VOID}
_DOING = {
    _V.PROGRESS: _S.RECTIFYING,
    _V.ASK_EXTENSION: _S.EXTENSION_ASKED,
    _V.RECTIFIED: _S.SUBMITTED,
    _V.RECHECKED: _S.IN_REVIEW,
    **_ENDS,
}
TRANSITIONS: Mapping[CopyState, Mapping[CopyVerb, CopyState]] = {
    _S.QUEUED: {_V.SENT: _S.SENT, _V.DELIVERED: _S.DELIVERED, _V.READ: _S.READ, **_SIGNING},
    _S.SENT: {_V.DELIVERED: _S.DELIVERED, _V.READ: _S.READ, **_SIGNING},
    _S.DELIVERED: {_V.READ: _S.READ, **_SIGNING},
    _S.READ: _SIGNING,
    _S.REFUSED: {_V.RESEND: _S.QUEUED, _V.VOID: _S.VOID},
    _S.SIGNED: {_V.FEEDBACK: _S.FEEDBACK, _V.FINISH: _S.CLOSED, _V.RECHECKED: _S.IN_REVIEW, **_ENDS},
    _S.FEEDBACK: {_V.TAKE_UP: _S.IN_REVIEW, **_DOING},
    _S.RECTIFYING: _DOING,
    _S.EXTENSION_ASKED: {
        _V.GRANT_EXTENSION: _S.RECTIFYING,
        _V.DENY_EXTENSION: _S.RECTIFYING,
        _V.RECTIFIED: _S.SUBMITTED,
        _V.RECHECKED: _S.IN_REVIEW,
        **_ENDS,
    },
    _S.SUBMITTED: {_V.TAKE_UP: _S.IN_REVIEW, _V.RECHECKED: _S.IN_REVIEW, **_ENDS},
    _S.IN_REVIEW: {_V.PASS: _S.CLOSED, _V.RETURN: _S.RETURNED, **_ENDS},
    _S.RETURNED: {_V.FEEDBACK: _S.FEEDBACK, **{v: s for v, s in _DOING.items() if v != _V.RECHECKED}},
    _S.CLOSED: {},
    _S.EXEMPTED: {},
    _S.VOID: {},
}
"""Every transition of a copy there is; `after` takes out what a kind does not ask for."""

_OF_RECTIFYING = frozenset(
    {_V.PROGRESS, _V.ASK_EXTENSION, _V.GRANT_EXTENSION, _V.DENY_EXTENSION, _V.RECTIFIED, _V.RECHECKED, _V.EXEMPT}
)
NEEDS_TEXT = frozenset(
    {
        _V.REFUSE,
        _V.FEEDBACK,
        _V.PROGRESS,
        _V.ASK_EXTENSION,
        _V.DENY_EXTENSION,
        _V.RECTIFIED,
        _V.RETURN,
        _V.EXEMPT,
        _V.VOID,
    }
)
TWO_PERSONS = frozenset({_V.EXEMPT, _V.VOID})


def after(kind: Kind, state: CopyState, verb: CopyVerb) -> CopyState | None:
    """The state that a verb leads to, None where it is not possible for this kind from there."""
    rectify, feedback = kind in RECTIFY_KINDS, kind in FEEDBACK_KINDS
    if verb in _OF_RECTIFYING and not rectify:
        return None
    if verb == CopyVerb.FEEDBACK and (not feedback or (rectify and state == CopyState.RETURNED)):
        return None
    if verb == CopyVerb.FINISH and feedback:
        return None
    if verb == CopyVerb.TAKE_UP and state == CopyState.FEEDBACK and rectify:
        return None
    return TRANSITIONS[state].get(verb)


def verbs(kind: Kind, state: CopyState, extension: Extension = Extension.NONE) -> tuple[CopyVerb, ...]:
    """What may be done to a copy now, in the order of the table."""
    possible = (v for v in TRANSITIONS[state] if after(kind, state, v) is not None)
    return tuple(v for v in possible if v != CopyVerb.ASK_EXTENSION or extension == Extension.NONE)


def states_of(kind: Kind) -> frozenset[CopyState]:
    """The states that a copy of this kind can come to."""
    reached, fresh = {CopyState.QUEUED}, [CopyState.QUEUED]
    while fresh:
        state = fresh.pop()
        for verb in TRANSITIONS[state]:
            found = after(kind, state, verb)
            if found is not None and found not in reached:
                reached.add(found)
                fresh.append(found)
    return frozenset(reached)


def notice_after(state: NoticeState, verb: NoticeVerb) -> NoticeState | None:
    """The state that a verb leads a notice to, None where it is not possible from there."""
    return NOTICE_TRANSITIONS[state].get(verb)


def is_done(copies: Iterable[CopyState]) -> bool:
    """Whether a notice closes: every copy is closed, exempted or void, and there is one at least."""
    states = list(copies)
    return bool(states) and all(state in FINAL for state in states)
