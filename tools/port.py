"""Say plainly that a port is taken, by whom, and what to do: `python tools/port.py 8000`."""

import errno
import os
import socket
import sys
from pathlib import Path

LOOPBACK = "127.0.0.1"
LISTENING = "0A"  # the state's number in /proc/net/tcp


def why_not(port: int) -> str | None:
    """Return why nothing can listen on this port of the loopback address, or None if it is free."""
    if not 0 < port < 65536:
        return f"There is no port {port}: they go from 1 to 65535."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is taken{holder(port)}."
            return f"Port {port} cannot be used: {error.strerror}."
    return None


def holder(port: int) -> str:
    """Return ' by NAME (process PID)' where the system tells (Linux, one's own processes), else ''."""
    inodes = {f"socket:[{inode}]" for inode in listeners(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        try:
            if os.readlink(link) in inodes:
                process = link.parts[2]
                words = Path("/proc", process, "cmdline").read_text().strip("\0").split("\0")
                return f" by `{' '.join(Path(word).name for word in words[:3])}` (process {process})"
        except OSError:  # ended meanwhile, or another user's
            continue
    return ""


def listeners(port: int) -> list[str]:
    """Return the inodes of the sockets that listen on a port."""
    rows = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows += [line.split() for line in Path(table).read_text().splitlines()[1:]]
        except OSError:
            continue
    return [row[9] for row in rows if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port]


if __name__ == "__main__":
    number = sys.argv[1]
    reason = why_not(int(number)) if number.isdecimal() else f"{number!r} is not the number of a port."
    if reason:
        raise SystemExit(f"{reason} Choose another one: make serve PORT=8001")
