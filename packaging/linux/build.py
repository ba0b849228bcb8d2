"""Makes the Debian package, for the release of Debian or Ubuntu that this runs on.

Run as ``python packaging/linux/build.py DIST``, as anybody, by the Python of an environment that photoseek and its
extras ``starter`` and ``mcp`` are installed in; it must be of the system's own version. README.md one folder above says
what is in the package and why. Tools of Debian's own (``dpkg-dev``) put it together, out of files from here.
"""

import argparse
import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from click.shell_completion import get_completion_class

from photoseek import __version__
from photoseek.cli import cli

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
# Where each shell looks for what packages bring.
COMPLETIONS = {
    "bash": "bash-completion/completions/photoseek",
    "zsh": "zsh/vendor-completions/_photoseek",
    "fish": "fish/vendor_completions.d/photoseek.fish",
}


@dataclass(frozen=True)
class Release:
    """What is said of this package.

    Attributes:
        homepage: May be empty.
        seconds: Since 1970, when it was released.
    """

    maintainer: str
    homepage: str
    seconds: int

    @property
    def version(self) -> str:
        """Later releases of the system have later ones, so that photoseek is upgraded with it."""
        system = platform.freedesktop_os_release()
        return f"{__version__}-1+{system['ID']}{system.get('VERSION_ID', '')}"

    @property
    def component(self) -> str:
        """AppStream's name for the program: that of a domain from behind, of one's own house where there is none."""
        host = urlsplit(self.homepage).hostname or "photoseek.local"
        return ".".join((*reversed(host.split(".")), "photoseek"))


