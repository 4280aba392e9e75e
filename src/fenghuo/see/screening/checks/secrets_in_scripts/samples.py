"""Samples: secrets as they stand in scripts (made up by a generator here), and what looks like them."""

import base64
import hashlib
from typing import Any

from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, SCRIPTS
from fenghuo.see.screening.facts.site import Pages


def random_text(length: int, seed: str, alphabet: str = "") -> str:
    """Letters and digits that look random and are the same each time; nothing here is a key of anything."""
    alphabet = alphabet or "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    stream = b"".join(hashlib.sha256(f"{seed}{i}".encode()).digest() for i in range(length // 32 + 1))
    return "".join(alphabet[byte % len(alphabet)] for byte in stream[:length])


_HEX = "0123456789abcdef"
_ALI = "LTAI" + "5t" + random_text(18, "ali-id")
_ALI_SECRET = random_text(30, "ali-secret")
_WX = "wx" + random_text(16, "wx-id", _HEX)
_KEY = base64.b64encode(b"".join(hashlib.sha256(bytes([i])).digest() for i in range(36))).decode()
_LINES = "\\n".join(_KEY[i : i + 64] for i in range(0, len(_KEY), 64))
PRIVATE = f'var k = "-----BEGIN RSA PRIVATE KEY-----\\n{_LINES}\\n-----END RSA PRIVATE KEY-----";'
BARE = f'enc.setPrivateKey("MIICXAIBAAKB{_KEY[:600]}");'
OSS = f'var c = new OSS({{region:"oss-cn-kunming",accessKeyId:"{_ALI}",accessKeySecret:"{_ALI_SECRET}",bucket:"x"}});'
WECHAT = f'var cfg={{appid:"{_WX}",secret:"{random_text(32, "wx-secret", _HEX)}"}};'
JWT = f'const jwtSecret = "{random_text(24, "jwt")}";'
DATABASE = 'var db = "mysql://oa:Oa_2023!@10.0.0.7:3306/oa";'
LIBRARY = 'var b="-----BEGIN RSA PRIVATE KEY-----\\n";b+=this.wordwrap(this.getBaseKeyB64())+"\\n";b+="-----END RSA PRIVATE KEY-----";'
MANUAL = 'AWS={accessKeyId:"AKIAIOSFODNN7EXAMPLE",secretAccessKey:"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}'
SIGNED = f'form.append("OSSAccessKeyId","{_ALI}");form.append("signature",data.signature);'
PUBLIC = f'var pub="MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ{_KEY[:170]}";enc.setPublicKey(pub);'
PLACEHOLDERS = (
    'appSecret:"your-app-secret-goes-here-000000";jwtSecret="xxxxxxxxxxxxxxxx";u="mysql://user:password@host/db"'
)


def script(body: str | bytes, name: str = "app.js", **more: Any) -> Page:
    """A script of the site."""
    return page(body, url=f"{SITE}js/{name}", headers={"Content-Type": "application/javascript"}, **more)


def _with(*scripts: Page | Failure, home: Page | Failure | None = None) -> Facts:
    by_address = {f"{SITE}js/{i}.js": one for i, one in enumerate(scripts)}
    return facts({HOME: home or page(html("<p>首页</p><script>var a=1</script>")), SCRIPTS: Pages(by_address)})


SAMPLES = [
    Sample("nothing secret", _with(script("function a(){return 1}")), "pass"),
    Sample("no scripts at all", _with(), "pass"),
    Sample("private key", _with(script(PRIVATE)), ["private-key"]),
    Sample("private key without dashes", _with(script(BARE)), ["private-key"]),
    Sample("Aliyun key with its secret", _with(script(OSS)), ["cloud-key"]),
    Sample("in the page itself", _with(home=page(html(f"<script>{OSS}</script>"))), ["cloud-key"]),
    Sample("WeChat", _with(script(WECHAT.encode("gb18030"))), ["app-secret"]),
    Sample("signing secret", _with(script(JWT)), ["token-secret"]),
    Sample("database address", _with(script(DATABASE)), ["database-url"]),
    Sample("found beside a script that did not come", _with(Failure(Why.RESET), script(DATABASE)), ["database-url"]),
    Sample("a library that writes keys", _with(script(LIBRARY)), "pass"),
    Sample("a key of the manual", _with(script(MANUAL)), "pass"),
    Sample("an upload that the server signed", _with(script(SIGNED)), "pass"),
    Sample("a public key", _with(script(PUBLIC)), "pass"),
    Sample("placeholders", _with(script(PLACEHOLDERS)), "pass"),
    Sample("an article that shows a key", _with(home=page(html(f"<p>{DATABASE}</p>"))), "pass"),
    Sample(
        "a page under a script's address", _with(page(html(f"<script>{DATABASE}</script>"), url=SITE + "x")), "pass"
    ),
    Sample("a script that is gone", _with(script("", status=404)), "pass"),
    Sample("half a script", _with(script("function a(){", cut=True)), "could-not-test"),
    Sample("a firewall took a script", _with(script(html("请求被拦截"), status=403)), "could-not-test"),
    Sample("one script did not come", _with(script("var a"), Failure(Why.TIMED_OUT)), "could-not-test"),
]
