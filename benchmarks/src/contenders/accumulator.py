"""
The accumulator of the architecture that Weir replaces: one process, a lock, dictionaries, a dirty set, and a time taken around
each operation. Written to do what a row of `sessions` does and no more, with floats, for a session that does not change:
it is the fastest honest form of that design. What it holds is gone when its process ends.

python3 accumulator.py FILE.csv     then `run` and `totals` on standard input; answers with the ticks taken, and in JSON
"""

import json
import sys
import threading
import time
from collections import deque


class MemoryAccumulator:
    def __init__(self):
        self._lock = threading.RLock()
        self._sessions = {}
        self._dirty = set()
        self._operation_seconds = deque(maxlen=1000)
        self._operations = 0

    def record_tick(self, symbol, price, volume, timestamp):
        started = time.perf_counter()
        with self._lock:
            session = self._sessions.get(symbol)
            if session is None:
                session = {
                    "ticks": 0,
                    "volume": 0,
                    "notional": 0.0,
                    "open": price,
                    "high": price,
                    "low": price,
                    "close": price,
                    "high_count": 0,
                    "low_count": 0,
                    "first_tick_at": timestamp,
                    "last_tick_at": timestamp,
                }
                self._sessions[symbol] = session
            elif price > session["high"]:
                session["high"] = price
                session["high_count"] += 1
            elif price < session["low"]:
                session["low"] = price
                session["low_count"] += 1
            session["ticks"] += 1
            session["volume"] += volume
            session["notional"] += price * volume
            if timestamp >= session["last_tick_at"]:
                session["close"] = price
                session["last_tick_at"] = timestamp
            elif timestamp < session["first_tick_at"]:
                session["open"] = price
                session["first_tick_at"] = timestamp
            self._dirty.add(symbol)
            self._operations += 1
        self._operation_seconds.append(time.perf_counter() - started)

    def totals(self):
        with self._lock:
            sessions = self._sessions.values()
            return {
                "ticks": sum(session["ticks"] for session in sessions),
                "volume": sum(session["volume"] for session in sessions),
            }


def read_ticks(path):
    with open(path, encoding="ascii") as lines:
        next(lines)
        fields = (line.rstrip("\n").split(",") for line in lines)
        return [(symbol, float(price), int(volume), int(time_ms)) for symbol, price, volume, time_ms in fields]


def main():
    ticks = read_ticks(sys.argv[1])
    print("ready", flush=True)
    accumulator = MemoryAccumulator()
    for line in sys.stdin:
        if line.strip() == "totals":
            print(json.dumps(accumulator.totals()), flush=True)
            continue
        accumulator = MemoryAccumulator()
        record_tick = accumulator.record_tick
        for symbol, price, volume, timestamp in ticks:
            record_tick(symbol, price, volume, timestamp)
        print(len(ticks), flush=True)


main()
