"""Sent = stored: the ingest is killed three times, the broker once."""

import multiprocessing
import pathlib
import time

from django.db import connection

from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.village import bus
from sportsbrain.rehearsal.devices import speak

COUNT, RATE, WINDOW = 60_000, 6_000.0, 1.0  # seconds that a killed broker may lose
INGEST_DIES, BROKER_DIES = (2.0, 4.0, 8.0), 6.0
WRONG = (
    ("sb/v1/bench1/meter/power/state", b"no json"),
    ("sb/v1/bench1/meter/none/state", b"{}"),
    ("sb/v1/bench1/meter/power/event", b"{}"),
    ("sb/v1/bench1/meter/power/state", b'{"ts": 1, "epoch": 1, "seq": 1, "v": 1}'),
    ("sb/v1/bench1/meter/power/state", b'{"ts": 1, "epoch": 1, "seq": -1, "v": 1}'),
)
SESSION = "bench-killed"


def killed(games_id: int, folder: pathlib.Path, port: int) -> list[BenchRow]:
    """Return what was lost, doubled and refused of 60,000 messages."""
    bus.forget_said()
    broker = bus.begin_broker(folder, port)
    bus.begin_session(folder, port, SESSION)
    ingest = bus.begin_ingest(folder, port, SESSION)
    bus.wait_connected(SESSION)
    try:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            words = {"folder": str(folder), "port": port, "name": bus.NAME, "topic": bus.TOPIC,
                     "count": COUNT, "rate": RATE}  # fmt: skip
            told = pool.apply_async(speak, kwds=words)
            began = time.monotonic()
            for moment, is_broker in sorted([*((at, False) for at in INGEST_DIES),
                                             (BROKER_DIES, True)]):  # fmt: skip
                time.sleep(max(0.0, moment - (time.monotonic() - began)))
                if is_broker:
                    bus.kill(broker)
                    broker = bus.begin_broker(folder, port)
                else:
                    bus.kill(ingest)
                    ingest = bus.begin_ingest(folder, port, SESSION)
            spoken = told.get(300)
        bus.wait_stored(COUNT)
        rows, different = bus.stored()
        refused = _refused(games_id, folder, port)
    finally:
        ingest.terminate()
        ingest.wait(30)
        broker.terminate()
        broker.wait(30)
    return [
        BenchRow(line=1, case=f"{COUNT:,} messages at {RATE:,.0f}/s, ingest killed 3 times, broker"
                 " once: taken by the broker", value=spoken.taken, unit="messages", op="==",
                 target=COUNT),
        BenchRow(line=1, case="lost, where a killed broker may lose a second", value=COUNT -
                 different, unit="messages", op="<=", target=WINDOW * RATE),
        BenchRow(line=1, case="stored twice", value=rows - different, unit="messages", op="==",
                 target=0),
        BenchRow(line=1, case=f"refused of {len(WRONG)} wrong ones, each with its reason",
                 value=refused, unit="messages", op="==", target=len(WRONG)),
        BenchRow(line=1, case="spoken and taken in", value=spoken.seconds, unit="s"),
    ]  # fmt: skip


def _refused(games_id: int, folder: pathlib.Path, port: int) -> int:
    """Say what is wrong in five ways, and return how many are listed with a reason."""
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion

    from sportsbrain.feeds.mqtt.broker import tls_of

    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.tls_set_context(tls_of(folder, folder / "principals" / bus.NAME))
    client.connect("localhost", port)
    client.loop_start()
    for topic, payload in WRONG:
        client.publish(topic, payload, qos=1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()
    until, found = time.monotonic() + 20, 0
    while found < len(WRONG) and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM village_refusedmessage WHERE games_id = %s AND reason <> ''",
                [games_id],
            )
            found = int(cursor.fetchone()[0])
        time.sleep(0.1)
    return found
