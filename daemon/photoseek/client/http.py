"""aiohttp, without the system's certificates. This room takes it from here.

When it is imported aiohttp reads them: 55 ms and 2 MiB for connections that the client never makes. The file that
OpenSSL takes them from is named by a variable: SSL_CTX_set_default_verify_paths(3).
"""

import os

_certificates = os.environ.get("SSL_CERT_FILE")
os.environ["SSL_CERT_FILE"] = os.devnull
try:
    import aiohttp
finally:
    del os.environ["SSL_CERT_FILE"]
    if _certificates is not None:
        os.environ["SSL_CERT_FILE"] = _certificates

__all__ = ["aiohttp"]
