"""A server for SSL 3.0, RC4 and 3DES; it runs in the oracle's environment, whose tlslite-ng still speaks them.

Arguments: port, certificate chain, key, oldest version, newest version (0 to 3), names of ciphers with commas.
"""

import socket
import sys
import threading

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey


def main(port: str, chain: str, key: str, oldest: str, newest: str, ciphers: str) -> None:
    certificates = X509CertChain()
    with open(chain, encoding="ascii") as text:
        certificates.parsePemList(text.read())
    with open(key, encoding="ascii") as text:
        private = parsePEMKey(text.read(), private=True)
    settings = HandshakeSettings()
    settings.minVersion, settings.maxVersion = (3, int(oldest)), (3, int(newest))
    settings.versions = [(3, number) for number in range(int(newest), int(oldest) - 1, -1)]
    settings.cipherNames = ciphers.split(",")
    settings.macNames = ["sha", "sha256", "md5", "aead"]

    def talk(connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            TLSConnection(connection).handshakeServer(certChain=certificates, privateKey=private, settings=settings)
        except Exception as error:  # noqa: BLE001 - whatever a client does, the next one is served
            print(type(error).__name__, error)
        finally:
            connection.close()

    with socket.create_server(("127.0.0.1", int(port)), backlog=64) as listening:
        while True:
            threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
