"""What the parsers of DNS servers' query logs share: category `dns` with Sigma's names."""

from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources.base import address


def dns_event(fields: dict[str, Value], product: str, service: str, moment: int | None, host: str | None) -> Event:
    """The event of one query or answer; `fields` has query, record_type and src_ip where they are known."""
    query = fields.get("query")
    name = query.rstrip(".") if isinstance(query, str) else None
    if name is not None:
        fields["query"] = name
    if host:
        fields.setdefault("hostname", host)
    return Event(
        fields=fields,
        product=product,
        category="dns",
        service=service,
        event_time=moment,
        host=host,
        observables=Observables(src_ip=address(fields.get("src_ip")), domain=name.lower() if name else None),
    )
