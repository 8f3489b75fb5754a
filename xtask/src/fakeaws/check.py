"""Asks the fake, through boto3, for everything that a snapshot holds, and compares.

    python check.py SNAPSHOT ENDPOINT REGION

It prints one JSON object: how many calls were made by operation, and every difference between what
botocore's parsers make of the fake's answers and what the snapshot says. Pages are asked for until
there are none left, so a list is compared as a whole.
"""

import datetime
import json
import os
import pathlib
import re
import sys

import botocore.model
import botocore.session

BOTOCORE_NAMES = {
    "elasticloadbalancing": "elbv2",
    "elasticfilesystem": "efs",
    "servicequotas": "service-quotas",
    "tag": "resourcegroupstaggingapi",
}
TOKENS = ["nextToken", "NextToken", "Marker", "NextMarker"]
START = {
    "NextRecordName": "StartRecordName",
    "NextRecordType": "StartRecordType",
    "NextRecordIdentifier": "StartRecordIdentifier",
}
# What says how a list was cut, not what is in it.
PAGING = {"IsTruncated", "MaxItems", "ResponseMetadata", *TOKENS, *START}
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


def plain(value):
    """A value without the differences between text, datetime and absence."""
    if isinstance(value, dict):
        pairs = {key: plain(item) for key, item in value.items()}
        return {key: item for key, item in pairs.items() if item not in ([], None)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds")
    if isinstance(value, str) and TIME.match(value):
        return plain(datetime.datetime.fromisoformat(value))
    return value


def forced(session, service, protocol, **how):
    """A client that speaks `protocol`, where botocore would choose CBOR."""
    chosen = botocore.model.ServiceModel.resolved_protocol
    botocore.model.ServiceModel.resolved_protocol = property(lambda self: protocol)
    try:
        return session.create_client(service, **how)
    finally:
        botocore.model.ServiceModel.resolved_protocol = chosen


def clients(session, service, **how):
    name = BOTOCORE_NAMES.get(service, service)
    model = session.get_service_model(name)
    protocols = model.metadata.get("protocols") or [model.metadata["protocol"]]
    if "smithy-rpc-v2-cbor" not in protocols:
        return [session.create_client(name, **how)]
    # Its model has lost what it would need to read the query protocol, so JSON is what is left.
    return [forced(session, name, "json", **how)]


def whole(client, operation, request):
    """All pages of one call as one answer, and how many calls that took."""
    merged, calls = {}, 0
    request = dict(request)
    while True:
        answer = client._make_api_call(operation, request)
        calls += 1
        for key, value in answer.items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            elif key not in PAGING:
                merged[key] = value
        more = answer.get("IsTruncated", True)
        token = next((t for t in TOKENS if answer.get(t) and t != "Marker"), None)
        token = token or ("Marker" if answer.get("Marker") and answer.get("IsTruncated") else None)
        if token is None and answer.get("Marker") and "IsTruncated" not in answer:
            if answer["Marker"] != request.get("Marker"):
                token = "Marker"
        if any(answer.get(name) for name in START) and more:
            for out, into in START.items():
                request.pop(into, None)
                if answer.get(out):
                    request[into] = answer[out]
        elif token and more:
            request[{"NextMarker": "Marker"}.get(token, token)] = answer[token]
        else:
            return merged, calls


def page(asked):
    """Which page of its list a recorded request asked for."""
    token = next((asked["request"][name] for name in TOKENS if name in asked["request"]), "-1")
    return int(re.search(r"\d+$", token)[0]) if re.search(r"\d+$", token) else 1


def main():
    folder, endpoint, region = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    manifest = json.loads((folder / "snapshot.json").read_text())
    wanted = {}
    paths = sorted(manifest["answers"], key=lambda path: (page(manifest["answers"][path]), path))
    for path in paths:
        asked = manifest["answers"][path]
        request = {k: v for k, v in asked["request"].items() if k not in TOKENS}
        answer = json.loads((folder / path).read_text())
        key = (asked["operation"], json.dumps(request, sort_keys=True))
        merged = wanted.setdefault(key, {})
        for name, value in answer.items():
            if isinstance(value, list):
                merged.setdefault(name, []).extend(value)
            elif name not in PAGING:
                merged[name] = value
    session = botocore.session.get_session()
    how = {"endpoint_url": endpoint, "region_name": region}
    made, differences, cache = {}, [], {}
    for (operation, request), answer in wanted.items():
        service, name = operation.split(":")
        if service not in cache:
            cache[service] = clients(session, service, **how)
        for client in cache[service]:
            try:
                got, calls = whole(client, name, json.loads(request))
            except Exception as err:
                differences.append(f"{operation} {request[:200]}: {type(err).__name__}: {err}")
                continue
            made[operation] = made.get(operation, 0) + calls
            one, other = plain(answer), plain(got)
            if one != other:
                keys = [k for k in one.keys() | other.keys() if one.get(k) != other.get(k)]
                detail = first_difference(one, other)
                differences.append(f"{operation} {request[:120]}: {sorted(keys)} {detail}")
    print(json.dumps({"made": made, "differences": differences}))


def first_difference(one, other, path=""):
    if type(one) is not type(other):
        return f"{path}: {one!r:.120} / {other!r:.120}"
    if isinstance(one, dict):
        for key in sorted(one.keys() | other.keys()):
            if one.get(key) != other.get(key):
                return first_difference(one.get(key), other.get(key), f"{path}/{key}")
    if isinstance(one, list):
        if len(one) != len(other):
            return f"{path}: {len(one)} / {len(other)} items"
        for number, (a, b) in enumerate(zip(one, other)):
            if a != b:
                return first_difference(a, b, f"{path}/{number}")
    return f"{path}: {one!r:.120} / {other!r:.120}"


if __name__ == "__main__":
    os.environ.setdefault("AWS_MAX_ATTEMPTS", "1")
    main()
