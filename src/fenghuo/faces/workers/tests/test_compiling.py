"""What is compiled before anything waits for it is all that reading and matching need."""

import subprocess
import sys

import pytest

SCRIPT = """
import gc, json
from numba.core.dispatcher import Dispatcher
from fenghuo.faces.workers import compiling

def compiled():
    return {id(d): (d.py_func.__name__, len(d.signatures)) for d in gc.get_objects() if isinstance(d, Dispatcher)}

compiling.load_machine_code()
before = compiled()
from fenghuo.see.detection import compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.rulebook.control import builtin_folder
from fenghuo.see.sources.columnar import JsonReader
rules = compile_rules([source for pack in sorted(builtin_folder().iterdir()) if pack.is_dir() for source in load_folder(pack, pack.name)])
assert len(rules.rules) > 200
event = {
    "CommandLine": "vssadmin delete shadows /all",
    "Image": "C:\\\\Windows\\\\System32\\\\vssadmin.exe",
    "cs-host": "a.example",
    "c-uri": "/a?id=1%20union%20select%201",
    "list": ["a", None],
    "nothing": None,
    "product": "windows",
}
kinds = ("process_creation", "webserver")
lines = "\\n".join(json.dumps({**event, "Number": n, "category": kinds[n % 2]}) for n in range(200)).encode()
assert rules.match(JsonReader().read(lines).batch).num_rows
late = {name for key, (name, count) in compiled().items() if before.get(key, (name, 0))[1] != count}
print(sorted(late))
"""


def test_nothing_is_compiled_when_events_have_come() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_whoever_loads_machine_code_does_not_compile_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from fenghuo.faces.workers import compiling

    asked: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(compiling, "_use_all", lambda: None)
    monkeypatch.setattr(compiling.subprocess, "run", run)
    monkeypatch.setattr(compiling, "_mark", lambda: compiling.Path("/nowhere/compiled"))
    compiling.load_machine_code()
    assert asked == [[sys.executable, "-m", "fenghuo.faces.workers.compiling"]]
