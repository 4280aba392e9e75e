"""What the judge tells the matching processes through the event log's `control` topic: which rules are in force.

No Django here: the matching processes import it.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa

import fenghuo
from fenghuo.see.detection.store import Store

CONTROL_STREAM = "control.normal.0"
CONTROL_SCHEMA = pa.schema(
    [
        pa.field("at", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
    ]
)
RULES_KIND = "rules-in-force"


def builtin_folder() -> Path:
    """Folder of the packs that are shipped with Fenghuo."""
    return Path(fenghuo.__file__).resolve().parent / "rules"


def compiled_store(data: Path) -> Store:
    """Where an installation keeps what it compiled of its rules."""
    return Store(data / "compiled")


@dataclass(frozen=True, slots=True)
class PackPlace:
    """Where the files of a pack in force are: `folder` is below `DIR/rules/`, "" for a builtin pack."""

    name: str
    folder: str = ""

    def path(self, data: Path) -> Path:
        """The folder of the pack's rule files."""
        return data / "rules" / self.folder if self.folder else builtin_folder() / self.name


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """A complete statement: these packs, without these rules, with these placeholder values."""

    version: int
    packs: tuple[PackPlace, ...]
    disabled: frozenset[str] = frozenset()
    placeholders: dict[str, list[str]] = field(default_factory=dict)

    def to_batch(self, at: int) -> pa.RecordBatch:
        """One row of `CONTROL_SCHEMA`; `at` in nanoseconds since 1970 UTC."""
        value = json.dumps({**asdict(self), "disabled": sorted(self.disabled)}, ensure_ascii=False)
        return pa.record_batch([[at], [RULES_KIND], [value]], schema=CONTROL_SCHEMA)


def rules_from_batch(batch: pa.RecordBatch) -> RulesInForce | None:
    """The last statement of a batch of `CONTROL_SCHEMA`, None where it has none."""
    for row in reversed(batch.to_pylist()):
        if row["kind"] == RULES_KIND:
            value = json.loads(row["value"])
            return RulesInForce(
                version=value["version"],
                packs=tuple(PackPlace(**pack) for pack in value["packs"]),
                disabled=frozenset(value["disabled"]),
                placeholders=value["placeholders"],
            )
    return None


def shipped_rules() -> RulesInForce:
    """What is in force before the judge has ever said anything: every builtin pack."""
    names = sorted(p.name for p in builtin_folder().iterdir() if p.is_dir() and not p.name.startswith(("_", ".")))
    return RulesInForce(version=0, packs=tuple(PackPlace(name) for name in names if name != "locale"))
