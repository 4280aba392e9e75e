"""The county's services beside web servers: each is Debian's own program."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.county.certificates import Authority, issue
from tests.county.servers import Servers, program, python, wait_for
from tests.county.sites import Site

Start = Callable[[Servers, Path, Site, Authority], int]
"""Starts a service for a site and gives the port on which it listens."""


def _redis(running: Servers, folder: Path, site: Site, _authority: Authority) -> int:
    running.start("redis-server", "--bind", site.address, "--protected-mode", "no", "--save", "", "--dir", str(folder))
    return 6379


def _redis_guarded(running: Servers, folder: Path, site: Site, _authority: Authority) -> int:
    running.start("redis-server", "--bind", site.address, "--requirepass", "x", "--save", "", "--dir", str(folder))
    return 6379


def _memcached(running: Servers, _folder: Path, site: Site, _authority: Authority) -> int:
    running.start("memcached", "-l", site.address, "-u", "root", "-m", "8", "-U", "0")
    return 11211


def _rsync(running: Servers, folder: Path, site: Site, _authority: Authority) -> int:
    (folder / "shared").mkdir(exist_ok=True)
    configuration = folder / "rsyncd.conf"
    configuration.write_text(f"use chroot = no\n[oa]\npath = {folder}/shared\nread only = yes\n")
    running.start("rsync", "--daemon", "--no-detach", f"--config={configuration}", f"--address={site.address}")
    return 873


def _vsftpd(running: Servers, folder: Path, site: Site, _authority: Authority) -> int:
    root = folder / "ftp"
    root.mkdir(mode=0o755)
    configuration = folder / "vsftpd.conf"
    configuration.write_text(
        f"listen=YES\nlisten_address={site.address}\nbackground=NO\nseccomp_sandbox=NO\nanonymous_enable=YES\n"
        f"local_enable=NO\nanon_root={root}\nsecure_chroot_dir={root}\n"
    )
    running.start("vsftpd", str(configuration))
    return 21


def _sshd(running: Servers, folder: Path, site: Site, _authority: Authority) -> int:
    Path("/run/sshd").mkdir(exist_ok=True)
    key = folder / "ssh-host-key"
    subprocess.run([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    options = ["UsePAM=no", f"PidFile={folder}/sshd.pid", f"ListenAddress={site.address}"]
    options += ["KexAlgorithms=curve25519-sha256,diffie-hellman-group1-sha1", f"HostKey={key}"]
    running.start("sshd", "-D", "-e", "-f", "/dev/null", *(word for option in options for word in ("-o", option)))
    return 22


def _openssl(running: Servers, _folder: Path, site: Site, authority: Authority) -> int:
    certificate, key = issue(authority, site.certificate, site.asset)
    command = ["s_server", "-accept", f"{site.address}:443", "-cert", str(certificate), "-cert_chain", str(certificate)]
    command += ["-key", str(key), "-www", "-min_protocol", "TLSv1", "-cipher", "ALL:@SECLEVEL=0", "-quiet"]
    running.start("openssl", *command)
    return 443


def _mail(running: Servers, folder: Path, site: Site, authority: Authority) -> int:
    command = [python(), "-m", "aiosmtpd", "-n", "-l", f"{site.address}:25", "-c", "aiosmtpd.handlers.Sink"]
    if site.certificate:
        certificate, key = issue(authority, site.certificate, site.asset)
        command += ["--tlscert", str(certificate), "--tlskey", str(key), "--no-requiretls"]
    running.start(*command, cwd=folder)
    return 25


SERVICES: dict[str, Start] = {
    "redis": _redis,
    "redis-guarded": _redis_guarded,
    "memcached": _memcached,
    "rsync": _rsync,
    "vsftpd": _vsftpd,
    "sshd": _sshd,
    "openssl": _openssl,
    "mail": _mail,
}


def start_service(running: Servers, folder: Path, site: Site, authority: Authority) -> None:
    """Start a site's service and wait until it listens."""
    wait_for(site.address, SERVICES[site.service](running, folder, site, authority))
