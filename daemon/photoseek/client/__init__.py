"""Speaks HTTP with the daemon on this computer, for the command line and the tray.

Finds the daemon, proves who asks with the token, and turns error bodies back into the errors they were.
"""

from photoseek.client.client import Client, EventName, PageView
from photoseek.client.connection import Answer, not_running

__all__ = ["Answer", "Client", "EventName", "PageView", "not_running"]
