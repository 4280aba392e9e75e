"""How grave an incident is and who must be told by when: entered facts in, grade, rule, clocks and open questions out. Pure."""

from fenghuo.respond.incidents.grading.duties import Due, Duties, Duty, dues, read_duties
from fenghuo.respond.incidents.grading.facts import Case, PopulationShare, TamperMinutes
from fenghuo.respond.incidents.grading.reading import BadCase, read_case
from fenghuo.respond.incidents.grading.report import Assessment, as_line, assess
from fenghuo.respond.incidents.grading.rules import Graded, Missing, grade
from fenghuo.respond.incidents.grading.scales import Grade, Sureness
from fenghuo.respond.incidents.grading.shipped import Tables, shipped
from fenghuo.respond.incidents.grading.tables import BadTable, Rule, Table, read_table

__all__ = [
    "Assessment",
    "BadCase",
    "BadTable",
    "Case",
    "Due",
    "Duties",
    "Duty",
    "Grade",
    "Graded",
    "Missing",
    "PopulationShare",
    "Rule",
    "Sureness",
    "Table",
    "Tables",
    "TamperMinutes",
    "as_line",
    "assess",
    "dues",
    "grade",
    "read_case",
    "read_duties",
    "read_table",
    "shipped",
]
