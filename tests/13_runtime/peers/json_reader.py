# json_reader.py FILE - reads a trace as Perfetto does, and checks what it needs.
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    events = json.load(file)

# ---- Tracks
names = {event["tid"]: event["args"]["name"]
         for event in events if event["ph"] == "M"}
assert all(event["tid"] in names or event["tid"] == 0 for event in events)
for track in {event["tid"] for event in events}:
    end = 0
    for event in events:
        if event["tid"] == track and event["ph"] == "X":
            assert event["ts"] >= end, event
            end = event["ts"] + event["dur"]

# ---- Arrows
begun = {}
for event in events:
    if event["ph"] == "s":
        begun[event["id"]] = event["ts"]
    elif event["ph"] == "f" and event["id"] in begun:
        assert begun[event["id"]] <= event["ts"], event
assert begun

kitchen = [name for name in names.values() if not name.startswith("Task-")]
print(f"{len(kitchen)} tracks with names, arrows in order")
