"""Evidence of many matches at once: templates filled in from the columns of a batch."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fenghuo.see.detection import quoting
from fenghuo.see.detection.columns import Columns, text_column
from fenghuo.see.detection.folding import FOLD
from fenghuo.see.detection.rule import Rule
from fenghuo.see.detection.templates import Templates, template_of

Ints = npt.NDArray[np.int32]
_NONE = -1
_UNKNOWN = -2


class Quotes:
    """Fills templates of these rules; a template is made when its rule matches first."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._templates = Templates()
        self._numbers = np.full(len(rules), _UNKNOWN, np.int32)
        self._uses: list[frozenset[int]] = []

    def of(self, columns: Columns, rows: Ints, rules: Ints) -> tuple[pa.Array, Ints]:
        """The evidence of each pair of row and rule as JSON, and the places of those that have to be asked of the reference."""
        templates = self._of_rules(rules)
        asked = np.unique(templates[templates >= 0])
        used = sorted(set().union(*(self._uses[t] for t in asked.tolist())))
        odd = {number for number in used if not columns.is_plain(self._templates.columns[number])}
        if odd:
            unfit = [t for t in asked.tolist() if self._uses[t] & odd]
            templates[np.isin(templates, unfit)] = _NONE
        cells, values = self._cells(columns, rows, templates, [number for number in used if number not in odd])
        return self._filled(templates, cells, values), np.flatnonzero(templates < 0).astype(np.int32)

    def _of_rules(self, rules: Ints) -> Ints:
        """The template of each rule, -1 for one that has none."""
        found = self._numbers[rules]
        if (found == _UNKNOWN).any():
            for rule in np.unique(rules[found == _UNKNOWN]).tolist():
                template = template_of(self._rules[rule].detection)
                self._numbers[rule] = _NONE
                if template is not None:
                    self._numbers[rule], uses = self._templates.add(template)
                    self._uses.append(uses)
            found = self._numbers[rules]
        return found

    def _cells(self, columns: Columns, rows: Ints, templates: Ints, used: Sequence[int]) -> tuple[Ints, pa.Array]:
        """Where the value of each column and pair stands in one array of values, and that array."""
        cells = np.full((len(self._templates.columns), len(rows)), -1, np.int32)
        pieces = [pa.array([], pa.string())]
        filled = 0
        for number in used:
            parts = columns.of(self._templates.columns[number])
            asking = np.array([*(number in uses for uses in self._uses), False])
            wanted = np.flatnonzero(asking[templates])
            if parts and len(wanted):
                fresh = np.concatenate(([True], np.diff(rows[wanted]) != 0))  # the hits of one row share its value
                pieces.append(parts[0].array.take(pa.array(rows[wanted][fresh])))
                cells[number, wanted] = filled + np.cumsum(fresh, dtype=np.int32) - 1
                filled += int(np.count_nonzero(fresh))
        return cells, pa.concat_arrays(pieces)

    def _filled(self, templates: Ints, cells: Ints, values: pa.Array) -> pa.Array:
        column = text_column(values)
        scratch = quoting.quote_scratch(column.longest)
        ends = np.zeros(len(templates) + 1, np.int32)
        quoted = int(np.diff(column.offsets)[cells[cells >= 0]].sum())
        out = np.empty(4096 + 256 * len(templates) + 4 * quoted + 8 * column.longest, np.uint8)
        at = filled = 0
        while True:
            at, filled = quoting.fill_templates(
                templates,
                cells,
                column.offsets,
                column.data,
                column.valid,
                FOLD,
                self._templates.tables(),
                scratch,
                ends[1:],
                out,
                at,
                filled,
            )
            if at == len(templates):
                return pa.StringArray.from_buffers(len(templates), pa.py_buffer(ends), pa.py_buffer(out[:filled]))
            out = np.concatenate((out, np.empty_like(out)))
