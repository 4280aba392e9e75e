"""Which Sigma log source a Windows event is of: channel → service, service and event number → category."""

_SERVICES = {
    "application": "application",
    "security": "security",
    "system": "system",
    "setup": "setup",
    "windows powershell": "powershell-classic",
    "powershellcore/operational": "powershell",
    "microsoft-windows-powershell/operational": "powershell",
    "microsoft-windows-sysmon/operational": "sysmon",
    "microsoft-windows-taskscheduler/operational": "taskscheduler",
    "microsoft-windows-wmi-activity/operational": "wmi",
    "microsoft-windows-windows defender/operational": "windefend",
    "microsoft-windows-applocker/msi and script": "applocker",
    "microsoft-windows-applocker/exe and dll": "applocker",
    "microsoft-windows-applocker/packaged app-deployment": "applocker",
    "microsoft-windows-applocker/packaged app-execution": "applocker",
    "microsoft-windows-appxdeploymentserver/operational": "appxdeployment-server",
    "microsoft-windows-appxpackaging/operational": "appxpackaging-om",
    "microsoft-windows-appmodel-runtime/admin": "appmodel-runtime",
    "microsoft-windows-bits-client/operational": "bits-client",
    "microsoft-windows-codeintegrity/operational": "codeintegrity-operational",
    "microsoft-windows-dns-client/operational": "dns-client",
    "dns server": "dns-server",
    "microsoft-windows-dns-server/analytical": "dns-server-analytic",
    "microsoft-windows-driverframeworks-usermode/operational": "driver-framework",
    "microsoft-windows-windows firewall with advanced security/firewall": "firewall-as",
    "microsoft-windows-ldap-client/debug": "ldap",
    "microsoft-windows-lsa/operational": "lsa-server",
    "msexchange management": "msexchange-management",
    "microsoft-windows-ntlm/operational": "ntlm",
    "openssh/operational": "openssh",
    "microsoft-windows-printservice/admin": "printservice-admin",
    "microsoft-windows-printservice/operational": "printservice-operational",
    "microsoft-windows-security-mitigations/kernelmode": "security-mitigations",
    "microsoft-windows-security-mitigations/usermode": "security-mitigations",
    "microsoft-windows-shell-core/operational": "shell-core",
    "microsoft-windows-smbclient/security": "smbclient-security",
    "microsoft-windows-smbclient/connectivity": "smbclient-connectivity",
    "microsoft-windows-smbserver/connectivity": "smbserver-connectivity",
    "microsoft-windows-terminalservices-localsessionmanager/operational": "terminalservices-localsessionmanager",
    "microsoft-windows-vhdmp-operational": "vhdmp",
    "microsoft-servicebus-client": "microsoft-servicebus-client",
    "microsoft-windows-certificateservicesclient-lifecycle-system/operational": "certificateservicesclient-lifecycle-system",
    "microsoft-windows-capi2/operational": "capi2",
    "microsoft-windows-diagnosis-scripted/operational": "diagnosis-scripted",
    "microsoft-windows-hyper-v-worker": "hyper-v-worker",
    "microsoft-windows-iis-configuration/operational": "iis-configuration",
    "microsoft-windows-kernel-event-tracing": "kernel-event-tracing",
    "microsoft-windows-kernel-shimengine/operational": "kernel-shimengine",
}
_SYSMON = {
    "1": "process_creation",
    "2": "file_change",
    "3": "network_connection",
    "4": "sysmon_status",
    "5": "process_termination",
    "6": "driver_load",
    "7": "image_load",
    "8": "create_remote_thread",
    "9": "raw_access_thread",
    "10": "process_access",
    "11": "file_event",
    "13": "registry_set",
    "14": "registry_rename",
    "15": "create_stream_hash",
    "16": "sysmon_status",
    "17": "pipe_created",
    "18": "pipe_created",
    "19": "wmi_event",
    "20": "wmi_event",
    "21": "wmi_event",
    "22": "dns_query",
    "23": "file_delete",
    "24": "clipboard_capture",
    "25": "process_tampering",
    "26": "file_delete_detected",
    "27": "file_block_executable",
    "28": "file_block_shredding",
    "29": "file_executable_detected",
    "255": "sysmon_error",
}
_OTHERS = {
    ("security", "4688"): "process_creation",
    ("powershell", "4103"): "ps_module",
    ("powershell", "4104"): "ps_script",
    ("powershell-classic", "400"): "ps_classic_start",
    ("powershell-classic", "600"): "ps_classic_provider_start",
    ("powershell-classic", "800"): "ps_classic_script",
}


def service_of(channel: str, provider: str = "") -> str | None:
    """The Sigma service of a channel, None where Sigma names none."""
    service = _SERVICES.get(channel.lower())
    if service is None and provider.lower() == "microsoft-windows-sysmon":
        return "sysmon"
    return service


def category_of(service: str | None, number: str, event_type: str) -> str | None:
    """The Sigma category of an event number in its service, None where Sigma names none."""
    if service == "sysmon":
        if number == "12":
            return "registry_delete" if "delete" in event_type.lower() else "registry_add"
        return _SYSMON.get(number)
    return _OTHERS.get((service or "", number))
