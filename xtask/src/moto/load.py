"""Builds the estate of a snapshot in a running moto, by the calls with which one builds it in AWS.

    python load.py SNAPSHOT ENDPOINT REGION

What a call takes is what the recorded thing has and the call's model knows: there is no second
description of the estate here. AWS chooses ids, and so does moto; every pair of a recorded id and
moto's is printed at the end, as one JSON object, beside what moto refused and how many calls it
took.
"""

import collections
import json
import pathlib
import re
import sys

import botocore.config
import botocore.exceptions
import botocore.parsers
import botocore.session

SECRET = re.compile(r"(arn:aws:secretsmanager:[^:]*:[^:]*:secret:[^:]*)(:.*)$")
NAMES = {"elasticloadbalancing": "elbv2", "elasticfilesystem": "efs"}


class Loader:
    def __init__(self, folder, endpoint, region):
        self.folder = folder
        self.manifest = json.loads((folder / "snapshot.json").read_text())
        self.session = botocore.session.get_session()
        once = botocore.config.Config(retries={"total_max_attempts": 1})
        self.how = {"endpoint_url": endpoint, "region_name": region, "config": once}
        self.clients, self.ids, self.refused, self.calls = {}, {}, [], 0
        self.answers = collections.defaultdict(list)
        paths = sorted(self.manifest["answers"], key=natural)
        for path in paths:
            asked = self.manifest["answers"][path]
            answer = json.loads((folder / path).read_text())
            self.answers[asked["operation"]].append((asked["request"], answer))

    def all(self, operation, member):
        return [item for _, answer in self.answers[operation] for item in answer.get(member, [])]

    def client(self, service):
        if service not in self.clients:
            name = NAMES.get(service, service)
            self.clients[service] = self.session.create_client(name, **self.how)
        return self.clients[service]

    def call(self, operation, given, **more):
        """Makes a call with the members of `given` that its model has; None if it is refused."""
        service, name = operation.split(":")
        client = self.client(service)
        shape = client.meta.service_model.operation_model(name).input_shape
        request = project(shape, self.mapped({**given, **more})) or {}
        self.calls += 1
        try:
            return client._make_api_call(name, request)
        except botocore.exceptions.ClientError as err:
            said = err.response["Error"]
            self.refused.append(f"{operation} {said.get('Code')}: {said.get('Message', '')[:160]}")
        except (botocore.exceptions.BotoCoreError, botocore.parsers.ResponseParserError) as err:
            self.refused.append(f"{operation} {type(err).__name__}: {str(err)[:90]}")
        return None

    def pair(self, recorded, made, *members):
        for member in members:
            if recorded.get(member) and made and made.get(member):
                self.ids[recorded[member]] = made[member]

    def mapped(self, value):
        if isinstance(value, str):
            # A task names a part of a secret by what follows the secret's ARN: `ARN:key:stage:version`.
            arn, rest = SECRET.match(value).groups() if SECRET.match(value) else (value, "")
            return self.ids.get(arn, arn) + rest
        if isinstance(value, list):
            return [self.mapped(item) for item in value]
        if isinstance(value, dict):
            return {key: self.mapped(item) for key, item in value.items()}
        return value


def natural(path):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path)]


