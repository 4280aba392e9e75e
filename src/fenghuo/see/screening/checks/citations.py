"""The rules that checks cite: id → title in both languages, where in it, and whether the text was read at its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """A rule: its name and article in Chinese and English. `confirmed` is False where the wording was not read at its source (待核对)."""

    zh: str
    en: str
    confirmed: bool = False


CITATIONS = {
    "csl-21": Citation("《中华人民共和国网络安全法》第二十一条", "Cybersecurity Law, Article 21"),
    "csl-25": Citation("《中华人民共和国网络安全法》第二十五条", "Cybersecurity Law, Article 25"),
    "pipl-51": Citation(
        "《中华人民共和国个人信息保护法》第五十一条", "Personal Information Protection Law, Article 51"
    ),
    "pipl-57": Citation(
        "《中华人民共和国个人信息保护法》第五十七条", "Personal Information Protection Law, Article 57"
    ),
    "dsl-27": Citation("《中华人民共和国数据安全法》第二十七条", "Data Security Law, Article 27"),
    "govapp-4": Citation(
        "《互联网政务应用安全管理规定》第四条", "Regulations on Internet Government Applications (2024), Article 4"
    ),
    "govapp-5": Citation(
        "《互联网政务应用安全管理规定》第五条", "Regulations on Internet Government Applications (2024), Article 5"
    ),
    "govapp-17": Citation(
        "《互联网政务应用安全管理规定》第十七条", "Regulations on Internet Government Applications (2024), Article 17"
    ),
    "govapp-18": Citation(
        "《互联网政务应用安全管理规定》第十八条", "Regulations on Internet Government Applications (2024), Article 18"
    ),
    "govapp-19": Citation(
        "《互联网政务应用安全管理规定》第十九条", "Regulations on Internet Government Applications (2024), Article 19"
    ),
    "govapp-20": Citation(
        "《互联网政务应用安全管理规定》第二十条", "Regulations on Internet Government Applications (2024), Article 20"
    ),
    "gb22239": Citation(
        "GB/T 22239-2019 网络安全等级保护基本要求",
        "GB/T 22239-2019 Baseline for classified protection of cybersecurity",
    ),
    "icp-measures": Citation(
        "《非经营性互联网信息服务备案管理办法》",
        "Measures for the Filing of Non-commercial Internet Information Services",
    ),
    "psb-filing": Citation(
        "《计算机信息网络国际联网安全保护管理办法》",
        "Measures for Security Protection of International Networking of Computer Networks",
    ),
    "goba-2017-47": Citation(
        "国办发〔2017〕47号《政府网站发展指引》",
        "General Office of the State Council, 2017 No. 47: Guidelines for Government Websites",
    ),
    "goba-2019-19": Citation(
        "国办秘函〔2019〕19号（政府网站检查指标）",
        "General Office of the State Council, 2019 No. 19 (inspection of government websites)",
    ),
    "rfc9116": Citation("RFC 9116（security.txt）", "RFC 9116 (security.txt)", confirmed=True),
    "rfc7208": Citation("RFC 7208（SPF）", "RFC 7208 (SPF)", confirmed=True),
    "rfc7489": Citation("RFC 7489（DMARC）", "RFC 7489 (DMARC)", confirmed=True),
    "rfc8996": Citation("RFC 8996（停用 TLS 1.0 和 1.1）", "RFC 8996 (deprecating TLS 1.0 and 1.1)", confirmed=True),
    "rfc6797": Citation("RFC 6797（HSTS）", "RFC 6797 (HSTS)", confirmed=True),
    "rfc4035": Citation("RFC 4035（DNSSEC）", "RFC 4035 (DNSSEC)", confirmed=True),
    "rfc8659": Citation("RFC 8659（CAA）", "RFC 8659 (CAA)", confirmed=True),
    "rfc3207": Citation("RFC 3207（SMTP 的 STARTTLS）", "RFC 3207 (STARTTLS for SMTP)", confirmed=True),
    "rfc5280": Citation("RFC 5280（X.509 证书）", "RFC 5280 (X.509 certificates)", confirmed=True),
    "rfc9525": Citation("RFC 9525（TLS 中的服务名称核对）", "RFC 9525 (service identity in TLS)", confirmed=True),
    "rfc9325": Citation("RFC 9325（TLS 安全使用建议）", "RFC 9325 (recommendations for TLS)", confirmed=True),
    "rfc6265": Citation("RFC 6265（Cookie）", "RFC 6265 (cookies)", confirmed=True),
    "w3c-mixed-content": Citation("W3C《混合内容》规范", "W3C Mixed Content", confirmed=True),
    "whatwg-fetch": Citation("WHATWG Fetch 标准（跨域资源共享）", "WHATWG Fetch Standard (CORS)", confirmed=True),
    "gbt39786": Citation(
        "GB/T 39786-2021 信息系统密码应用基本要求",
        "GB/T 39786-2021 Baseline for information system cryptography application",
    ),
    "ipv6-plan": Citation(
        "《推进互联网协议第六版（IPv6）规模部署行动计划》", "Action Plan for the Large-scale Deployment of IPv6"
    ),
    "cn-domains": Citation("《互联网域名管理办法》", "Measures for the Administration of Internet Domain Names"),
}
