#!/usr/bin/env python3
"""Publishes this process's own memory and CPU to an Eontide channel, once a second.

    pip install -r requirements.txt
    python publish.py --url nats://127.0.0.1:4222 --channel process-memory-demo

An example to copy from. What makes it a good citizen, in order of importance:

* One message holds all series of one moment: columns are cheap, messages are not.
* `from` says who measured (`id`), in which life (`epoch`) and the how-manieth message it is (`seq`), so that whoever
  reads can tell loss and repetition from silence.
* Measuring never waits for the network: a bounded queue stands between, and when it is full the oldest message goes.
* Publishing is acknowledged. A JetStream publish is a NATS request on the data subject, answered by the stream once it
  has the message. Repeated after silence, it is stored once, because `Nats-Msg-Id` names it.
* Hello and bye tell a chart what to expect and that an end was meant.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import re
import resource
import signal
import socket
import sys
import time

import nats
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

HELLO_INTERVAL_S = 60
QUEUE_MAX = 600  # messages kept while the broker is away: ten minutes at one a second
ACK_TIMEOUT_S = 2
RETRY_PAUSE_MAX_S = 5
# Where no stream takes the channel, messages go out unacknowledged for this long before we look again.
NO_STREAM_PAUSE_S = 30
STOP_TIMEOUT_S = 3


class Sampler:
    """Measures this process. Each sample is a list of [series, value]."""

    def __init__(self, source_id):
        self.series = [
            {"name": f"rss-{source_id}", "unit": "MiB", "metric": "rss"},
            {"name": f"cpu-{source_id}", "unit": "%", "metric": "cpu"},
        ]
        self._last = self._clocks()

    def sample(self):
        wall_before, cpu_before = self._last
        self._last = wall, cpu = self._clocks()
        percent = 100 * (cpu - cpu_before) / max(wall - wall_before, 1e-9)
        values = [round(self._rss_mib(), 3), round(percent, 2)]
        return [[series["name"], value] for series, value in zip(self.series, values)]

    @staticmethod
    def _clocks():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return time.monotonic(), usage.ru_utime + usage.ru_stime

    @staticmethod
    def _rss_mib():
        try:
            with open("/proc/self/statm", encoding="ascii") as statm:
                return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        except OSError:  # no Linux: the peak is the best that the standard library knows
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return peak / (2**20 if sys.platform == "darwin" else 2**10)


class Publisher:
    """One source of one channel."""

    def __init__(self, connection, channel, source_id, interval_s, series):
        self._connection = connection
        self._channel = channel
        self._id = source_id
        self._epoch = time.time_ns() // 1_000_000  # a later life of the same id has a greater one
        self._seq = 0
        self._interval_s = interval_s
        self._series = series
        self._queue = collections.deque(maxlen=QUEUE_MAX)  # full: the oldest goes, and a gap in `seq` shows it
        self._news = asyncio.Event()
        self._in_flight = False
        self._unacknowledged_until = 0.0
        self._stream_seen = False

    def record(self, columns, at_s):
        """Queues one message. Never waits."""
        self._seq += 1
        message = {
            "columns": [*columns, ["x", round(at_s, 3)]],
            "from": {"id": self._id, "epoch": self._epoch, "seq": self._seq},
        }
        self._queue.append((self._seq, json.dumps(message, separators=(",", ":")).encode()))
        self._news.set()

    async def deliver_for_ever(self):
        """Sends what is queued, in order, each until it is acknowledged."""
        while True:
            while self._queue:
                self._in_flight = True
                await self._deliver(*self._queue.popleft())
            self._in_flight = False
            self._news.clear()
            await self._news.wait()

    async def _deliver(self, seq, payload):
        subject = f"eon.{self._channel}"
        headers = {"Nats-Msg-Id": f"{self._channel}:{self._id}:{self._epoch}:{seq}"}
        pause_s, said = 0.1, None
        while True:
            # Not while disconnected: the client would keep a copy of every attempt and send them all.
            while not self._connection.is_connected:
                await asyncio.sleep(0.1)
            try:
                if time.monotonic() < self._unacknowledged_until:
                    return await self._connection.publish(subject, payload, headers=headers)
                answer = await self._connection.request(subject, payload, timeout=ACK_TIMEOUT_S, headers=headers)
                acknowledgement = json.loads(answer.data)
                if "error" not in acknowledgement:
                    self._stream_seen = True
                    return None
                problem = acknowledgement["error"].get("description", "refused")
            except NoRespondersError:
                # Nobody heard it, no stream and no subscriber: it waits, as while disconnected. A bridge that starts after
                # its publishers makes the stream, and then misses nothing.
                problem = "nobody listens and no stream stores it (a bridge creates the stream)"
            except asyncio.TimeoutError:
                # Somebody received it but no stream answered. If none ever did, there is none.
                if not self._stream_seen and self._connection.is_connected:
                    return self._go_unacknowledged()
                problem = "no acknowledgement"
            except (NatsError, OSError, ValueError) as error:
                problem = str(error) or type(error).__name__
            if problem != said:  # once for each reason, not once an attempt
                say(f"message {seq}: {problem}, trying again")
                said = problem
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # many publishers must not retry in step
            pause_s = min(2 * pause_s, RETRY_PAUSE_MAX_S)

    def _go_unacknowledged(self):
        # The request that got no answer did reach whoever subscribes: nothing is sent twice.
        if self._unacknowledged_until == 0.0:
            say(f"no stream stores eon.{self._channel}: publishing unacknowledged (a bridge creates the stream)")
        self._unacknowledged_until = time.monotonic() + NO_STREAM_PAUSE_S
        self._stream_seen = False

    async def hello(self):
        await self._say_presence("hello", {
            "id": self._id,
            "epoch": self._epoch,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "program": "publish.py",
            "interval_ms": round(self._interval_s * 1000),
            "series": self._series,
        })

    async def hello_for_ever(self):
        while True:
            await asyncio.sleep(HELLO_INTERVAL_S)
            await self.hello()

    async def finish(self, reason):
        """Gives what is queued a last chance to arrive, then says bye."""
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while (self._queue or self._in_flight) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        await self._say_presence("bye", {"id": self._id, "epoch": self._epoch, "reason": reason})

    def undelivered(self):
        """Messages that wait, the one under way included."""
        return len(self._queue) + self._in_flight

    async def _say_presence(self, kind, body):
        if self._connection.is_connected:
            await self._connection.publish(f"eon-presence.{self._channel}.{kind}", json.dumps(body).encode())


async def run(options):
    stop = asyncio.get_running_loop().create_future()

    def stop_for(reason):
        if not stop.done():
            stop.set_result(reason)

    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop_for, name.name)

    publisher, reason = None, None

    async def on_disconnect():
        if reason is None:
            say("disconnected, reconnecting: messages wait")

    async def on_reconnect():
        say("connected again")
        if publisher:
            await publisher.hello()

    async def on_error(error):
        # Violated permissions arrive only here: for the publish itself all was well.
        say(str(error) or type(error).__name__)

    connecting = asyncio.ensure_future(nats.connect(
        options.url,
        name=options.id,
        # Answers come to subjects of our own, so a server can grant exactly those.
        inbox_prefix=f"_INBOX.{options.id}".encode(),
        max_reconnect_attempts=-1,  # for ever, the first connection included
        reconnect_time_wait=1,
        ping_interval=10,  # a dead connection is noticed in 20 to 30 s
        disconnected_cb=on_disconnect,
        reconnected_cb=on_reconnect,
        error_cb=on_error,
    ))
    await asyncio.wait([connecting, stop], return_when=asyncio.FIRST_COMPLETED)
    if not connecting.done():
        connecting.cancel()
        return
    connection = connecting.result()

    sampler = Sampler(options.id)
    publisher = Publisher(connection, options.channel, options.id, options.interval, sampler.series)
    await publisher.hello()
    tasks = [asyncio.create_task(publisher.deliver_for_ever()), asyncio.create_task(publisher.hello_for_ever())]
    say(f"publishing {options.id} to eon.{options.channel} every {options.interval:g} s")

    recorded = 0
    due = time.monotonic()
    while reason is None:
        # Paced by the clock, not by sleeping the interval: the cadence does not drift.
        due = max(due + options.interval, time.monotonic())
        done, _ = await asyncio.wait([stop], timeout=due - time.monotonic())
        if done:
            reason = stop.result()
            break
        publisher.record(sampler.sample(), time.time())
        recorded += 1
        if recorded == options.count:
            reason = "finished"

    await publisher.finish(reason)
    if publisher.undelivered():
        say(f"{publisher.undelivered()} messages were not delivered")
    for task in tasks:
        task.cancel()
    try:
        # Without drain, what is still in the client's buffer would be lost with the process.
        await asyncio.wait_for(connection.drain(), STOP_TIMEOUT_S)
    except (NatsError, asyncio.TimeoutError):  # not connected: there is nobody to give it to
        await close_at_once(connection)


async def close_at_once(connection):
    """Ends the client's attempts to reconnect; whatever it says to that is no longer of interest."""
    try:
        await asyncio.wait_for(connection.close(), 1)
    except (NatsError, OSError, asyncio.TimeoutError):
        pass


def say(text):
    print(f"publish.py: {text}", file=sys.stderr, flush=True)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="nats://127.0.0.1:4222", help="the broker (default: %(default)s)")
    parser.add_argument("--channel", default="process-memory-demo", help="default: %(default)s")
    parser.add_argument("--id", default=f"python-{os.getpid()}", help="this source (default: python-<pid>)")
    parser.add_argument("--interval", type=float, default=1.0, help="seconds between messages (default: 1)")
    parser.add_argument("--count", type=int, default=0, help="stop after so many messages (default: never)")
    options = parser.parse_args()
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", options.channel):
        parser.error("--channel: tokens of A-Z a-z 0-9 _ - with dots between")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", options.id):
        parser.error("--id: 1 to 128 characters of A-Z a-z 0-9 _ -")
    if not options.interval > 0:
        parser.error("--interval: more than 0")
    if options.count < 0:
        parser.error("--count: not negative")
    return options


if __name__ == "__main__":
    asyncio.run(run(parse_options()))
