"""Writes the lists of field paths beside this file again, from the models in botocore.

    python3 -m venv /tmp/models && /tmp/models/bin/pip install botocore
    /tmp/models/bin/python crates/migrate/paths/refresh.py

Only the names of fields are taken. `[]` is an element of a list, `{}` a value of a map; a shape
that holds itself is not followed again. After it, `cargo test -p migrate --test paths` names every
field that AWS has added: put it into a fixture and give it a ruling.
"""

import gzip
import json
import pathlib

import botocore

CALLS = {
    "ecs": [
        ("RegisterTaskDefinition", "input"),
        ("CreateService", "input"),
        ("DescribeTaskDefinition", "output"),
        ("DescribeServices", "output"),
    ],
    "application-autoscaling": [
        ("RegisterScalableTarget", "input"),
        ("PutScalingPolicy", "input"),
        ("PutScheduledAction", "input"),
        ("DescribeScalableTargets", "output"),
        ("DescribeScalingPolicies", "output"),
        ("DescribeScheduledActions", "output"),
    ],
    "events": [("PutRule", "input"), ("PutTargets", "input")],
    "scheduler": [("CreateSchedule", "input"), ("GetSchedule", "output")],
    "elbv2": [
        ("DescribeRules", "output"),
        ("DescribeListeners", "output"),
        ("DescribeTargetGroups", "output"),
        ("DescribeTargetGroupAttributes", "output"),
        ("DescribeLoadBalancers", "output"),
    ],
}


def paths(model, name, prefix="", above=()):
    shape = model["shapes"][name]
    kind = shape["type"]
    if kind == "structure" and name not in above:
        for member, target in shape["members"].items():
            yield f"{prefix}/{member}"
            yield from paths(model, target["shape"], f"{prefix}/{member}", above + (name,))
    elif kind == "list":
        yield from paths(model, shape["member"]["shape"], prefix + "[]", above)
    elif kind == "map":
        yield from paths(model, shape["value"]["shape"], prefix + "{}", above)


data = pathlib.Path(botocore.__file__).parent / "data"
for service, calls in CALLS.items():
    version = sorted((data / service).iterdir())[-1]
    model = json.loads(gzip.open(version / "service-2.json.gz").read())
    for operation, side in calls:
        found = list(paths(model, model["operations"][operation][side]["shape"]))
        head = [
            f"# Every field of the {side} of {service} {operation}: {len(found)} paths.",
            f"# Source: the service model {service} {version.name} in botocore {botocore.__version__}.",
            "# Written by refresh.py in this folder, which says how to refresh it.",
        ]
        target = pathlib.Path(__file__).parent / f"{service}-{operation}.txt"
        target.write_text("\n".join(head + found) + "\n")
