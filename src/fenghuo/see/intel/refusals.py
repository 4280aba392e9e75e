"""Why an indicator is refused: stable codes; their sentences are in `names`."""

from enum import StrEnum


class Reason(StrEnum):
    """Code of a refusal."""

    NOT_UNDERSTOOD = "not-understood"
    WRONG_KIND = "wrong-kind"
    PERSON = "person"
    PRIVATE_ADDRESS = "private-address"
    TOO_WIDE = "too-wide"
    TOP_LEVEL = "top-level"
    COMMON = "common"
    OWN_ASSET = "own-asset"
    TOO_LONG = "too-long"
    UNSUPPORTED = "unsupported"
    REVOKED = "revoked"
    NOT_FOR_DETECTION = "not-for-detection"
    OVER_LIMIT = "over-limit"
    SECRET = "secret"  # noqa: S105 -- a reason, not a password
