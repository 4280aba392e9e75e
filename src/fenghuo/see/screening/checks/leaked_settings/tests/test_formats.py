"""Keys are read, values stay hidden, and examples without secrets are not called secrets."""

import pytest

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.leaked_settings import samples
from fenghuo.see.screening.checks.leaked_settings.check import CHECK
from fenghuo.see.screening.checks.leaked_settings.formats import settings_of


@pytest.mark.parametrize(
    ("text", "kind", "secrets"),
    [
        (samples.ENV, "env", [("DB_PASSWORD", "Fh…(9)")]),
        (samples.WEB_CONFIG, "web.config", [("Main/Password", "Jy…(7)")]),
        (samples.WEB_XML, "web.xml", []),
        (samples.YAML, "yaml", [("password", "Oa…(8)")]),
        (samples.PHP, "php", [("cfg_dbpwd", "de…(8)")]),
        (samples.JSON, "appsettings", [("Db/Pwd", "Aa…(8)")]),
        ("<?php\ndefine( 'DB_PASSWORD', 'p4ss-w0rd' );\ndefine('AUTH_KEY', '');", "php", [("DB_PASSWORD", "p4…(9)")]),
        ("<?php\nreturn [\n 'hostname' => 'db',\n 'password' => 'root123',\n];", "php", [("password", "ro…(7)")]),
        ("DB_HOST=x\nDB_PASSWORD=your_password\nJWT_SECRET_EXPIRE=3600\n", "env", []),
        ("\ufeffAPP_ENV=prod\r\nREDIS_PASSWORD='r3dis!x'\r\n", "env", [("REDIS_PASSWORD", "r3…(7)")]),
    ],
)
def test_secrets_by_key(text: str, kind: str, secrets: list[tuple[str, str]]) -> None:
    found = settings_of(text, kind)
    assert found is not None
    assert list(found.secrets) == secrets


def test_no_value_is_ever_shown() -> None:
    shown = "".join(f.evidence for s in samples.SAMPLES for f in judge(CHECK, s.facts).findings)
    for secret in ("Fh#2024jy", "Jy@9527", "Oa_2023!", "dede2019", "Aa123456"):
        assert secret not in shown
