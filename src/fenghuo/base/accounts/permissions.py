"""Roles and what each may do. Three administrators are kept apart (三员分立): accounts, policies, audit."""

from enum import StrEnum


class Permission(StrEnum):
    """One right."""

    SEE_DESK = "see-desk"
    SEE_WARNINGS = "see-warnings"
    HANDLE_WARNINGS = "handle-warnings"
    OPEN_NAMES = "open-names"
    SEE_UNITS = "see-units"
    EDIT_UNITS = "edit-units"
    SEE_SOURCES = "see-sources"
    EDIT_SOURCES = "edit-sources"
    SEE_RULES = "see-rules"
    EDIT_RULES = "edit-rules"
    SEE_INTEL = "see-intel"
    EDIT_INTEL = "edit-intel"
    SEE_PEOPLE = "see-people"
    EDIT_PEOPLE = "edit-people"
    SEE_AUDIT = "see-audit"
    SEE_WALL = "see-wall"
    SEE_CHANNELS = "see-channels"
    EDIT_CHANNELS = "edit-channels"
    SEE_DUTY = "see-duty"
    EDIT_DUTY = "edit-duty"
    SEE_SCREENING = "see-screening"
    EDIT_SCREENING = "edit-screening"
    GIVE_CONSENT = "give-consent"
    AUTHORISE_ROUNDS = "authorise-rounds"
    HANDLE_FINDINGS = "handle-findings"
    ASK_RETEST = "ask-retest"
    SEE_NOTICES = "see-notices"
    EDIT_NOTICES = "edit-notices"
    ISSUE_NOTICES = "issue-notices"
    SEE_INCIDENTS = "see-incidents"
    REPORT_INCIDENTS = "report-incidents"
    EDIT_INCIDENTS = "edit-incidents"
    DECIDE_INCIDENTS = "decide-incidents"
    SEE_BLOCKS = "see-blocks"
    ORDER_BLOCKS = "order-blocks"
    APPROVE_BLOCKS = "approve-blocks"
    EDIT_CONSUMERS = "edit-consumers"
    SEE_PLANS = "see-plans"
    FILE_PLANS = "file-plans"
    APPROVE_PLANS = "approve-plans"
    WORK_PLAYBOOKS = "work-playbooks"
    SEE_TASKS = "see-tasks"
    WORK_TASKS = "work-tasks"
    EDIT_TASKS = "edit-tasks"
    SEE_INSPECTIONS = "see-inspections"
    ANSWER_CHECKS = "answer-checks"
    EDIT_INSPECTIONS = "edit-inspections"
    SEE_PERFORMANCE = "see-performance"
    EDIT_PERFORMANCE = "edit-performance"
    FREEZE_STAGES = "freeze-stages"
    SEE_MONEY = "see-money"
    ENTER_MONEY = "enter-money"
    SEE_SURVEYS = "see-surveys"
    EDIT_SURVEYS = "edit-surveys"
    SEE_TRAINING = "see-training"
    EDIT_TRAINING = "edit-training"
    EDIT_DISCLOSURE = "edit-disclosure"
    RELEASE_DISCLOSURE = "release-disclosure"


class Role(StrEnum):
    """What a person is here."""

    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"
    AUDIT_ADMIN = "audit-admin"
    DUTY_OFFICER = "duty-officer"
    ANALYST = "analyst"
    LEADER = "leader"
    UNIT_CONTACT = "unit-contact"
    FINANCE_CLERK = "finance-clerk"
    INSPECTOR = "inspector"
    OBSERVER = "observer"


