#!/usr/bin/env python3
"""Prints what is published on an Eontide channel, one JSON line a message, as it arrives.

    pip install -r requirements.txt
    python subscribe.py --channel process-memory-demo | jq .message.columns

A channel is the subject `eon.<channel>` and everything below it: sources may publish on the shared subject or on one of
their own. This is the live stream alone; history is the bridge's (WebSocket `/live`) or a JetStream consumer's.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import sys

import nats


def refuse_constant(name):
    """Python reads NaN and Infinity, which are no JSON and would not be in what we print."""
    raise ValueError(f"{name} is no JSON")


def line_of(message):
    """The line for one message. What is no JSON is passed on as a string: a viewer must not fail on it."""
    text = message.data.decode("utf-8", errors="replace")
    try:
        body = json.loads(text, parse_constant=refuse_constant)
    except ValueError:
        body = text
    return json.dumps({"subject": message.subject, "message": body}, ensure_ascii=False, separators=(",", ":"))


async def run(options):
    done = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, done.set)
    seen = 0

    async def on_message(message):
        nonlocal seen
        if done.is_set():
            return
        try:
            print(line_of(message), flush=True)
        except BrokenPipeError:  # `| head`: the reader has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return done.set()
        seen += 1
        if seen == options.count:
            done.set()

    async def on_error(error):
        say(str(error) or type(error).__name__)

    connecting = asyncio.ensure_future(nats.connect(
        options.url, name="subscribe.py", max_reconnect_attempts=-1, reconnect_time_wait=1, ping_interval=10,
        error_cb=on_error,
    ))
    stopping = asyncio.ensure_future(done.wait())
    await asyncio.wait([connecting, stopping], return_when=asyncio.FIRST_COMPLETED)
    if not connecting.done():
        connecting.cancel()
        return
    connection = connecting.result()
    for subject in (f"eon.{options.channel}", f"eon.{options.channel}.>"):
        await connection.subscribe(subject, cb=on_message)
    await connection.flush()  # the server knows of the subscriptions: nothing published from now on is missed
    say(f"listening on eon.{options.channel} and below")
    await stopping
    await connection.close()


def say(text):
    print(f"subscribe.py: {text}", file=sys.stderr, flush=True)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="nats://127.0.0.1:4222", help="the broker (default: %(default)s)")
    parser.add_argument("--channel", default="process-memory-demo", help="default: %(default)s")
    parser.add_argument("--count", type=int, default=0, help="stop after so many messages (default: never)")
    options = parser.parse_args()
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", options.channel):
        parser.error("--channel: tokens of A-Z a-z 0-9 _ - with dots between")
    if options.count < 0:
        parser.error("--count: not negative")
    return options


if __name__ == "__main__":
    asyncio.run(run(parse_options()))
