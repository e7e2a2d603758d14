"""What deploy/release finds on a machine of these tests, in the place of systemd and ssh."""

import socket
import threading
import time

# Each asks the process of the tests, or runs what it is given.
ASK = """#!/usr/bin/env python3
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({path!r})
line.sendall(" ".join(sys.argv[1:]).encode() + b"\\n")
sys.exit(int(line.makefile().readline()))
"""
RUN = """#!/bin/sh
while [ "${1#--}" != "$1" ]; do
    case "$1" in --property=WorkingDirectory=*) cd "${1#*Directory=}" ;; esac
    shift
done
exec "$@"
"""
# The folder of a machine stands for its address.
SSH = """#!/bin/sh
machine=$1 && shift 2
cd "{folder}/$machine/current"
export CORRIDOR_HOME="{folder}/$machine" CORRIDOR_WEB="$(cat "{folder}/$machine/web")"
PATH="{folder}/$machine/bin:$PATH" exec deploy/release "$@"
"""


class Units:
    """systemctl for one machine: the units of its servers, which start again from the link `current`."""

    def __init__(self, machine, **commands):
        self.machine, self.commands = machine, commands
        bin_folder, path = machine.folder / "bin", str(machine.folder / "units")
        bin_folder.mkdir()
        scripts = {"systemctl": ASK.format(path=path), "systemd-run": RUN}
        scripts["ssh"] = SSH.replace("{folder}", str(machine.folder.parent))
        for name, text in scripts.items():
            (bin_folder / name).write_text(text, encoding="utf-8")
            (bin_folder / name).chmod(0o755)
        (machine.folder / "web").write_text(f"127.0.0.1:{machine.port}", encoding="ascii")
        machine.environment |= {
            "CORRIDOR_HOME": str(machine.folder),
            "CORRIDOR_WEB": f"127.0.0.1:{machine.port}",
            "PATH": f"{bin_folder}:{machine.environment['PATH']}",
        }
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:  # closed
                return
            with line, line.makefile("r") as asked:
                act, *names = asked.readline().split()
                if act == "try-restart":
                    self.restart([self.commands[name] for name in names if name in self.commands])
                line.sendall(b"0\n")

    def restart(self, commands):
        running = [command for command in commands if command in self.machine.servers]
        self.machine.stop(*running) if running else None
        for command in running:
            self.machine.start(command)


class Saver:
    """A founder who saves without pause, once, whatever the answer; what went wrong is kept."""

    def __init__(self, person, path, field):
        self.person, self.path, self.field = person, path, field
        self.over, self.count, self.failed, self.longest = threading.Event(), 0, [], 0.0
        self.thread = threading.Thread(target=self.save)

    def save(self):
        while not self.over.is_set():
            self.count += 1
            begun = time.monotonic()
            try:
                self.person.send(self.path, **{self.field: str(self.count)})
                wrong = "" if self.person.status == 200 else self.person.page[:500]
            except Exception as error:
                wrong = repr(error)
            self.longest = max(self.longest, time.monotonic() - begun)
            if wrong:
                self.failed.append((self.count, self.person.status, wrong))
            self.over.wait(0.5)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.thread.join()
