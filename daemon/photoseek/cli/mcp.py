"""``photoseek mcp``: lets an assistant search, over the Model Context Protocol on stdin and stdout.

Started by the assistant's program; asks the daemon over HTTP like any other client, anew at each call, so that the
daemon may be restarted meanwhile. Needs the extra ``mcp``.
"""

from typing import TYPE_CHECKING, Annotated, Any

import click

from photoseek import __version__
from photoseek.errors import PhotoseekError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.server.mcpserver import MCPServer

    from photoseek.client import Answer, Client

_ABOUT = (
    "Finds the photos on this person's computer by what they show. `relevance` is 0 to 1; `good_matches` counts the "
    "photos that fit: 0 says that nothing does, and the photos are only the nearest. `path` is where a photo lies."
)

_QUERY = (
    'What the photos show, in plain words: `dog on the beach`. `+ "night sky"` adds, `-"red car"` takes away. '
    "Filters: `after:2023-05` `before:2024` `camera:canon` `folder:Italy` `name:*.png` `type:heic` "
    "`orientation:portrait` `like:<id>`."
)


@click.command("mcp")
def command() -> None:
    """Let an assistant search, over the Model Context Protocol.

    Give this command to a program that speaks it; it talks on stdin and stdout. The assistant can search, look for
    similar photos and ask for the status: it learns paths, dates and cameras of your photos, but sees no photo.
    """
    try:
        server = _make_server()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        raise PhotoseekError(
            "The Model Context Protocol's package is not installed.", "Install it: pip install 'photoseek[mcp]'"
        ) from error
    server.run("stdio")


def _make_server() -> "MCPServer[Any]":
    from mcp.server.mcpserver import MCPServer  # noqa: PLC0415 - an extra, and slow to import
    from mcp.types import ToolAnnotations  # noqa: PLC0415
    from pydantic import Field  # noqa: PLC0415 - came with it

    server: MCPServer[Any] = MCPServer("photoseek", instructions=_ABOUT, version=__version__, log_level="WARNING")
    only_reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    Query = Annotated[str, Field(description=_QUERY)]  # noqa: N806 - types
    PhotoId = Annotated[str, Field(description="Of a photo in an earlier answer.")]  # noqa: N806
    Limit = Annotated[int, Field(ge=1, le=1000, description="Photos at most.")]  # noqa: N806

    async def search(query: Query, limit: Limit = 20) -> dict[str, Any]:
        """Find photos by what they show, best first."""
        return await _ask(lambda client: client.search(query, limit))

    async def similar(id: PhotoId, limit: Limit = 20) -> dict[str, Any]:  # noqa: A002 - as the answers call it
        """Find photos that look like one of the library."""
        return await _ask(lambda client: client.similar(id, limit))

    async def status() -> dict[str, Any]:
        """What photoseek is doing: which folders it watches, how many photos are searchable, which model it uses."""
        return await _ask(lambda client: client.status())

    for tool in (search, similar, status):
        server.add_tool(tool, annotations=only_reads, structured_output=True)
    return server


async def _ask(question: "Callable[[Client], Awaitable[Answer[Any]]]") -> dict[str, Any]:
    """The daemon's own answer.

    Raises:
        ToolError: What went wrong, in words for the assistant.
    """
    import msgspec  # noqa: PLC0415 - not needed for --help
    from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415

    from photoseek.client import Client  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    try:
        async with Client.find(find_paths()) as client:
            answer: dict[str, Any] = msgspec.json.decode((await question(client)).raw)
            return answer
    except PhotoseekError as error:
        raise ToolError(f"{error.title}: {error.message} {error.hint}".strip()) from error
