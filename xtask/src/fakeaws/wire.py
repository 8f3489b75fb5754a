"""Writes wire.json beside this file again: how the operations that the fake serves look on the wire.

    python3 -m venv /tmp/models && /tmp/models/bin/pip install botocore
    /tmp/models/bin/python xtask/src/fakeaws/wire.py

Of the models in botocore only what decides bytes is taken: names on the wire, places (path, query,
header), kinds of values. JSON needs no names, so of a JSON answer only the way to times is kept.
"""

import gzip
import json
import pathlib

import botocore

OPERATIONS = {
    "ecs": "ListClusters DescribeClusters ListServices DescribeServices ListTasks DescribeTasks"
    " ListTaskDefinitions DescribeTaskDefinition DescribeCapacityProviders ListContainerInstances"
    " DescribeContainerInstances ListTagsForResource",
    "elbv2": "DescribeLoadBalancers DescribeTargetGroups DescribeListeners DescribeRules"
    " DescribeListenerCertificates DescribeLoadBalancerAttributes DescribeTargetGroupAttributes"
    " DescribeListenerAttributes DescribeTargetHealth DescribeTags",
    "route53": "ListHostedZones ListResourceRecordSets",
    "application-autoscaling": "DescribeScalableTargets DescribeScalingPolicies"
    " DescribeScheduledActions",
    "cloudwatch": "DescribeAlarms GetMetricData ListMetrics",
    "logs": "DescribeLogGroups DescribeMetricFilters DescribeSubscriptionFilters",
    "servicediscovery": "ListNamespaces ListServices GetNamespace GetService ListInstances",
    "events": "ListRules ListTargetsByRule ListEventBuses",
    "scheduler": "ListSchedules GetSchedule ListScheduleGroups",
    "iam": "GetAccountAuthorizationDetails",
    "secretsmanager": "ListSecrets DescribeSecret",
    "ssm": "DescribeParameters",
    "ecr": "DescribeRepositories DescribeImages BatchGetImage",
    "ec2": "DescribeVpcs DescribeSubnets DescribeRouteTables DescribeNatGateways"
    " DescribeVpcEndpoints DescribeSecurityGroups DescribeSecurityGroupRules"
    " DescribeVpcPeeringConnections DescribeTransitGateways DescribeTransitGatewayAttachments"
    " DescribeTransitGatewayVpcAttachments DescribeNetworkInterfaces DescribeInstances"
    " DescribeInternetGateways DescribeAddresses DescribeNetworkAcls DescribePrefixLists"
    " DescribeManagedPrefixLists DescribeInstanceTypes DescribeAvailabilityZones",
    "efs": "DescribeFileSystems DescribeAccessPoints DescribeMountTargets",
    "acm": "ListCertificates DescribeCertificate",
    "wafv2": "GetWebACLForResource GetWebACL ListWebACLs",
    "codedeploy": "ListApplications ListDeploymentGroups BatchGetDeploymentGroups"
    " GetDeploymentGroup",
    "rds": "DescribeDBInstances DescribeDBClusters",
    "elasticache": "DescribeCacheClusters DescribeReplicationGroups",
    "service-quotas": "ListServiceQuotas",
    "resourcegroupstaggingapi": "GetResources",
    "sts": "GetCallerIdentity",
}

DATA = pathlib.Path(botocore.__file__).parent / "data"