def main() -> None:
    """Read the command line and make the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dist", type=Path, metavar="DIST")
    parser.add_argument("--homepage", default="", metavar="URL")
    parser.add_argument("--compression", default="xz -1", metavar="KIND", help="of dpkg-deb; gzip -1 is fast")
    parser.add_argument("--without-libraries", action="store_true", help="to look at what is photoseek's own")
    asked = parser.parse_args()
    if not Path(f"/usr/bin/{PYTHON}").exists():
        sys.exit(f"The system's own Python must be a {PYTHON}: make clean deb PYTHON=/usr/bin/python3")
    name, mail = os.environ.get("DEBFULLNAME", "photoseek"), os.environ.get("DEBEMAIL", "photoseek@photoseek.invalid")
    release = Release(f"{name} <{mail}>", asked.homepage, int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()))
    os.umask(0o022)
    dist: Path = asked.dist.resolve()  # programs run in several folders
    dist.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=dist, prefix="debian-") as work:
        root = Path(work, "root")
        root.mkdir()
        put_program(root, Path(work), *(["--without-libraries"] if asked.without_libraries else []))
        put_beside_it(root, Path(work), release)
        put_control(root, Path(work), release)
        kind, level = asked.compression.split()
        tell("dpkg-deb", "--root-owner-group", f"-Z{kind}", f"-z{level[1:]}", "--build", root, dist)


def put_program(root: Path, work: Path, *options: str) -> None:
    """The program in an environment of its own, and the command that starts it."""
    tell(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", work)
    [wheel] = work.glob("*.whl")
    tell(sys.executable, HERE / "environment.py", root / "usr/lib/photoseek", wheel, *options)
    command = root / "usr/bin/photoseek"
    write(command, '#!/bin/sh\nexec /usr/lib/photoseek/bin/python3 -P -m photoseek "$@"\n')
    command.chmod(0o755)


def put_beside_it(root: Path, work: Path, release: Release) -> None:
    """What the desktop, the shells, man and people look for."""
    share = root / "usr/share"
    tell(sys.executable, CHECKOUT / "packaging/icons.py", work / "icons")
    shutil.copytree(work / "icons/hicolor", share / "icons/hicolor")
    write(share / "applications/photoseek.desktop", read("photoseek.desktop"))
    write(share / f"metainfo/{release.component}.metainfo.xml", fill_metainfo(release))
    for shell, place in COMPLETIONS.items():
        write(share / place, get_completion_class(shell)(cli, {}, "photoseek", "_PHOTOSEEK_COMPLETE").source())  # type: ignore[misc]
    write(share / "lintian/overrides/photoseek", read("lintian-overrides"))
    tell(sys.executable, HERE / "manual.py", work / "photoseek.1")
    compress(share / "man/man1/photoseek.1.gz", (work / "photoseek.1").read_bytes())
    documents = share / "doc/photoseek"
    for name in ("README.md", "daemon/MANUAL.md", "daemon/API.md"):
        compress(documents / f"{Path(name).name}.gz", (CHECKOUT / name).read_bytes())
    compress(documents / "changelog.gz", (CHECKOUT / "CHANGELOG.md").read_bytes())
    compress(documents / "changelog.Debian.gz", write_changelog(release).encode())
    libraries = root / "usr/lib/photoseek/lib" / PYTHON / "site-packages"
    tell(sys.executable, HERE / "licences.py", libraries, documents / "copyright")


def put_control(root: Path, work: Path, release: Release) -> None:
    """What dpkg wants to know: https://www.debian.org/doc/debian-policy/ch-controlfields.html."""
    control = root / "DEBIAN"
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    control.mkdir()
    facts = {
        "version": release.version,
        "architecture": ask("dpkg", "--print-architecture"),
        "maintainer": release.maintainer,
        "homepage": f"Homepage: {release.homepage}\n" if release.homepage else "",
        "size_kib": str(sum(-(-path.stat().st_size // 1024) for path in files)),
        "python": PYTHON,
        "libraries": find_system_libraries(root, work),
    }
    write(control / "control", Template(read("control")).substitute(facts))
    write(control / "md5sums", "".join(f"{md5(path)}  {path.relative_to(root)}\n" for path in files))
    for script in ("postinst", "prerm"):
        write(control / script, read(script))
        (control / script).chmod(0o755)


def find_system_libraries(root: Path, work: Path) -> str:
    """The packages of the system that the libraries in here are linked against."""
    write(work / "debian/control", "Source: photoseek\n\nPackage: photoseek\nArchitecture: any\n")
    binaries = sorted(root.rglob("*.so*"))
    if not binaries:
        return "libc6"
    own = [f"-l{folder}" for folder in sorted({path.parent for path in binaries})]
    command = ["dpkg-shlibdeps", "--warnings=0", "--ignore-missing-info", "-O", f"-S{root}", *own]
    command += [f"-e{path}" for path in binaries]
    said = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(said.stderr)  # it warns of much that is harmless, too
    return said.stdout.strip().removeprefix("shlibs:Depends=")


def fill_metainfo(release: Release) -> str:
    """AppStream's file, for this release."""
    homepage = f'<url type="homepage">{release.homepage}</url>' if release.homepage else ""
    date = datetime.fromtimestamp(release.seconds, UTC).date().isoformat()
    facts = {"component": release.component, "homepage": homepage, "version": __version__, "date": date}
    lines = Template(read("photoseek.metainfo.xml")).substitute(facts).splitlines()
    return "".join(f"{line}\n" for line in lines if line.strip())


def write_changelog(release: Release) -> str:
    """Debian's own changelog: of the packaging, beside that of photoseek."""
    when = format_datetime(datetime.fromtimestamp(release.seconds, UTC))
    return (
        f"photoseek ({release.version}) unstable; urgency=medium\n\n  * Version {__version__}: see changelog.gz.\n\n"
        f" -- {release.maintainer}  {when}\n"
    )


def read(name: str) -> str:
    """A file of this folder."""
    return (HERE / name).read_text("utf-8")


def write(file: Path, text: str) -> None:
    """A file, in folders that are made for it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def compress(file: Path, content: bytes) -> None:
    """As policy wants its documents: at the highest level, and without a time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(content, 9, mtime=0))


def md5(file: Path) -> str:
    """Its sum, by which dpkg can tell later whether it is whole."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def tell(*command: str | Path) -> None:
    """Run a program that makes something."""
    subprocess.run(command, cwd=CHECKOUT, check=True)


def ask(*command: str) -> str:
    """Run a program that knows something."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
