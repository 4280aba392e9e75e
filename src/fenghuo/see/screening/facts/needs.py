"""Every kind of fact, once; a collector of `fetch` makes each, and checks name those that they need."""

from fenghuo.see.screening.facts.base import CheckClass, Need
from fenghuo.see.screening.facts.network import (
    MailPolicy,
    Names,
    OverIPv6,
    Registration,
    Ssh,
    TlsFacts,
    Transfer,
)
from fenghuo.see.screening.facts.page import Page
from fenghuo.see.screening.facts.site import Baseline, Links, Origins, Pages, Variants, Visits

HOME = Need("home", Page, CheckClass.VISIT, http=4)
"""The home page as a visitor gets it: from the registered address, redirects followed inside the permit."""
PLAIN = Need("plain", Page, CheckClass.VISIT, http=1)
"""First answer of http://host/."""
SECURE = Need("secure", Page, CheckClass.VISIT, http=1)
"""First answer of https://host/; the certificate is not judged here."""
MISSING = Need("missing", Page, CheckClass.VISIT, http=1)
"""Answer to a random path: how the site says that there is nothing."""
ICON = Need("icon", Page, CheckClass.VISIT, http=1)
"""The icon that the home page names on its own host, else /favicon.ico: products have their own."""
SCRIPTS = Need("scripts", Pages, CheckClass.VISIT, http=6)
"""Scripts of the same host that the home page loads."""
PAGES = Need("pages", Pages, CheckClass.VISIT, http=10)
"""Pages one and two links away from the home page, by budget; documents (xls, xlsx, doc, docx, pdf, csv) too."""
VARIANTS = Need("variants", Variants, CheckClass.VISIT, http=4)
ORIGINS = Need("origins", Origins, CheckClass.VISIT, http=2)
LINKS = Need("links", Links, CheckClass.VISIT, http=8)
OVER_IPV6 = Need("over-ipv6", OverIPv6, CheckClass.VISIT, http=1)
TLS = Need("tls", TlsFacts, CheckClass.TRANSPORT, tls=11)
NAMES = Need("names", Names, CheckClass.LOOKUP, other=16)
OUTSIDE_NAMES = Need("outside-names", tuple, CheckClass.LOOKUP, other=40)
"""tuple[OutsideName, ...]: hosts of scripts, frames and links of the home page that the register does not know."""
TRANSFER = Need("transfer", Transfer, CheckClass.NAMES, other=4)
MAIL_POLICY = Need("mail-policy", MailPolicy, CheckClass.LOOKUP, other=16)
MAIL_SERVERS = Need("mail-servers", tuple, CheckClass.MAIL, other=3)
"""tuple[MailServer, ...]: at most three exchangers that the permit allows."""
PORTS = Need("ports", tuple, CheckClass.PORTS, other=40)
"""tuple[Port, ...]: every port of the fixed list."""
HELLOS = Need("hellos", tuple, CheckClass.SERVICES, other=12)
"""tuple[Hello, ...]: a read-only hello to each open port of a known service."""
SSH = Need("ssh", Ssh, CheckClass.SERVICES, other=2)
REGISTRATION = Need("registration", Registration, CheckClass.LOOKUP, other=1)
BASELINE = Need("baseline", Baseline, CheckClass.VISIT, stored=True)
VISITS = Need("visits", Visits, CheckClass.VISIT, stored=True)

NEEDS = (
    HOME,
    PLAIN,
    SECURE,
    MISSING,
    ICON,
    SCRIPTS,
    PAGES,
    VARIANTS,
    ORIGINS,
    LINKS,
    OVER_IPV6,
    TLS,
    NAMES,
    OUTSIDE_NAMES,
    TRANSFER,
    MAIL_POLICY,
    MAIL_SERVERS,
    PORTS,
    HELLOS,
    SSH,
    REGISTRATION,
    BASELINE,
    VISITS,
)
