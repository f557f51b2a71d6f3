# SPDX-License-Identifier: MIT
# Writes one spool file as spec/spool.md says, with nothing of ours: name, lock, rename, one write a line.
# Arguments: the folder STATE, how many lines.
# Says "written" when all lines are, and keeps the lock until its input ends.

import fcntl
import os
import secrets
import sys

state, count = sys.argv[1], int(sys.argv[2])
spool = os.path.join(state, "spool")
os.makedirs(spool, mode=0o700, exist_ok=True)
name = secrets.token_hex(16)
hidden = os.path.join(spool, "." + name + ".new")
file = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
fcntl.flock(file, fcntl.LOCK_EX)
os.rename(hidden, os.path.join(spool, name + ".ndjson"))
for number in range(count):
    line = (
        '{"tallymark":1,"tool":"sample-tool","manifest":3,"agreed":"60f270e75f7e75f1","event":"tally",'
        '"time":"2026-11-20T10:51:21Z","status":"success","fields":{"number":%d}}\n' % number
    ).encode()
    if os.write(file, line) != len(line):
        sys.exit("a line was not written whole")
print("written", flush=True)
sys.stdin.read()
