"""What a finding says and what to do about it; message ids, put through gettext by `told`."""

from collections.abc import Callable

from fenghuo.report.disclosure.checking import Finding, Level
from fenghuo.report.disclosure.datafile import Problem


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogue."""
    return message


_SUM = gettext_noop("Find which of the figures is wrong and mend it in every place that is named here.")
_SAME = gettext_noop("Give both places the same figure.")
_WRITE = gettext_noop("Write it, or say why there is nothing to say.")
_READ = gettext_noop("Read the place again and mend it in the data file.")
_EITHER = gettext_noop("One of the two statements is not true: mend that one, or explain it under 其他.")

_LEVELS = {Level.ERROR: gettext_noop("error"), Level.WARNING: gettext_noop("warning")}
_RULES: dict[str, tuple[str, str]] = {
    "income-sum": (gettext_noop("The parts of the income do not add up to its total."), _SUM),
    "income-spending": (gettext_noop("Income and spending are not equal."), _SUM),
    "spending-sum": (gettext_noop("Basic, project and other spending do not add up to the total."), _SUM),
    "basic-sum": (gettext_noop("Personnel and operating cost do not add up to basic spending."), _SUM),
    "changes-amount": (gettext_noop("The comparison with last year states another total than the spending."), _SAME),
    "changes-sum": (gettext_noop("The changes of the parts do not add up to the change of the total."), _SUM),
    "change-word": (
        gettext_noop("A change is neither 增加 nor 减少 nor 持平."),
        gettext_noop("Use one of the three words."),
    ),
    "change-direction": (
        gettext_noop("The word of the change does not fit the figures."),
        gettext_noop("Compare this year with last year and write the right word."),
    ),
    "change-difference": (gettext_noop("The change is not this year's figure minus last year's."), _SUM),
    "change-too-large": (gettext_noop("The increase is larger than this year's figure."), _SUM),
    "percent": (
        gettext_noop("The percentage is not the change divided by last year's figure."),
        gettext_noop("Write the percentage that is expected here."),
    ),
    "percent-of-nothing": (
        gettext_noop("A percentage is stated although last year's figure is nought."),
        gettext_noop("Leave the percentage out."),
    ),
    "changes-missing": (gettext_noop("The change against last year is not stated."), _WRITE),
    "reason-missing": (
        gettext_noop("There is a change against last year, but no reason."),
        gettext_noop("Write the reason."),
    ),
    "operating-same": (gettext_noop("Operating cost is stated differently in two places."), _SAME),
    "public-sum": (gettext_noop("The three parts of 三公 do not add up to their total."), _SUM),
    "vehicles-sum": (gettext_noop("Purchase and running of vehicles do not add up to their total."), _SUM),
    "public-change-sum": (
        gettext_noop("The changes of the parts of 三公 do not add up to the change of the total."),
        _SUM,
    ),
    "vehicles-change-sum": (
        gettext_noop("The changes of purchase and running of vehicles do not add up to their change."),
        _SUM,
    ),
    "vehicles-within": (gettext_noop("The running of vehicles costs more than the whole operating cost."), _SUM),
    "projects-same": (
        gettext_noop("Project spending is not the sum of the projects that have goals."),
        gettext_noop("Every project needs its goals, with the same amount as in the budget."),
    ),
    "goals-missing": (
        gettext_noop("There is project spending, but no project has goals."),
        gettext_noop("Add the two tables of each project."),
    ),
    "budget-missing": (gettext_noop("The project has no amount."), gettext_noop("Write the amount in 万元.")),
    "budget-parts": (gettext_noop("Fiscal and other money do not add up to the amount of the project."), _SUM),
    "goal-name": (
        gettext_noop("The name of the project is not in the title of its table."),
        gettext_noop("Give both the same name."),
    ),
    "plan-range": (gettext_noop("A percentage of the plan of spending is below 0 or above 100."), _READ),
    "plan-order": (gettext_noop("The plan of spending falls, although it is cumulative."), _READ),
    "plan-month": (gettext_noop("The months of the plan of spending are not in order."), _READ),
    "plan-end": (
        gettext_noop("The plan of spending does not end at 100 per cent."),
        gettext_noop("The last month must say 100."),
    ),
    "indicators-missing": (
        gettext_noop("The project has no indicators."),
        gettext_noop("Add the table of indicators."),
    ),
    "indicator-twice": (
        gettext_noop("An indicator stands twice."),
        gettext_noop("Take one out, or give it another name."),
    ),
    "indicator-empty": (gettext_noop("A cell of an indicator is empty."), _READ),
    "indicator-level": (
        gettext_noop("The second level does not belong to this first level, or the first level is not known."),
        gettext_noop("Use the levels of the table of indicators that is in force."),
    ),
    "target-range": (gettext_noop("A target is not possible."), _READ),
    "cost-cap": (
        gettext_noop("The cap of cost in the table of indicators does not agree with the amount of the project."),
        _SAME,
    ),
    "procurement-amount": (gettext_noop("The text on procurement does not state the sum of the table."), _SUM),
    "procurement-column": (gettext_noop("A column of procurement does not add up to the row 合计."), _SUM),
    "procurement-within": (gettext_noop("Procurement is larger than the whole spending."), _SUM),
    "purchase-total": (gettext_noop("A row of procurement has no amount."), _READ),
    "purchase-cost": (gettext_noop("Number times price is not the amount of the row."), _SUM),
    "purchase-parts": (gettext_noop("The sources of money of a row do not add up to its amount."), _SUM),
    "purchase-funds": (gettext_noop("The purchase costs more than its project has."), _SUM),
    "purchase-unplanned": (
        gettext_noop("An indicator promises a purchase, but no procurement is planned."),
        _EITHER,
    ),
    "assets-total": (gettext_noop("The table of assets has no total."), gettext_noop("Write the row 资产总额.")),
    "assets-same": (gettext_noop("Text and table state different values of the assets."), _SAME),
    "assets-sum": (gettext_noop("The kinds of assets do not add up to their total value."), _SUM),
    "assets-count": (gettext_noop("The pieces do not add up to their total number."), _SUM),
    "asset-count": (gettext_noop("Assets have a value, but no number."), _READ),
    "asset-value": (gettext_noop("Assets have a number, but no value."), _READ),
    "asset-pieces": (gettext_noop("A number of pieces is not whole."), _READ),
    "asset-floor": (gettext_noop("Devices of this kind cannot be worth so little."), _READ),
    "asset-part": (gettext_noop("A part is larger than its whole."), _SUM),
    "assets-procurement": (gettext_noop("The text denies procurement, but procurement is planned."), _EITHER),
    "assets-vehicle": (gettext_noop("The text denies purchases, but a vehicle is to be bought."), _EITHER),
    "vehicles-none": (gettext_noop("Running of vehicles is planned, but the assets have no vehicle."), _EITHER),
    "table-missing": (gettext_noop("A budget table is missing."), gettext_noop("Add the table.")),
    "tables-missing": (
        gettext_noop("The budget tables are missing."),
        gettext_noop("Add them, or publish them beside this document."),
    ),
    "table-total": (gettext_noop("A budget table has no total."), gettext_noop("Write the row 合计.")),
    "table-sum": (gettext_noop("The rows of a budget table do not add up to its total."), _SUM),
    "class-sum": (gettext_noop("The rows of a class do not add up to the class."), _SUM),
    "table-text": (gettext_noop("Text and budget table state different figures."), _SAME),
    "table-kind": (gettext_noop("The economic classes do not add up to what the text states."), _SUM),
    "table-vehicles": (gettext_noop("The table states more for the running of vehicles than 三公 does."), _SUM),
    "table-reception": (gettext_noop("The table states more for reception than 三公 does."), _SUM),
    "table-abroad": (gettext_noop("The table states more for travel abroad than 三公 does."), _SUM),
    "class-projects": (
        gettext_noop("The projects of a class cost more than the table of spending states for it."),
        _SUM,
    ),
    "project-unknown": (
        gettext_noop("A project with goals is not in the table of project spending."),
        gettext_noop("Give it the same name in both places."),
    ),
    "project-table": (gettext_noop("The amount of a project is not that of the table of project spending."), _SAME),
    "code-form": (
        gettext_noop("A classification code has not 3, 5 or 7 digits."),
        gettext_noop("Take the code from the classification of this year."),
    ),
    "code-twice": (gettext_noop("A classification code stands twice."), gettext_noop("Put the rows together.")),
    "unit": (gettext_noop("The unit of a table is neither 万元 nor 元."), gettext_noop("Write one of the two.")),
    "year": (gettext_noop("A year does not fit the year of the document."), gettext_noop("Write the right year.")),
    "as-of": (
        gettext_noop("Assets are not counted at the end of last year."),
        gettext_noop("Take the figures of 31 December."),
    ),
    "negative": (gettext_noop("An amount is below nought."), _READ),
    "section-missing": (gettext_noop("An obligatory section is missing."), _WRITE),
    "empty": (gettext_noop("There is a heading, but nothing below it."), _WRITE),
    "personal-data": (
        gettext_noop("There is an ID number or a mobile number."),
        gettext_noop("Take it out before anything is published."),
    ),
    "field-code": (gettext_noop("A field code of the word processor was left in the text."), _READ),
    "doubled": (gettext_noop("A word stands twice in a row."), _READ),
    "placeholder": (gettext_noop("A blank of a template was left open."), _READ),
    "garbled": (gettext_noop("Characters are garbled."), _READ),
    "foreign-term": (gettext_noop("A term belongs to another level of government."), _READ),
    "cut-off": (gettext_noop("A sentence is cut off."), _READ),
}
_PROBLEMS = {
    "json": gettext_noop("no JSON: {value}"),
    "size": gettext_noop("too large: {value} characters"),
    "format": gettext_noop("the file must say format and version: {value}"),
    "unknown": gettext_noop("there is no such field"),
    "missing": gettext_noop("must be stated"),
    "type": gettext_noop("must be {value}"),
    "amount": gettext_noop('is no amount such as "19.95": {value}'),
    "year": gettext_noop("is no whole number of up to four digits: {value}"),
}


def rules() -> frozenset[str]:
    """Every rule that has words."""
    return frozenset(_RULES)


def told(finding: Finding, translate: Callable[[str], str]) -> tuple[str, str, str]:
    """(level, what is wrong with what was expected and found, what to do) in the reader's language."""
    what, action = _RULES[finding.rule]
    texts = [translate(what)]
    if finding.expected and finding.found:
        texts.append(
            translate(gettext_noop("Expected {expected}, found {found}.")).format(
                expected=finding.expected, found=finding.found
            )
        )
    elif finding.found:
        texts.append(translate(gettext_noop("Found: {found}.")).format(found=finding.found))
    if finding.slip:
        texts.append(translate(gettext_noop("They differ by exactly 10,000: 元 may stand for 万元.")))
    return translate(_LEVELS[finding.level]), " ".join(texts), translate(action)


def problem(fault: Problem, translate: Callable[[str], str]) -> str:
    """A fault of the data file in words."""
    path, code, value = fault
    return f"{path}: {translate(_PROBLEMS[code]).format(value=value)}"


_DOCUMENTS = {
    "size": gettext_noop("larger than 20 MB, or unpacks to too much"),
    "docx": gettext_noop("no docx; save a .doc as .docx first"),
    "changes": gettext_noop("has tracked changes; accept or reject them first, so that it is clear which text counts"),
    "encoding": gettext_noop("neither UTF-8 nor GB 18030"),
    "title": gettext_noop("no title with office and year was found"),
}


def bad_document(code: str, translate: Callable[[str], str]) -> str:
    """Why a file is no document, in words."""
    return translate(_DOCUMENTS[code])
