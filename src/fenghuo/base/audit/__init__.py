"""The audit trail: append-only, hash-chained, its head signed with a key outside the database."""

from fenghuo.base.audit.actor import COMMAND_LINE, SYSTEM, Actor

__all__ = ["COMMAND_LINE", "SYSTEM", "Actor"]
