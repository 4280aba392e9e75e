"""The same real programs as the service tests."""

from tests.service.conftest import daemon, mail_sink, nginx, platform, rsyslog

__all__ = ["daemon", "mail_sink", "nginx", "platform", "rsyslog"]
