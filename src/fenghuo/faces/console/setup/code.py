"""The one-time code that guards the first start: who can read the terminal of `fenghuo up` may set the platform up."""

import secrets

from fenghuo.base.common.secrets import key_file
from fenghuo.base.common.settings import settings
from fenghuo.faces.console.models import SiteProfile

_FILE = "setup.code"


def is_set_up() -> bool:
    """Whether the first start is done."""
    return SiteProfile.objects.filter(set_up_at__isnull=False).exists()


def ensure_code() -> str | None:
    """The code of this installation, made at the first call and kept in `keys/setup.code`; None once it is set up."""
    if is_set_up():
        return None
    return key_file(_FILE, make=secrets.token_urlsafe(24).encode()).decode()


def is_code(given: str) -> bool:
    """Whether `given` opens the first start now; False for everything once it is set up or where no code was made."""
    if is_set_up():
        return False
    try:
        code = key_file(_FILE)
    except FileNotFoundError:
        return False
    return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), code)


def forget_code() -> None:
    """Remove the code, after the first start is done."""
    (settings().keys / _FILE).unlink(missing_ok=True)
