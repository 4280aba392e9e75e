"""axe-core on a page that a browser shows: what breaks WCAG 2.2 AA (`tools/oracles.sh axe` fetches it; MPL-2.0, used by tests only)."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / ".oracles/axe/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What breaks WCAG AA on the page as it stands: "rule: the first element, why"; folded parts are opened first."""
    assert AXE.exists(), "run tools/oracles.sh axe"
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((part) => { part.open = true })")
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", RULES
    )
    assert found["passes"], "axe looked at nothing"
    return [
        f"{one['id']}: {node['target'][0]}: {' '.join(str(node['failureSummary']).split())}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]
