"""aiohttp, imported for connections within this computer. By ``client`` and ``api``, before anything else imports it.

When it is imported aiohttp reads the system's certificates, twice: 55 ms at least and 2 MiB, for connections that
neither client nor daemon make with it (a download is a process of its own). The file that OpenSSL takes them from is
named by a variable: SSL_CTX_set_default_verify_paths(3).
"""

import os

from photoseek.environment import variables

with variables(SSL_CERT_FILE=os.devnull):
    import aiohttp

__all__ = ["aiohttp"]
