"""One event in row form, and what its values mean."""

from dataclasses import dataclass, field

Scalar = str | int | float | bool | None
Value = Scalar | list[Scalar]

_EXACT_FLOAT = 2.0**53


def text_of(value: Scalar) -> str | None:
    """The text that a scalar means; None for null.

    Every comparison of the detection engine is defined on this text, so that 4624 and "4624" are equal (trap T19)
    and the meaning does not depend on how a batch happens to be typed. A float without a fraction reads as an integer.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOAT:
        return str(int(value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Observables:
    """What can be looked up elsewhere: addresses as text, the domain in lower case, the URL, one hash in lower-case hex."""

    src_ip: str | None = None
    dst_ip: str | None = None
    domain: str | None = None
    url: str | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One parsed event.

    Attributes:
        fields: flat, in the Sigma taxonomy (`Image`, `cs-uri-query` …). A nested object is flattened with dots; an array
            stays a list of scalars (an array of objects becomes one list per inner key). A key whose value is null is
            present with None; a missing key is missing: `''`, null and missing are three things (trap T07).
        product, category, service: the Sigma log source, lower case, None where unknown.
        event_time: nanoseconds since 1970 UTC as the device said, None where it said nothing readable.
        host: the device's own name, if the line carries one.
        observables: see `Observables`.
        parse_error: None, or a short stable English reason such as "not-json"; then `fields` holds {"message": text}.
    """

    fields: dict[str, Value]
    product: str | None = None
    category: str | None = None
    service: str | None = None
    event_time: int | None = None
    host: str | None = None
    observables: Observables = field(default_factory=Observables)
    parse_error: str | None = None
