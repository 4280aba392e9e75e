"""Public lists as their publishers write them; only what concerns products that we can see is taken."""

import gzip
import json
from pathlib import Path

import pytest

from fenghuo.see.screening.content import exploited, products
from fenghuo.see.screening.content.merging import Lists, merged
from fenghuo.see.screening.content.public import BadList, read_cnnvd, read_epss, read_kev, read_nvd
from fenghuo.see.screening.content.versions import mended_in

KEV = {
    "title": "CISA Catalog of Known Exploited Vulnerabilities",
    "catalogVersion": "2026.11.25",
    "count": 3,
    "vulnerabilities": [
        {
            "cveID": "CVE-2026-10001",
            "vendorProject": "Apache",
            "product": "Tomcat",
            "vulnerabilityName": "Apache Tomcat Remote Code Execution Vulnerability",
            "knownRansomwareCampaignUse": "Known",
        },
        {
            "cveID": "CVE-2026-10002",
            "vendorProject": "Grafana Labs",
            "product": "Grafana",
            "vulnerabilityName": "Grafana",
        },
        {"cveID": "CVE-2026-10003", "vendorProject": "Apple", "product": "iOS", "vulnerabilityName": "Apple iOS"},
        {"cveID": "CVE-2026-10004", "vendorProject": "GitLab", "product": "GitLab", "vulnerabilityName": "GitLab"},
        {"cveID": "../../etc"},
    ],
}


def match(criteria: str, **bounds: object) -> dict[str, object]:
    return {"vulnerable": True, "criteria": criteria, **bounds}


def cve(name: str, matches: list[dict[str, object]], score: float) -> dict[str, object]:
    return {
        "cve": {
            "id": name,
            "configurations": [{"nodes": [{"operator": "OR", "cpeMatch": matches}]}],
            "metrics": {"cvssMetricV31": [{"cvssData": {"baseScore": score}}]},
        }
    }


