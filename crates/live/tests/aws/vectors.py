"""Makes vectors.jsonl: what botocore sends for a request, and what it reads from an answer.

One line an operation of operations.txt. Every member of every shape that a service reaches stands in
at least one request and one answer. To make it anew, after `cargo xtask gen aws-shapes`:

    pip install botocore==1.44.5 && python3 crates/live/tests/aws/vectors.py
"""

import base64
import datetime
import json
import pathlib
import xml.etree.ElementTree as ET

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize

HERE = pathlib.Path(__file__).parent
LIST = HERE / "../../src/aws/operations.txt"
NOW = datetime.datetime(2026, 10, 24, 4, 10, 24, tzinfo=datetime.timezone.utc)
PREFERRED = ["query", "ec2", "rest-xml", "rest-json", "json"]


class Filler:
    """Fills shapes with values; a shape that was filled before is filled by its scalars only."""

    def __init__(self):
        self.done = set()
        self.count = 0

    def of(self, shape, open=()):
        kind = shape.type_name
        if kind == "structure":
            if getattr(shape, "is_document_type", False):
                return {"any": [1, "two"]}
            again = shape.name in self.done
            self.done.add(shape.name)
            required = shape.metadata.get("required", [])
            out = {}
            members = list(shape.members.items())
            if shape.is_tagged_union:
                self.count += 1
                members = [members[self.count % len(members)]]
            for name, member in members:
                container = member.type_name in ("structure", "list", "map")
                optional = name not in required and not shape.is_tagged_union
                if member.name in open or (again and container and optional):
                    continue
                out[name] = self.of(member, open + (shape.name,))
            return out
        if kind == "list":
            if shape.member.name in open:
                return []
            return [self.of(shape.member, open + (shape.name,)) for _ in range(2)]
        if kind == "map":
            return {"k": self.of(shape.value, open + (shape.name,))}
        self.count += 1
        if kind in ("string", "character"):
            return f"s{self.count} é&<+%" if self.count % 7 == 0 else f"s{self.count}"
        if kind in ("integer", "long"):
            return self.count
        if kind in ("float", "double"):
            return self.count + 0.5
        if kind == "boolean":
            return self.count % 2 == 0
        if kind == "timestamp":
            return NOW + datetime.timedelta(seconds=self.count)
        if kind == "blob":
            return f"b{self.count}".encode()
        raise ValueError(kind)


def plain(value):
    """As Segue has it: times as text, bytes in base64."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def tree(element):
    """An element as [name, text, children by name]."""
    children = sorted((tree(child) for child in element), key=lambda child: child[0])
    return [element.tag.split("}")[-1], element.text or "", children]


def body_of(protocol, body):
    if isinstance(body, dict):  # a form
        return sorted([key, str(value)] for key, value in body.items())
    if isinstance(body, str):
        body = body.encode()
    if not body:
        return None
    return tree(ET.fromstring(body)) if protocol == "rest-xml" else json.loads(body)


def scalar(shape, value, protocol):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        style = shape.serialization.get("timestampFormat")
        if style == "unixTimestamp":
            return str(int(value.timestamp()))
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def to_xml(parent, name, shape, value, protocol):
    if shape.type_name == "structure":
        element = ET.SubElement(parent, name)
        inside(element, shape, value, protocol)
    elif shape.type_name == "list":
        flat = shape.serialization.get("flattened")
        element = parent if flat else ET.SubElement(parent, name)
        item = shape.member.serialization.get("name", name if flat else "member")
        for entry in value:
            to_xml(element, item, shape.member, entry, protocol)
    elif shape.type_name == "map":
        element = ET.SubElement(parent, name)
        for key, entry in value.items():
            pair = ET.SubElement(element, "entry")
            to_xml(pair, shape.key.serialization.get("name", "key"), shape.key, key, protocol)
            to_xml(pair, shape.value.serialization.get("name", "value"), shape.value, entry, protocol)
    else:
        ET.SubElement(parent, name).text = scalar(shape, value, protocol)


def inside(element, shape, value, protocol):
    for name, member in shape.members.items():
        if name in value and "location" not in member.serialization:
            to_xml(element, member.serialization.get("name", name), member, value[name], protocol)


def to_json(shape, value):
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        return {
            member.serialization.get("name", name): to_json(member, value[name])
            for name, member in shape.members.items()
            if name in value and "location" not in member.serialization
        }
    if shape.type_name == "list":
        return [to_json(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: to_json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return value.timestamp() + 0.25
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return value


def answer(protocol, operation, filler):
    """A body as the service would send it, and its headers."""
    shape = operation.output_shape
    value = filler.of(shape) if shape else {}
    if protocol in ("json", "rest-json"):
        return json.dumps(to_json(shape, value)) if shape else "", {}
    root = ET.Element(operation.name + "Response")
    into = root
    if shape and "resultWrapper" in shape.serialization:
        into = ET.SubElement(root, shape.serialization["resultWrapper"])
    if shape:
        inside(into, shape, value, protocol)
    if protocol == "ec2":
        ET.SubElement(root, "requestId").text = "r-1"
    elif protocol == "query":
        ET.SubElement(ET.SubElement(root, "ResponseMetadata"), "RequestId").text = "r-1"
    return ET.tostring(root, encoding="unicode"), {}


def lines():
    loader = botocore.loaders.Loader()
    for line in LIST.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        words = line.split()
        if not line.startswith(" "):
            name, folder = words
            description = loader.load_service_model(folder, "service-2")
            offered = description["metadata"]["protocols"]
            protocol = next(known for known in PREFERRED if known in offered)
            description["metadata"]["protocol"] = protocol
            model = botocore.model.ServiceModel(description, folder)
            serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
            parser = botocore.parsers.create_parser(protocol)
            asked, answered = Filler(), Filler()
            continue
        for word in words[1:]:
            operation = model.operation_model(word)
            shape = operation.input_shape
            request = asked.of(shape) if shape else {}
            sent = serializer.serialize_to_request(request, operation)
            body, headers = answer(protocol, operation, answered)
            reply = {"status_code": 200, "headers": headers, "body": body.encode()}
            read = parser.parse(reply, operation.output_shape)
            read.pop("ResponseMetadata", None)
            query = sent["query_string"]
            if isinstance(query, dict):
                query = [
                    [key, str(item)]
                    for key, value in query.items()
                    for item in (value if isinstance(value, list) else [value])
                ]
            yield {
                "operation": f"{name}:{word}",
                "request": plain(request),
                "method": sent["method"],
                "path": sent["url_path"],
                "query": sorted(query or []),
                "target": sent["headers"].get("X-Amz-Target"),
                "sent": body_of(protocol, sent["body"]),
                "answer": body,
                "read": plain(read),
            }


with open(HERE / "vectors.jsonl", "w") as out:
    for line in lines():
        out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n")
