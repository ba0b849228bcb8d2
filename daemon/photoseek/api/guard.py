"""Who may ask: only this person, only from this computer. Judges every request before anything else is done with it.

Used by the server for every request, whether there is such a route or not. Pure; runs in the event loop.

Host keeps out other names that were pointed at this computer (DNS rebinding); Origin and Sec-Fetch-Site keep out other
pages in this person's browser; the token keeps out other people and their programs.
"""

import hmac

from aiohttp import web

from photoseek.api.refusals import RefusedError

# Holds no private data; the page's own files will stand beside it.
_OPEN_PATHS = frozenset({"/healthz"})
# "none": a person typed the address or opened a bookmark.
_OWN_SITES = frozenset({"same-origin", "none"})


class Guard:
    """The judge of one listening port.

    Args:
        token: The key; compared in constant time.
        port: TCP port that the server listens on.
    """

    def __init__(self, token: str, port: int) -> None:
        self._token = token.encode()
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    def judge(self, request: web.BaseRequest) -> None:
        """Let the request pass or refuse it: Host first, then Origin, then the token.

        Raises:
            RefusedError: It may not pass.
        """
        host = self._judge_host(request)
        _judge_origin(request, host)
        if request.path not in _OPEN_PATHS:
            self._judge_token(request)

    def _judge_host(self, request: web.BaseRequest) -> str:
        hosts = [host.lower() for host in request.headers.getall("Host", [])]
        # "GET http://elsewhere/ HTTP/1.1": what stands in the address overrides Host (RFC 9112, 3.2.2).
        named_in_address = not request.raw_path.startswith(("/", "*"))
        if len(hosts) != 1 or hosts[0] not in self._hosts or named_in_address:
            hint = "Use the url in daemon.json, with 127.0.0.1 or localhost and the port."
            raise RefusedError("wrong_host", "This is not the host that was asked for.", hint)
        return hosts[0]

    def _judge_token(self, request: web.BaseRequest) -> None:
        given = request.headers.getall("Authorization", [])
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        right = hmac.compare_digest(token.strip().encode("utf-8", "surrogateescape"), self._token)
        if scheme.lower() != "bearer" or not right:
            raise RefusedError(
                "unauthorized",
                "The token is missing or wrong.",
                "Send 'Authorization: Bearer …' with what `photoseek token` prints; a token in a URL counts as none.",
                {"WWW-Authenticate": 'Bearer realm="photoseek"'},
            )


def _judge_origin(request: web.BaseRequest, host: str) -> None:
    origins = {origin.lower() for origin in request.headers.getall("Origin", [])}
    sites = {site.lower() for site in request.headers.getall("Sec-Fetch-Site", [])}
    if not origins <= {f"http://{host}"} or not sites <= _OWN_SITES:
        raise RefusedError("foreign_origin", "Other sites may not ask photoseek.")
