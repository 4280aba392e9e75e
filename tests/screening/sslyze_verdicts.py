"""What sslyze says of servers; it runs in the oracle's environment.

Arguments: a file of trusted roots. Input: JSON list of {"name", "host", "port"}. Output: JSON, name → {"versions", "trusted", "why"}.
"""

import json
import sys
from pathlib import Path

from sslyze import ScanCommandsExtraArguments, Scanner, ServerNetworkLocation, ServerScanRequest
from sslyze.plugins.certificate_info.implementation import CertificateInfoExtraArgument
from sslyze.plugins.scan_commands import ScanCommand
from sslyze.scanner.models import ServerScanResult

VERSIONS = {
    "SSLv3": ScanCommand.SSL_3_0_CIPHER_SUITES,
    "TLSv1": ScanCommand.TLS_1_0_CIPHER_SUITES,
    "TLSv1.1": ScanCommand.TLS_1_1_CIPHER_SUITES,
    "TLSv1.2": ScanCommand.TLS_1_2_CIPHER_SUITES,
    "TLSv1.3": ScanCommand.TLS_1_3_CIPHER_SUITES,
}


def verdict(result: ServerScanResult) -> dict[str, object]:
    if result.scan_result is None:
        return {"versions": None, "trusted": None, "why": str(result.connectivity_error_trace)[-300:]}
    versions: dict[str, bool] = {}
    suites: list[str] = []
    for name, command in VERSIONS.items():
        attempt = getattr(result.scan_result, command.value)
        if attempt.result is not None:
            versions[name] = attempt.result.is_tls_version_supported
            suites += [one.cipher_suite.name for one in attempt.result.accepted_cipher_suites]
    attempt = result.scan_result.certificate_info
    trusted, why = None, str(attempt.error_reason)
    if attempt.result is not None:
        paths = attempt.result.certificate_deployments[0].path_validation_results
        trusted = any(path.was_validation_successful for path in paths)
        why = "; ".join(str(path.validation_error) for path in paths[-1:])
    return {"versions": versions, "trusted": trusted, "why": why[:300], "suites": suites}


def main(roots: str) -> None:
    servers = json.load(sys.stdin)
    scanner = Scanner(per_server_concurrent_connections_limit=1, concurrent_server_scans_limit=4)
    names = {(one["host"], one["port"]): one["name"] for one in servers}
    trust = ScanCommandsExtraArguments(certificate_info=CertificateInfoExtraArgument(Path(roots)))
    scans = []
    for one in servers:
        scan = ServerScanRequest(
            ServerNetworkLocation(hostname=one["host"], port=one["port"], ip_address="127.0.0.1"),
            scan_commands={ScanCommand.CERTIFICATE_INFO, *VERSIONS.values()},
            scan_commands_extra_arguments=trust,
        )
        scans.append(scan)
    scanner.queue_scans(scans)
    found = {names[(r.server_location.hostname, r.server_location.port)]: verdict(r) for r in scanner.get_results()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
