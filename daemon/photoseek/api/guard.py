"""Who may ask: only this person, only from this computer. Judges every request before anything else is done with it.

Used by the server for every request, whether there is such a route or not. Pure; runs in the event loop.

Host keeps out other names that were pointed at this computer (DNS rebinding); Origin and Sec-Fetch-Site keep out other
pages in this person's browser; the token keeps out other people and their programs. Through the socket file, which only
this person can open, no token is asked for.
"""

from collections.abc import Collection

from aiohttp import web

from photoseek.api.keys import Keys
from photoseek.api.listening import is_own_process
from photoseek.api.refusals import RefusedError

# "none": a person typed the address or opened a bookmark.
_OWN_SITES = frozenset({"same-origin", "none"})
# A link to the page, followed in a tab of its own. `photoseek open` comes this way too: for a browser a file is
# another site.
_FOLLOWED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
_PAGE = "/"
# There is no port; clients name the host of the address that they were given: `curl --unix-socket … http://localhost/`.
_HOST_OF_THE_SOCKET_FILE = frozenset({"localhost"})


class Guard:
    """The judge of one listening port.

    Args:
        keys: Those that fit.
        port: TCP port that the server listens on.
        open_paths: What is answered without a key: it holds no private data.
    """

    def __init__(self, keys: Keys, port: int, open_paths: Collection[str]) -> None:
        self._keys = keys
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self._open_paths = frozenset(open_paths)

    def judge(self, request: web.BaseRequest) -> bool:
        """Let the request pass or refuse it: Host first, then Origin, then the key.

        Returns:
            Whether it comes from this person for certain; what is open to everybody may come from anybody.

        Raises:
            RefusedError: It may not pass.
        """
        own = request.transport is not None and is_own_process(request.transport.get_extra_info("socket"))
        host = self._judge_host(request, self._hosts | _HOST_OF_THE_SOCKET_FILE if own else self._hosts)
        _judge_origin(request, host)
        if own:
            return True
        if _path_as_sent(request) in self._open_paths:
            return False
        self._judge_key(request)
        return True

    def _judge_host(self, request: web.BaseRequest, allowed: Collection[str]) -> str:
        hosts = [host.lower() for host in request.headers.getall("Host", [])]
        # "GET http://elsewhere/ HTTP/1.1": what stands in the address overrides Host (RFC 9112, 3.2.2).
        named_in_address = not request.raw_path.startswith(("/", "*"))
        if len(hosts) != 1 or hosts[0] not in allowed or named_in_address:
            hint = "Use the url in daemon.json, with 127.0.0.1 or localhost and the port."
            raise RefusedError("wrong_host", "This is not the host that was asked for.", hint)
        return hosts[0]

    def _judge_key(self, request: web.BaseRequest) -> None:
        given = request.headers.getall("Authorization", [])
        scheme, _, key = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        fits = self._keys.fits(key.strip())
        if scheme.lower() != "bearer" or not fits:
            raise RefusedError(
                "unauthorized",
                "The token is missing or wrong.",
                "Send 'Authorization: Bearer …' with what `photoseek token` prints; a token in a URL counts as none.",
                {"WWW-Authenticate": 'Bearer realm="photoseek"'},
            )


def _judge_origin(request: web.BaseRequest, host: str) -> None:
    origins = {origin.lower() for origin in request.headers.getall("Origin", [])}
    sites = {site.lower() for site in request.headers.getall("Sec-Fetch-Site", [])}
    own = origins <= {f"http://{host}"} and (sites <= _OWN_SITES or _follows_a_link_to_the_page(request))
    if not own:
        raise RefusedError("foreign_origin", "Other sites may not ask photoseek.")


def _follows_a_link_to_the_page(request: web.BaseRequest) -> bool:
    """Whether a browser shows the page in a tab of its own, wherever the link to it stood."""
    followed = all(request.headers.getall(name, []) == [value] for name, value in _FOLLOWED.items())
    return followed and request.method in {"GET", "HEAD"} and _path_as_sent(request) == _PAGE


def _path_as_sent(request: web.BaseRequest) -> str:
    """The path letter for letter: one that would first have to be read (``%2e``, ``/./``) is none of the open ones."""
    return request.raw_path.partition("?")[0]