_P = Permission
_WATCH = frozenset(
    {_P.SEE_DESK, _P.SEE_WARNINGS, _P.SEE_UNITS, _P.SEE_SOURCES, _P.SEE_RULES, _P.SEE_WALL, _P.SEE_DUTY}
    | {_P.SEE_INTEL, _P.SEE_SCREENING, _P.SEE_NOTICES, _P.SEE_INCIDENTS}
)
_HANDLE = frozenset({_P.HANDLE_WARNINGS, _P.HANDLE_FINDINGS, _P.ASK_RETEST, _P.EDIT_NOTICES, _P.EDIT_INCIDENTS})
_SCREEN = frozenset({_P.SEE_SCREENING, _P.EDIT_SCREENING, _P.GIVE_CONSENT})
"""Who enters authorisations, plans rounds and brings results of others. A unit's contact gives consent for the unit's own assets only."""
_BLOCK = frozenset({_P.SEE_BLOCKS, _P.ORDER_BLOCKS})
"""Who orders, and answers objections; leaders and analysts approve what another ordered."""
_PLAN = frozenset({_P.SEE_PLANS, _P.FILE_PLANS, _P.WORK_PLAYBOOKS})
"""Who keeps emergency plans and works through playbooks; a unit files its own plans. A leader accepts what another filed."""
_WORK = frozenset({_P.SEE_TASKS, _P.WORK_TASKS, _P.SEE_INSPECTIONS})
"""Who carries tasks out; a unit its own. Analysts and leaders assign them, and accept what another handed in."""
_PROMISE = frozenset(
    {_P.SEE_PERFORMANCE, _P.SEE_MONEY, _P.EDIT_PERFORMANCE, _P.EDIT_DISCLOSURE, _P.SEE_SURVEYS, _P.EDIT_SURVEYS}
    | {_P.SEE_TRAINING, _P.EDIT_TRAINING}
)
"""Who keeps the table of indicators, surveys, training and the public document. Only a leader fixes a stage or releases a document;
only the finance clerk enters money, and nothing else."""
RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.SYSTEM_ADMIN: frozenset(
        {_P.SEE_UNITS, _P.EDIT_UNITS, _P.SEE_SOURCES, _P.EDIT_SOURCES, _P.SEE_PEOPLE, _P.EDIT_PEOPLE}
        | {_P.SEE_CHANNELS, _P.EDIT_CHANNELS, _P.SEE_DUTY, _P.EDIT_DUTY, _P.SEE_SCREENING}
    ),
    Role.SECURITY_ADMIN: frozenset(
        {_P.SEE_RULES, _P.EDIT_RULES, _P.SEE_SOURCES, _P.SEE_UNITS, _P.SEE_WARNINGS, _P.SEE_INTEL, _P.EDIT_INTEL}
        | _SCREEN
        | {_P.SEE_BLOCKS, _P.EDIT_CONSUMERS, _P.SEE_PLANS}
    ),
    Role.AUDIT_ADMIN: frozenset({_P.SEE_AUDIT, _P.SEE_PEOPLE}),
    Role.DUTY_OFFICER: _WATCH | _HANDLE | _BLOCK | _PLAN | _WORK | {_P.SEE_CHANNELS},
    Role.ANALYST: _WATCH
    | _HANDLE
    | _SCREEN
    | _BLOCK
    | _PLAN
    | _WORK
    | {_P.OPEN_NAMES, _P.EDIT_INTEL, _P.DECIDE_INCIDENTS, _P.APPROVE_BLOCKS, _P.EDIT_TASKS}
    | {_P.ANSWER_CHECKS, _P.EDIT_INSPECTIONS}
    | _PROMISE,
    Role.LEADER: _WATCH
    | _HANDLE
    | _SCREEN
    | _BLOCK
    | _PLAN
    | {_P.SEE_CHANNELS, _P.EDIT_DUTY, _P.AUTHORISE_ROUNDS, _P.ISSUE_NOTICES, _P.DECIDE_INCIDENTS}
    | _WORK
    | {_P.APPROVE_BLOCKS, _P.APPROVE_PLANS, _P.FREEZE_STAGES, _P.RELEASE_DISCLOSURE, _P.EDIT_TASKS}
    | {_P.ANSWER_CHECKS, _P.EDIT_INSPECTIONS}
    | _PROMISE,
    Role.UNIT_CONTACT: frozenset(
        {_P.SEE_WARNINGS, _P.SEE_UNITS, _P.SEE_SCREENING, _P.GIVE_CONSENT, _P.ASK_RETEST, _P.SEE_NOTICES}
        | {_P.SEE_INCIDENTS, _P.REPORT_INCIDENTS, _P.SEE_PLANS, _P.FILE_PLANS}
        | _WORK
        | {_P.ANSWER_CHECKS}
    ),
    Role.FINANCE_CLERK: frozenset({_P.SEE_MONEY, _P.ENTER_MONEY}),
    Role.INSPECTOR: frozenset(
        {_P.SEE_WARNINGS, _P.SEE_UNITS, _P.SEE_AUDIT, _P.SEE_SCREENING, _P.SEE_NOTICES, _P.SEE_INCIDENTS}
        | {_P.SEE_BLOCKS, _P.SEE_PLANS, _P.SEE_PERFORMANCE, _P.SEE_MONEY, _P.SEE_SURVEYS}
        | {_P.SEE_TASKS, _P.SEE_INSPECTIONS, _P.SEE_TRAINING}
    ),
    Role.OBSERVER: frozenset({_P.SEE_WALL}),
}
SCOPED = frozenset({Role.UNIT_CONTACT})
"""Roles that see only the units they belong to."""