class Service:
    def __init__(self, name):
        version = sorted((DATA / name).iterdir())[-1]
        self.model = json.loads(gzip.open(version / "service-2.json.gz").read())
        meta = self.model["metadata"]
        protocols = meta.get("protocols") or [meta["protocol"]]
        # The fake speaks what can be read with the eye; an SDK chooses among these too.
        known = [p for p in protocols if p in ("json", "query", "ec2", "rest-json", "rest-xml")]
        self.protocol = known[0]
        self.protocols = known
        self.meta = meta
        self.shapes = {}

    def shape(self, ref, keep_all):
        """The name under which a shape is kept, or None where nothing of it decides bytes."""
        name = ref["shape"]
        raw = self.model["shapes"][name]
        kind = raw["type"]
        if kind in ("string", "character"):
            return "s" if keep_all else None
        if kind in ("integer", "long"):
            return "i" if keep_all else None
        if kind in ("float", "double"):
            return "f" if keep_all else None
        if kind == "boolean":
            return "b" if keep_all else None
        if kind == "blob":
            return "B"
        if kind == "timestamp":
            form = ref.get("timestampFormat") or raw.get("timestampFormat")
            if form is None:
                form = "unixTimestamp" if "json" in self.protocol else "iso8601"
            return {"unixTimestamp": "tu", "iso8601": "ti", "rfc822": "tr"}[form]
        key = name if keep_all else name + "?"
        if key in self.shapes:
            return key
        self.shapes[key] = made = {}
        if kind == "list":
            element = self.shape(raw["member"], keep_all)
            if element is not None:
                made["list"] = element
                made["name"] = raw["member"].get("locationName", "member")
                if self.protocol == "ec2":
                    made["name"] = raw["member"].get("locationName", "item")
                if raw.get("flattened"):
                    made["flat"] = True
        elif kind == "map":
            value = self.shape(raw["value"], keep_all)
            if value is not None:
                made["map"] = value
        else:
            members = {}
            for member, target in raw.get("members", {}).items():
                found = self.shape(target, keep_all)
                if found is not None:
                    members[member] = self.member(member, target, found)
            if members or keep_all:
                made["of"] = members
        if not made and not keep_all:
            del self.shapes[key]
            return None
        return key

    def member(self, member, target, found):
        entry = {"is": found}
        name = target.get("locationName", member)
        if name != member:
            entry["name"] = name
        if self.protocol == "ec2":
            query = target.get("queryName") or (name[0].upper() + name[1:])
            if query != name:
                entry["query"] = query
        if "location" in target:
            entry["in"] = target["location"]
        return entry

    def operation(self, name):
        raw = self.model["operations"][name]
        xml = any(p in ("query", "ec2", "rest-xml") for p in self.protocols)
        made = {}
        http = raw.get("http", {})
        if self.protocol.startswith("rest"):
            made["method"], made["uri"] = http["method"], http["requestUri"]
        if "input" in raw and (xml or self.protocol == "rest-json"):
            made["in"] = self.shape(raw["input"], True)
        if "output" in raw:
            found = self.shape(raw["output"], xml)
            if found:
                made["out"] = found
            wrapper = raw["output"].get("resultWrapper")
            if wrapper:
                made["wrapper"] = wrapper
            top = self.model["shapes"][raw["output"]["shape"]]["members"]
            # What an answer of which nothing was recorded consists of.
            must = self.model["shapes"][raw["output"]["shape"]].get("required", [])
            kinds = {m: self.model["shapes"][t["shape"]]["type"] for m, t in top.items()}
            lists = [m for m, k in kinds.items() if k == "list"]
            made["empty"] = {m: [] for m in lists}
            for member in must:
                made["empty"].setdefault(member, {"boolean": False}.get(kinds[member], ""))
        # JSON services that take times in requests would need "in" as well; none served here does.
        return made

    def all(self, operations):
        made = {name: self.operation(name) for name in operations.split()}
        meta = {
            "protocols": self.protocols,
            "signs": self.meta.get("signingName", self.meta["endpointPrefix"]),
            "xmlns": self.meta.get("xmlNamespace")
            or f"http://{self.meta['endpointPrefix']}.amazonaws.com/doc/{self.meta['apiVersion']}/",
            "version": self.meta["apiVersion"],
            "operations": made,
            "shapes": self.shapes,
        }
        if "targetPrefix" in self.meta:
            meta["target"] = self.meta["targetPrefix"]
        return meta


IAM_NAMES = {
    "elbv2": "elasticloadbalancing",
    "efs": "elasticfilesystem",
    "service-quotas": "servicequotas",
    "resourcegroupstaggingapi": "tag",
}

services = {IAM_NAMES.get(name, name): Service(name).all(ops) for name, ops in OPERATIONS.items()}
lines = []
for name, service in sorted(services.items()):
    inner = []
    for key, value in service.items():
        if key in ("operations", "shapes"):
            rows = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(value.items())]
            inner.append(f' "{key}": {{\n' + ",\n".join(rows) + "\n }")
        else:
            inner.append(f" {json.dumps(key)}: {json.dumps(value)}")
    lines.append(f'"{name}": {{\n' + ",\n".join(inner) + "\n}")
out = pathlib.Path(__file__).with_name("wire.json")
out.write_text("{\n" + ",\n".join(lines) + "\n}\n")