NVD = {
    "format": "NVD_CVE",
    "vulnerabilities": [
        cve(
            "CVE-2026-10001",
            [
                match(
                    "cpe:2.3:a:apache:tomcat:*:*:*:*:*:*:*:*",
                    versionStartIncluding="9.0.0",
                    versionEndExcluding="9.0.200",
                ),
                match(
                    "cpe:2.3:a:apache:tomcat:*:*:*:*:*:*:*:*",
                    versionStartIncluding="10.1.0",
                    versionEndIncluding="10.1.99",
                ),
                match("cpe:2.3:a:apache:tomcat:11.0.0:milestone5:*:*:*:*:*:*"),
                {"vulnerable": False, "criteria": "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*"},
                match("cpe:2.3:a:somebody:else:*:*:*:*:*:*:*:*", versionEndExcluding="2"),
            ],
            9.8,
        ),
        cve("CVE-2026-10002", [match("cpe:2.3:a:grafana:grafana:12.0.1:*:*:*:*:*:*:*")], 7.5),
        cve("CVE-2026-10003", [match("cpe:2.3:o:apple:iphone_os:*:*:*:*:*:*:*:*", versionEndExcluding="26")], 9.9),
        cve("CVE-2026-99999", [match("cpe:2.3:a:php:php:*:*:*:*:*:*:*:*", versionEndExcluding="9")], 9.9),
    ],
}
CNNVD = """<?xml version="1.0" encoding="UTF-8"?>
<cnnvd xmlns="http://www.cnnvd.example/schema"><entry><name>Apache Tomcat 代码执行漏洞</name><vuln-id>CNNVD-202611-0001</vuln-id>
<vuln-descript>某组织 &lt;b&gt; 发现</vuln-descript><other-id><cve-id>CVE-2026-10001</cve-id></other-id></entry>
<entry><name>无编号</name><vuln-id>CNNVD-202611-0002</vuln-id></entry></cnnvd>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "aaaa"><!ENTITY y "&x;&x;">]><cnnvd><entry><name>&y;</name></entry></cnnvd>"""
EPSS = """#model_version:v2026.01.01,score_date:2026-11-25T00:00:00+0000
cve,epss,percentile
CVE-2026-10001,0.94321,0.999
CVE-1999-0001,0.01,0.5
broken
"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def lists(folder: Path) -> Lists:
    return Lists(
        kev=tuple(read_kev(written(folder, "kev.json", json.dumps(KEV)))),
        epss=read_epss(written(folder, "epss.csv.gz", gzip.compress(EPSS.encode()))),
        nvd=read_nvd(written(folder, "nvd.json.gz", gzip.compress(json.dumps(NVD).encode()))),
        cnnvd=read_cnnvd(written(folder, "cnnvd.xml", CNNVD)),
    )


def test_lists_become_faults_of_products_that_we_can_see(tmp_path: Path) -> None:
    found = merged(lists(tmp_path), products.by_cpe(), [])
    by_id = {one["id"]: one for one in found}
    assert set(by_id) == {"CVE-2026-10001", "CVE-2026-10002", "CVE-2026-10004"}
    tomcat, grafana, gitlab = (by_id[f"CVE-2026-1000{n}"] for n in (1, 2, 4))
    assert (tomcat["product"], tomcat["severity"], tomcat["epss"]) == ("tomcat", "critical", 0.94321)
    assert (tomcat["zh"], tomcat["also"], tomcat["ransomware"]) == (
        "Apache Tomcat 代码执行漏洞",
        ["CNNVD-202611-0001"],
        True,
    )
    assert (grafana["severity"], gitlab["product"], "affected" in gitlab) == ("high", "gitlab", False)


def test_ranges_mean_what_they_meant(tmp_path: Path) -> None:
    faults = {
        one.id: one for one in exploited.read({"a.json": {"fault": merged(lists(tmp_path), products.by_cpe(), [])}})
    }
    tomcat, grafana = faults["CVE-2026-10001"], faults["CVE-2026-10002"]
    said = {
        version: tomcat.fixed_in(version)
        for version in ("8.5.1", "9.0.199", "9.0.200", "10.1.99", "10.1.100", "11.0.1")
    }
    assert said == {
        "8.5.1": None,
        "9.0.199": "9.0.200",
        "9.0.200": None,
        "10.1.99": "10.1.99+",
        "10.1.100": None,
        "11.0.1": None,
    }
    assert mended_in("10.1.99+") == "> 10.1.99"
    assert grafana.fixed_in("12.0.1") == "12.0.1+"
    assert grafana.fixed_in("12.0.2") is None


def test_chances_and_numbers_are_added_to_what_is_known(tmp_path: Path) -> None:
    known = exploited.exploited()["tomcat"]
    chances = {one.id: 0.9 for one in known}
    laid = merged(Lists(epss=chances), {}, known)
    both = exploited.read(
        {"a.toml": {"fault": [dict(laid[0], affected=[["1", "2"]], zh="名", also=["A"])]}, "b.json": {"fault": laid}}
    )
    assert {one.epss for one in both} == {0.9}
    first = next(one for one in both if one.id == laid[0]["id"])
    assert (first.affected, first.title_zh, first.also) == ((("1", "2"),), "名", ("A",))
    again = merged(Lists(), {}, [], laid)
    assert again == laid, "what was laid over earlier stays"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"vulnerabilities": 3}', "<html>404</html>"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, "x", text)
    for read in (read_kev, read_nvd, read_epss, read_cnnvd):
        with pytest.raises(BadList):
            read(path)


def test_xml_with_a_document_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadList, match="DOCTYPE"):
        read_cnnvd(written(tmp_path, "bomb.xml", BOMB))


def test_a_list_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fenghuo.see.screening.content.public.MOST_BYTES", 1000)
    with pytest.raises(BadList):
        read_epss(written(tmp_path, "epss.gz", gzip.compress(b"cve,epss\n" + b"a" * 100_000)))
