"""Where on a site something stands, said so that it is the same on the next visit."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_PASSING = re.compile(
    r"\A(?:_|t|ts|v|ver|version|r|rnd|rand|random|time|timestamp|sid|token|.*sess(?:ion)?_?id)\Z", re.IGNORECASE
)
_BUILD = re.compile(r"(?<=[.\-_~])(?=[0-9a-f]*\d)[0-9a-f]{6,40}(?=[.\-_])", re.IGNORECASE)


def place_of(url: str) -> str:
    """Path and query without sessions, time stamps and the like: "/list.jsp?id=7"."""
    try:
        parts = urlsplit(url)
        query = sorted((name, value) for name, value in parse_qsl(parts.query) if not _PASSING.match(name))
    except ValueError:
        return url[:200]
    path = _SESSION.sub("", parts.path) or "/"
    return path + (f"?{urlencode(query)}" if query else "")


def script_place(url: str) -> str:
    """Path of a script with the marks of a build made plain: "/js/app.3f2a1b9c.js" is "/js/app.*.js"."""
    return _BUILD.sub("*", place_of(url).partition("?")[0])
