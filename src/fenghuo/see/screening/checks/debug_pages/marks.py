"""What pages for developers and operators look like; each answer tells in a few words what was seen, None for any other page."""

import re

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.facts import Page

# health and info are open by default, and counters tell little; the other endpoints show or change how the program runs
_HARMLESS = {
    "self",
    "health",
    "health-path",
    "health-component",
    "health-component-instance",
    "info",
    "prometheus",
    "metrics",
}
_ENDPOINT = re.compile(r'"([a-z][\w.-]{1,60})"\s*:\s*\{\s*"href"\s*:')
_HPROF = re.compile(rb"\AJAVA PROFILE 1\.0(?:\.[12])?\x00")
_PHD = b"\x00\x13portable heap dump"
_NGINX = re.compile(
    r"\AActive connections:\s*(\d+)\s+server accepts handled requests(?: request_time)?\s+\d+\s+\d+\s+\d+[\s\d]*Reading:\s*\d+"
)
_API_VERSION = re.compile(r'"(?:swagger"\s*:\s*"2\.\d|openapi"\s*:\s*"3\.\d+\.\d)')
_API_PART = re.compile(r'"(?:paths|basePath|servers|tags|components|definitions)"\s*:\s*["\[{]')


def actuator(page: Page) -> str | None:
    """Spring Boot's index of endpoints, if it has more than harmless ones."""
    text = page.text
    if not (text.lstrip().startswith("{") and re.search(r'"_links"\s*:\s*\{\s*"self"', text)):
        return None
    open_ones = [name for name in dict.fromkeys(_ENDPOINT.findall(text)) if name not in _HARMLESS]
    return ", ".join(open_ones[:12]) or None


def actuator_env(page: Page) -> str | None:
    """Spring Boot's environment: properties with their sources."""
    text = page.text
    if not (text.lstrip().startswith("{") and re.search(r'"activeProfiles"\s*:\s*\[', text)):
        return None
    if not re.search(r'"propertySources"\s*:\s*\[', text):
        return None
    seen = len(re.findall(r'"properties"\s*:', text))
    return f"propertySources: {seen}"


def heapdump(page: Page) -> str | None:
    """The memory of a Java program, by its first bytes."""
    if _HPROF.match(page.body):
        return page.body[:18].decode("latin-1")
    return "portable heap dump" if page.body.startswith(_PHD) else None


def druid(page: Page) -> str | None:
    """Alibaba Druid's monitor, open: its index loads the script that draws it, and has no password field."""
    parsed = document(page)
    scripts = any(re.search(r"(?:^|/)js/(?:common|druid|lang)\.js", url) for url, _ in parsed.sources("script[src]"))
    is_index = parsed.title.lower() == "druid stat index" or "druid.index.init" in page.text
    return parsed.title if is_index and scripts and parsed.tree.css_first("input[type=password]") is None else None


def api_description(page: Page) -> str | None:
    """A description of an API by Swagger 2 or OpenAPI 3."""
    text = page.text
    version = _API_VERSION.search(text[:4000])
    if not (text.lstrip().startswith("{") and version and _API_PART.search(text)):
        return None
    title = re.search(r'"title"\s*:\s*"([^"]{0,80})"', text)
    return version.group().replace('"', "") + (f", {title.group(1)}" if title else "")


def phpinfo(page: Page) -> str | None:
    """What phpinfo() prints."""
    parsed = document(page)
    heading = next((n.text() for n in parsed.tree.css("h1.p, h1") if n.text().startswith("PHP Version")), "")
    rows = {node.text().strip() for node in parsed.tree.css("td.e")}
    return " ".join(heading.split()) if heading and len({"System", "Server API", "Build Date"} & rows) >= 2 else None


def apache_status(page: Page) -> str | None:
    """Apache's server-status."""
    parsed = document(page)
    headings = [node.text().strip() for node in parsed.tree.css("h1")]
    terms = " ".join(node.text() for node in parsed.tree.css("dt"))
    if not any(h.startswith("Apache Server Status for") or h == "Apache Status" for h in headings):
        return None
    version = re.search(r"Server Version: (\S+(?: \([^)]{1,40}\))?)", terms)
    return version.group(1) if version and re.search(r"Server uptime|CPU Usage|Restart Time", terms) else None


def nginx_status(page: Page) -> str | None:
    """What nginx's stub_status prints."""
    match = _NGINX.match(page.text.strip())
    return "Active connections" if match else None


def tomcat_examples(page: Page) -> str | None:
    """The example applications that come with Tomcat."""
    parsed = document(page)
    hrefs = [node.attributes.get("href") or "" for node in parsed.tree.css("a[href]")]
    told = parsed.title == "Apache Tomcat Examples" or any(
        n.text() == "Apache Tomcat Examples" for n in parsed.tree.css("h3, h1")
    )
    return "Apache Tomcat Examples" if told and any(h.startswith(("servlets", "jsp")) for h in hrefs) else None


def framework(page: Page) -> str | None:
    """The framework whose debugging shows itself in a page, by `marks.toml`."""
    text = page.text
    for mark in toml_of("debug-pages", "marks.toml")["framework"]:
        if all(part in text for part in mark["all"]) and any(part in text for part in mark["any"]):
            return str(mark["id"])
    return None
