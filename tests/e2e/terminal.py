"""Runs a command on a terminal of its own; SIGUSR1 presses Ctrl-C. What the command says goes to stderr.

Ctrl-C on a terminal goes to whichever process group has it at that moment, which no signal sent by hand does.
"""

import os
import pty
import signal
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGUSR1, lambda *_: os.write(terminal, b"\x03"))
while True:
    try:
        said = os.read(terminal, 4096)
    except OSError:  # the last process has let go of the terminal
        break
    if not said:
        break
    os.write(2, said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