def project(shape, value):
    """Of `value` what `shape` has a place for."""
    if value is None or shape is None:
        return None
    if shape.type_name == "structure" and isinstance(value, dict):
        members = ((k, project(shape.members[k], v)) for k, v in value.items() if k in shape.members)
        return {k: v for k, v in members if v is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [project(shape.member, item) for item in value]
    # Some members have the same name and another type where they are read: `Policies` of SSM.
    return None if isinstance(value, (dict, list)) and shape.type_name != "map" else value


def network(load):
    ec2 = load.client("ec2")
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for vpc in ec2.describe_vpcs()["Vpcs"]:
        ec2.delete_vpc(VpcId=vpc["VpcId"])
    tags = lambda kind, thing: [{"ResourceType": kind, "Tags": thing["Tags"]}] if thing.get("Tags") else []
    for vpc in load.all("ec2:DescribeVpcs", "Vpcs"):
        made = load.call("ec2:CreateVpc", {"CidrBlock": vpc["CidrBlock"]}, TagSpecifications=tags("vpc", vpc))
        load.pair(vpc, made and made["Vpc"], "VpcId")
        for more in vpc.get("CidrBlockAssociationSet", []):
            if more["CidrBlock"] != vpc["CidrBlock"]:
                load.call("ec2:AssociateVpcCidrBlock", {"VpcId": vpc["VpcId"], "CidrBlock": more["CidrBlock"]})
        load.call("ec2:ModifyVpcAttribute", {"VpcId": vpc["VpcId"], "EnableDnsHostnames": {"Value": True}})
    for subnet in load.all("ec2:DescribeSubnets", "Subnets"):
        made = load.call("ec2:CreateSubnet", {k: subnet[k] for k in ("VpcId", "CidrBlock", "AvailabilityZone")},
                         TagSpecifications=tags("subnet", subnet))
        load.pair(subnet, made and made["Subnet"], "SubnetId")
        load.call("ec2:ModifySubnetAttribute", {"SubnetId": subnet["SubnetId"],
                  "MapPublicIpOnLaunch": {"Value": subnet.get("MapPublicIpOnLaunch", False)}})
    groups = load.all("ec2:DescribeSecurityGroups", "SecurityGroups")
    for group in groups:
        made = load.call("ec2:CreateSecurityGroup", {"GroupName": group["GroupName"], "VpcId": group["VpcId"],
                         "Description": group["Description"]}, TagSpecifications=tags("security-group", group))
        load.pair(group, made, "GroupId")
    for group in groups:
        wanted = [p for p in group.get("IpPermissions", [])]
        if wanted:
            load.call("ec2:AuthorizeSecurityGroupIngress", {"GroupId": group["GroupId"], "IpPermissions": wanted})
    routes(load, tags)


def routes(load, tags):
    subnets = {subnet["VpcId"]: subnet["SubnetId"] for subnet in load.all("ec2:DescribeSubnets", "Subnets")}
    for one in load.all("ec2:DescribeNatGateways", "NatGateways"):
        address = load.call("ec2:AllocateAddress", {"Domain": "vpc"})
        for recorded in one["NatGatewayAddresses"][:1]:
            load.pair(recorded, address, "AllocationId", "PublicIp")
        made = load.call("ec2:CreateNatGateway", one, SubnetId=one.get("SubnetId", subnets[one["VpcId"]]),
                         AllocationId=address and address["AllocationId"], TagSpecifications=tags("natgateway", one))
        load.pair(one, made and made["NatGateway"], "NatGatewayId")
    for one in load.all("ec2:DescribeRouteTables", "RouteTables"):
        main = any(association.get("Main") for association in one["Associations"])
        made = [table for table in load.client("ec2").describe_route_tables()["RouteTables"] if main
                and table["VpcId"] == load.mapped(one["VpcId"])]
        if not made:
            made = [load.call("ec2:CreateRouteTable", {"VpcId": one["VpcId"]})["RouteTable"]]
        load.pair(one, made[0], "RouteTableId")
        load.call("ec2:CreateTags", {"Resources": [one["RouteTableId"]], "Tags": one["Tags"]})
        for route in one["Routes"]:
            if route.get("GatewayId") != "local":
                load.call("ec2:CreateRoute", route, RouteTableId=one["RouteTableId"])
        for association in one["Associations"]:
            if association.get("SubnetId"):
                load.call("ec2:AssociateRouteTable", association, RouteTableId=one["RouteTableId"])


def balancers(load):
    elb = "elasticloadbalancing:"
    tags = {one["ResourceArn"]: one["Tags"] for one in load.all(elb + "DescribeTags", "TagDescriptions")}
    certificates = {c["CertificateArn"] for op, member in (("DescribeListeners", "Listeners"),)
                    for listener in load.all(elb + op, member) for c in listener.get("Certificates", [])}
    certificates |= {c["CertificateArn"] for c in load.all(elb + "DescribeListenerCertificates", "Certificates")}
    known = {answer["Certificate"]["CertificateArn"]: answer["Certificate"]
             for _, answer in load.answers["acm:DescribeCertificate"]}
    for arn in sorted(certificates):
        seen = known.get(arn, {})
        made = load.call("acm:RequestCertificate", {"DomainName": seen.get("DomainName", "haedal.example"),
                         "SubjectAlternativeNames": seen.get("SubjectAlternativeNames")})
        load.pair({"CertificateArn": arn}, made, "CertificateArn")
    attributes = {request.get("LoadBalancerArn"): answer["Attributes"]
                  for request, answer in load.answers[elb + "DescribeLoadBalancerAttributes"]}
    for one in load.all(elb + "DescribeLoadBalancers", "LoadBalancers"):
        made = load.call(elb + "CreateLoadBalancer", one, Name=one["LoadBalancerName"],
                         Subnets=[zone["SubnetId"] for zone in one["AvailabilityZones"]],
                         Tags=tags.get(one["LoadBalancerArn"]) or None)
        made = made and made["LoadBalancers"][0]
        load.pair(one, made, "LoadBalancerArn", "DNSName")
        load.call(elb + "ModifyLoadBalancerAttributes", {"LoadBalancerArn": one["LoadBalancerArn"],
                  "Attributes": attributes.get(one["LoadBalancerArn"], [])})
    attributes = {request.get("TargetGroupArn"): answer["Attributes"]
                  for request, answer in load.answers[elb + "DescribeTargetGroupAttributes"]}
    health = {request.get("TargetGroupArn"): answer["TargetHealthDescriptions"]
              for request, answer in load.answers[elb + "DescribeTargetHealth"]}
    for one in load.all(elb + "DescribeTargetGroups", "TargetGroups"):
        arn = one["TargetGroupArn"]
        made = load.call(elb + "CreateTargetGroup", one, Name=one["TargetGroupName"], Tags=tags.get(arn) or None)
        load.pair(one, made and made["TargetGroups"][0], "TargetGroupArn")
        load.call(elb + "ModifyTargetGroupAttributes", {"TargetGroupArn": arn, "Attributes": attributes.get(arn, [])})
        targets = [target["Target"] for target in health.get(arn, [])]
        if targets:
            load.call(elb + "RegisterTargets", {"TargetGroupArn": arn, "Targets": targets})
    for one in load.all(elb + "DescribeListeners", "Listeners"):
        made = load.call(elb + "CreateListener", one)
        load.pair(one, made and made["Listeners"][0], "ListenerArn")
    for request, answer in load.answers[elb + "DescribeListenerCertificates"]:
        more = [{"CertificateArn": c["CertificateArn"]} for c in answer["Certificates"] if not c.get("IsDefault")]
        if more:
            load.call(elb + "AddListenerCertificates", {"ListenerArn": request["ListenerArn"], "Certificates": more})
    for request, answer in load.answers[elb + "DescribeRules"]:
        for one in answer["Rules"]:
            if one.get("IsDefault"):
                found = load.call(elb + "DescribeRules", {"ListenerArn": request["ListenerArn"]}) or {"Rules": []}
                load.pair(one, next((rule for rule in found["Rules"] if rule["IsDefault"]), None), "RuleArn")
                continue
            conditions = [{k: v for k, v in c.items() if k != "Values" or len(c) == 2} for c in one["Conditions"]]
            made = load.call(elb + "CreateRule", {"ListenerArn": request["ListenerArn"], "Conditions": conditions,
                             "Actions": one["Actions"], "Priority": int(one["Priority"]),
                             "Tags": tags.get(one["RuleArn"]) or None})
            load.pair(one, made and made["Rules"][0], "RuleArn")


def secrets(load):
    for one in load.all("secretsmanager:ListSecrets", "SecretList"):
        made = load.call("secretsmanager:CreateSecret", one, SecretString="not a real value")
        load.pair(one, made, "ARN")
    for one in load.all("ssm:DescribeParameters", "Parameters"):
        load.call("ssm:PutParameter", one, Value="not a real value")


def ecs(load):
    for one in load.all("ecs:DescribeCapacityProviders", "capacityProviders"):
        if one.get("autoScalingGroupProvider"):
            load.call("ecs:CreateCapacityProvider", one)
    for one in load.all("ecs:DescribeClusters", "clusters"):
        load.call("ecs:CreateCluster", one)
    definitions = [answer for _, answer in load.answers["ecs:DescribeTaskDefinition"]]
    definitions.sort(key=lambda answer: (answer["taskDefinition"]["family"], answer["taskDefinition"]["revision"]))
    for answer in definitions:
        one = answer["taskDefinition"]
        made = load.call("ecs:RegisterTaskDefinition", one, tags=answer.get("tags") or None)
        load.pair(one, made and made["taskDefinition"], "taskDefinitionArn")
    for one in load.all("ecs:DescribeServices", "services"):
        load.call("ecs:CreateService", one, cluster=one["clusterArn"].rsplit("/", 1)[1],
                  role=one.get("roleArn"), tags=one.get("tags") or None)


def dns(load):
    for one in load.all("route53:ListHostedZones", "HostedZones"):
        private = one.get("Config", {}).get("PrivateZone", False)
        vpc = load.all("ec2:DescribeVpcs", "Vpcs")[0]["VpcId"]
        more = {"VPC": {"VPCRegion": load.how["region_name"], "VPCId": vpc}} if private else {}
        made = load.call("route53:CreateHostedZone", {"Name": one["Name"], "CallerReference": one["CallerReference"],
                         "HostedZoneConfig": one.get("Config")}, **more)
        if made:
            load.ids[one["Id"]] = made["HostedZone"]["Id"]
            load.ids[one["Id"].rsplit("/", 1)[-1]] = made["HostedZone"]["Id"].rsplit("/", 1)[-1]
    for request, answer in load.answers["route53:ListResourceRecordSets"]:
        records = [r for r in answer["ResourceRecordSets"] if r["Type"] not in ("NS", "SOA")]
        changes = [{"Action": "UPSERT", "ResourceRecordSet": record} for record in records]
        if changes:
            load.call("route53:ChangeResourceRecordSets", {"HostedZoneId": request["HostedZoneId"],
                      "ChangeBatch": {"Changes": changes}})


def mesh(load):
    vpc = load.all("ec2:DescribeVpcs", "Vpcs")[0]["VpcId"]
    for one in load.all("servicediscovery:ListNamespaces", "Namespaces"):
        kind = {"DNS_PRIVATE": "CreatePrivateDnsNamespace", "HTTP": "CreateHttpNamespace"}.get(one["Type"])
        if kind:
            load.call("servicediscovery:" + kind, {"Name": one["Name"], "Description": one.get("Description"), "Vpc": vpc})
    made = load.client("servicediscovery").list_namespaces()["Namespaces"]
    for one in load.all("servicediscovery:ListNamespaces", "Namespaces"):
        load.pair(one, next((n for n in made if (n["Name"], n["Type"]) == (one["Name"], one["Type"])), None), "Id", "Arn")
    for one in load.all("servicediscovery:ListServices", "Services"):
        config = one.get("DnsConfig", {})
        made = load.call("servicediscovery:CreateService", one, NamespaceId=config.get("NamespaceId"))
        load.pair(one, made and made["Service"], "Id", "Arn")


def around(load):
    scaling = "application-autoscaling:"
    for one in load.all(scaling + "DescribeScalableTargets", "ScalableTargets"):
        load.call(scaling + "RegisterScalableTarget", one)
    for one in load.all(scaling + "DescribeScalingPolicies", "ScalingPolicies"):
        made = load.call(scaling + "PutScalingPolicy", one)
        load.pair(one, made, "PolicyARN")
    for one in load.all(scaling + "DescribeScheduledActions", "ScheduledActions"):
        load.call(scaling + "PutScheduledAction", one)
    for one in load.all("iam:GetAccountAuthorizationDetails", "RoleDetailList"):
        made = load.call("iam:CreateRole", one,
                         AssumeRolePolicyDocument=text(one["AssumeRolePolicyDocument"]))
        load.pair(one, made and made["Role"], "RoleId")
        for policy in one.get("RolePolicyList", []):
            load.call("iam:PutRolePolicy", {"RoleName": one["RoleName"], "PolicyName": policy["PolicyName"],
                      "PolicyDocument": text(policy["PolicyDocument"])})
        for policy in one.get("AttachedManagedPolicies", []):
            load.call("iam:AttachRolePolicy", {"RoleName": one["RoleName"], "PolicyArn": policy["PolicyArn"]})
    for one in load.all("events:ListRules", "Rules"):
        load.call("events:PutRule", one)
    for request, answer in load.answers["events:ListTargetsByRule"]:
        load.call("events:PutTargets", {"Rule": request["Rule"], "Targets": answer["Targets"]})
    for _, one in load.answers["scheduler:GetSchedule"]:
        load.call("scheduler:CreateSchedule", one)
    for one in load.all("logs:DescribeLogGroups", "logGroups"):
        load.call("logs:CreateLogGroup", one)
        if one.get("retentionInDays"):
            load.call("logs:PutRetentionPolicy", one)
    for one in load.all("logs:DescribeMetricFilters", "metricFilters"):
        load.call("logs:PutMetricFilter", one)
    for one in load.all("cloudwatch:DescribeAlarms", "MetricAlarms"):
        load.call("cloudwatch:PutMetricAlarm", one)
    for one in load.all("elasticfilesystem:DescribeFileSystems", "FileSystems"):
        made = load.call("elasticfilesystem:CreateFileSystem", one)
        load.pair(one, made, "FileSystemId", "FileSystemArn")
    for one in load.all("elasticfilesystem:DescribeAccessPoints", "AccessPoints"):
        made = load.call("elasticfilesystem:CreateAccessPoint", one)
        load.pair(one, made, "AccessPointId", "AccessPointArn")
    for one in load.all("elasticfilesystem:DescribeMountTargets", "MountTargets"):
        made = load.call("elasticfilesystem:CreateMountTarget", one)
        load.pair(one, made, "MountTargetId")
    for request, answer in load.answers["ecr:BatchGetImage"]:
        load.call("ecr:CreateRepository", {"repositoryName": request["repositoryName"]})
        for image in answer["images"]:
            load.call("ecr:PutImage", {**image, **image["imageId"]})
    for name in load.all("codedeploy:ListApplications", "applications"):
        load.call("codedeploy:CreateApplication", {"applicationName": name, "computePlatform": "ECS"})
    for group in load.all("codedeploy:BatchGetDeploymentGroups", "deploymentGroupsInfo"):
        load.call("codedeploy:CreateDeploymentGroup", group)


def text(document):
    return document if isinstance(document, str) else json.dumps(document)


def main():
    load = Loader(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
    # What is named by others comes before them: secrets and Cloud Map before the tasks and services
    # of ECS, these before their scaling.
    for step in (network, balancers, dns, mesh, secrets, ecs, around):
        step(load)
    print(json.dumps({"calls": load.calls, "ids": load.ids, "refused": load.refused}))


main()
