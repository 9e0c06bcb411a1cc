"""Calls every operation of the sandbox through botocore and holds each raw answer against botocore's own output shape.

Prints one JSON document: {"called": ["eks:CreateCluster", ...], "problems": ["..."]}.
"""
import base64
import json
import re
import ssl
import sys
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

import botocore.session
import botocore.signers

# AWS itself answers these, whatever the model's enums say.
REAL = {("AttachmentStatus", "available"), ("NetworkInterfaceType", "nat_gateway"), ("PermissionsBoundaryAttachmentType", "Policy"), ("State", "pending"), ("State", "available"), ("State", "deleting")}

session = botocore.session.get_session()
called, problems, raw = set(), [], {}


def remember(response_dict, **_):
    raw["body"] = response_dict["body"]


def client(name):
    made = session.create_client(name)
    made.meta.events.register("before-parse", remember)
    return made


eks, auth, iam, sts, ec2, elb, elbv2, logs, acm, kms = (client(name) for name in ("eks", "eks-auth", "iam", "sts", "ec2", "elb", "elbv2", "logs", "acm", "kms"))


def check_value(where, shape, text):
    if shape.type_name == "string" and shape.enum and text not in shape.enum and (shape.name, text) not in REAL:
        problems.append(f"{where}: {text!r} is not in the enum {shape.name}")
    if shape.type_name == "boolean" and text not in ("true", "false"):
        problems.append(f"{where}: {text!r} is no boolean")
    if shape.type_name in ("integer", "long") and not re.fullmatch(r"-?\d+", text or ""):
        problems.append(f"{where}: {text!r} is no integer")


def check_json(where, shape, node):
    if shape.type_name == "structure":
        if not isinstance(node, dict):
            problems.append(f"{where}: not an object")
            return
        names = {(member.serialization.get("name") or key): member for key, member in shape.members.items()}
        for key, value in node.items():
            if key not in names:
                problems.append(f"{where}.{key}: unknown member")
            elif value is None:
                problems.append(f"{where}.{key}: null")
            else:
                check_json(f"{where}.{key}", names[key], value)
        for key in shape.required_members:
            if key not in node:
                problems.append(f"{where}.{key}: required, absent")
    elif shape.type_name == "list":
        for item in node:
            check_json(f"{where}[]", shape.member, item)
    elif shape.type_name == "map":
        for value in node.values():
            check_json(f"{where}{{}}", shape.value, value)
    else:
        kinds = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": (int, float)}
        if not isinstance(node, kinds[shape.type_name]):
            problems.append(f"{where}: {node!r} is no {shape.type_name}")
        elif shape.type_name == "string":
            check_value(where, shape, node)


def local(element):
    return element.tag.split("}")[-1]


def check_xml(where, shape, element, item):
    if shape.type_name == "structure":
        names = {(member.serialization.get("name") or key): member for key, member in shape.members.items()}
        for child in element:
            if local(child) not in names:
                problems.append(f"{where}.{local(child)}: unknown element")
            else:
                check_xml(f"{where}.{local(child)}", names[local(child)], child, item)
        present = {local(child) for child in element}
        for key in shape.required_members:
            if (shape.members[key].serialization.get("name") or key) not in present:
                problems.append(f"{where}.{key}: required, absent")
    elif shape.type_name == "list":
        name = shape.member.serialization.get("name") or item
        for child in element:
            if local(child) != name:
                problems.append(f"{where}: holds {local(child)}, expected {name}")
            check_xml(f"{where}[]", shape.member, child, item)
    else:
        check_value(where, shape, element.text or "")


def check(service, operation):
    model = session.get_service_model(service).operation_model(operation)
    where, body = f"{service}:{operation}", raw["body"]
    if service in ("eks", "eks-auth"):
        check_json(where, model.output_shape, json.loads(body))
        return
    if service in ("logs", "acm", "kms"):
        if model.output_shape is not None:
            check_json(where, model.output_shape, json.loads(body))
        elif body:
            problems.append(f"{where}: has a body, though it should have none")
        return
    root = ElementTree.fromstring(body)
    if local(root) != f"{operation}Response":
        problems.append(f"{where}: the root is {local(root)}")
    if service == "ec2":
        for child in list(root):
            # Every answer carries its id; those without members say only whether.
            if local(child) == "requestId" or (model.output_shape is None and local(child) == "return"):
                root.remove(child)
        extra = {"return", "groupId"} if operation in ("DeleteSecurityGroup", "CreateSecurityGroup") else set()
        for child in [child for child in root if local(child) in extra - set(model.output_shape.members if model.output_shape else [])]:
            if local(child) == "return":
                root.remove(child)
        if model.output_shape is not None:
            check_xml(where, model.output_shape, root, "item")
        elif len(root):
            problems.append(f"{where}: has members, though it should have none")
    else:
        result = [child for child in root if local(child) == f"{operation}Result"]
        if model.output_shape is not None and model.output_shape.members and result:
            check_xml(where, model.output_shape, result[0], "member")
        elif model.output_shape is not None and model.output_shape.required_members:
            problems.append(f"{where}: no result")


def call(source, operation, **parameters):
    service = source.meta.service_model.service_name
    called.add(f"{service}:{operation}")
    answer = source._make_api_call(operation, parameters)
    check(service, operation)
    return answer


def until(question, seconds=15):
    end = time.time() + seconds
    while not question():
        if time.time() > end:
            raise TimeoutError(question)
        time.sleep(0.02)


def trust(service):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]})


POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
TAGS = [{"Key": "team", "Value": "a b"}]


def identity():
    call(sts, "GetCallerIdentity")
    call(sts, "GetSessionToken")
    account = sts.get_caller_identity()["Account"]
    call(iam, "CreateUser", UserName="ann", Tags=TAGS)
    call(iam, "GetUser", UserName="ann")
    call(iam, "ListUsers")
    call(iam, "TagUser", UserName="ann", Tags=[{"Key": "k", "Value": "v"}])
    call(iam, "UntagUser", UserName="ann", TagKeys=["k"])
    assert call(iam, "ListUserTags", UserName="ann")["Tags"] == TAGS
    key = call(iam, "CreateAccessKey", UserName="ann")["AccessKey"]["AccessKeyId"]
    call(iam, "ListAccessKeys", UserName="ann")
    call(iam, "DeleteAccessKey", UserName="ann", AccessKeyId=key)
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    call(iam, "AttachUserPolicy", UserName="ann", PolicyArn=policy)
    call(iam, "ListAttachedUserPolicies", UserName="ann")
    call(iam, "DetachUserPolicy", UserName="ann", PolicyArn=policy)
    call(iam, "DeleteUser", UserName="ann")
    own = call(iam, "CreatePolicy", PolicyName="p", PolicyDocument=POLICY, Tags=TAGS, Description="d")["Policy"]["Arn"]
    call(iam, "GetPolicy", PolicyArn=own)
    call(iam, "ListPolicies", Scope="All")
    call(iam, "CreatePolicyVersion", PolicyArn=own, PolicyDocument=POLICY)
    call(iam, "GetPolicyVersion", PolicyArn=own, VersionId="v2")
    call(iam, "SetDefaultPolicyVersion", PolicyArn=own, VersionId="v2")
    call(iam, "ListPolicyVersions", PolicyArn=own)
    call(iam, "DeletePolicyVersion", PolicyArn=own, VersionId="v1")
    call(iam, "TagPolicy", PolicyArn=own, Tags=[{"Key": "k", "Value": "v"}])
    call(iam, "ListPolicyTags", PolicyArn=own)
    call(iam, "UntagPolicy", PolicyArn=own, TagKeys=["k"])
    roles = {}
    for name, service in (("cluster", "eks.amazonaws.com"), ("node", "ec2.amazonaws.com"), ("fargate", "eks-fargate-pods.amazonaws.com"), ("pod", "pods.eks.amazonaws.com"), ("capability", "capabilities.eks.amazonaws.com")):
        roles[name] = call(iam, "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust(service), Description="d", Tags=TAGS)["Role"]["Arn"]
    call(iam, "AttachRolePolicy", RoleName="node", PolicyArn=own)
    call(iam, "ListAttachedRolePolicies", RoleName="node")
    call(iam, "ListEntitiesForPolicy", PolicyArn=own)
    call(iam, "DetachRolePolicy", RoleName="node", PolicyArn=own)
    call(iam, "DeletePolicy", PolicyArn=own)
    call(iam, "PutRolePolicy", RoleName="node", PolicyName="inline", PolicyDocument=POLICY)
    assert call(iam, "GetRolePolicy", RoleName="node", PolicyName="inline")["PolicyDocument"] == json.loads(POLICY)
    call(iam, "ListRolePolicies", RoleName="node")
    call(iam, "DeleteRolePolicy", RoleName="node", PolicyName="inline")
    call(iam, "UpdateRole", RoleName="node", MaxSessionDuration=7200)
    call(iam, "UpdateRoleDescription", RoleName="node", Description="nodes")
    call(iam, "PutRolePermissionsBoundary", RoleName="node", PermissionsBoundary=policy)
    call(iam, "AttachRolePolicy", RoleName="node", PolicyArn="arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy")
    call(iam, "GetRole", RoleName="node")
    call(iam, "DeleteRolePermissionsBoundary", RoleName="node")
    call(iam, "ListRoles")
    call(iam, "TagRole", RoleName="node", Tags=[{"Key": "k", "Value": "v"}])
    call(iam, "ListRoleTags", RoleName="node")
    call(iam, "UntagRole", RoleName="node", TagKeys=["k"])
    call(iam, "CreateServiceLinkedRole", AWSServiceName="spot.amazonaws.com")
    call(iam, "CreateRole", RoleName="admin", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}}))
    call(iam, "UpdateAssumeRolePolicy", RoleName="admin", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}}))
    credentials = call(sts, "AssumeRole", RoleArn=f"arn:aws:iam::{account}:role/admin", RoleSessionName="me@home")["Credentials"]
    other = session.create_client("sts", aws_access_key_id=credentials["AccessKeyId"], aws_secret_access_key=credentials["SecretAccessKey"], aws_session_token=credentials["SessionToken"])
    assert other.get_caller_identity()["Arn"] == f"arn:aws:sts::{account}:assumed-role/admin/me@home"
    call(iam, "DeleteRole", RoleName="admin")
    call(iam, "CreateInstanceProfile", InstanceProfileName="i", Tags=TAGS)
    call(iam, "AddRoleToInstanceProfile", InstanceProfileName="i", RoleName="node")
    call(iam, "GetInstanceProfile", InstanceProfileName="i")
    call(iam, "TagInstanceProfile", InstanceProfileName="i", Tags=[{"Key": "k", "Value": "v"}])
    call(iam, "UntagInstanceProfile", InstanceProfileName="i", TagKeys=["k"])
    assert call(iam, "ListInstanceProfileTags", InstanceProfileName="i")["Tags"] == TAGS
    call(iam, "ListInstanceProfiles")
    call(iam, "ListInstanceProfilesForRole", RoleName="node")
    call(iam, "RemoveRoleFromInstanceProfile", InstanceProfileName="i", RoleName="node")
    call(iam, "DeleteInstanceProfile", InstanceProfileName="i")
    provider = call(iam, "CreateOpenIDConnectProvider", Url="https://oidc.example.com/id/A", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40], Tags=TAGS)["OpenIDConnectProviderArn"]
    call(iam, "AddClientIDToOpenIDConnectProvider", OpenIDConnectProviderArn=provider, ClientID="b")
    call(iam, "RemoveClientIDFromOpenIDConnectProvider", OpenIDConnectProviderArn=provider, ClientID="b")
    call(iam, "UpdateOpenIDConnectProviderThumbprint", OpenIDConnectProviderArn=provider, ThumbprintList=["b" * 40])
    call(iam, "TagOpenIDConnectProvider", OpenIDConnectProviderArn=provider, Tags=[{"Key": "k", "Value": "v"}])
    call(iam, "UntagOpenIDConnectProvider", OpenIDConnectProviderArn=provider, TagKeys=["k"])
    call(iam, "ListOpenIDConnectProviderTags", OpenIDConnectProviderArn=provider)
    assert call(iam, "GetOpenIDConnectProvider", OpenIDConnectProviderArn=provider)["ThumbprintList"] == ["b" * 40]
    call(iam, "ListOpenIDConnectProviders")
    call(iam, "DeleteOpenIDConnectProvider", OpenIDConnectProviderArn=provider)
    return roles


def log_groups():
    name = {"logGroupName": "/aws/eks/mine/cluster"}
    call(logs, "CreateLogGroup", tags={"a": "b"}, **name)
    call(logs, "PutRetentionPolicy", retentionInDays=30, **name)
    group = call(logs, "DescribeLogGroups", logGroupNamePrefix="/aws/eks/")["logGroups"][0]
    assert group["retentionInDays"] == 30 and group["arn"] == group["logGroupArn"] + ":*"
    call(logs, "TagResource", resourceArn=group["logGroupArn"], tags={"c": "d"})
    call(logs, "UntagResource", resourceArn=group["logGroupArn"], tagKeys=["a"])
    assert call(logs, "ListTagsForResource", resourceArn=group["logGroupArn"])["tags"] == {"c": "d"}
    call(logs, "DeleteRetentionPolicy", **name)
    logs.create_log_group(logGroupName="second")
    assert [[found["logGroupName"] for found in page["logGroups"]] for page in logs.get_paginator("describe_log_groups").paginate(limit=1)] == [[name["logGroupName"]], ["second"]]
    call(logs, "DeleteLogGroup", **name)
    try:
        logs.delete_log_group(**name)
        problems.append("logs:DeleteLogGroup: deleted twice")
    except logs.exceptions.ResourceNotFoundException:
        pass
    logs.delete_log_group(logGroupName="second")


def tagged(kind):
    return [{"ResourceType": kind, "Tags": TAGS}]


def network():
    call(ec2, "DescribeRegions")
    zones = [zone["ZoneName"] for zone in call(ec2, "DescribeAvailabilityZones")["AvailabilityZones"]]
    call(ec2, "DescribeInstanceTypeOfferings", LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["m5.large"]}])
    call(ec2, "DescribeInstanceTypes", InstanceTypes=["m5.large", "m7g.large"])
    vpc = call(ec2, "CreateVpc", CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
    call(ec2, "ModifyVpcAttribute", VpcId=vpc, EnableDnsHostnames={"Value": True})
    assert call(ec2, "DescribeVpcAttribute", VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    until(lambda: call(ec2, "DescribeVpcs", VpcIds=[vpc])["Vpcs"][0]["State"] == "available")
    subnets = [call(ec2, "CreateSubnet", VpcId=vpc, CidrBlock=f"10.0.{index * 32}.0/19", AvailabilityZone=zones[index % 2], TagSpecifications=tagged("subnet"))["Subnet"]["SubnetId"] for index in range(4)]
    for subnet in subnets[:2]:
        call(ec2, "ModifySubnetAttribute", SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    call(ec2, "DescribeSubnets", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    gateway = call(ec2, "CreateInternetGateway", TagSpecifications=tagged("internet-gateway"))["InternetGateway"]["InternetGatewayId"]
    call(ec2, "AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    call(ec2, "DescribeInternetGateways", Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])
    address = call(ec2, "AllocateAddress", Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    nat = call(ec2, "CreateNatGateway", SubnetId=subnets[0], AllocationId=address, TagSpecifications=tagged("natgateway"))["NatGateway"]["NatGatewayId"]
    call(ec2, "DescribeAddresses", AllocationIds=[address])
    until(lambda: call(ec2, "DescribeNatGateways", NatGatewayIds=[nat])["NatGateways"][0]["State"] == "available")
    tables, associations = [], []
    for index, target in enumerate(({"GatewayId": gateway}, {"NatGatewayId": nat})):
        table = call(ec2, "CreateRouteTable", VpcId=vpc, TagSpecifications=tagged("route-table"))["RouteTable"]["RouteTableId"]
        assert call(ec2, "CreateRoute", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)["Return"]
        call(ec2, "ReplaceRoute", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        associations += [call(ec2, "AssociateRouteTable", RouteTableId=table, SubnetId=subnet)["AssociationId"] for subnet in subnets[2 * index:2 * index + 2]]
        tables.append(table)
    call(ec2, "DescribeRouteTables", Filters=[{"Name": "association.subnet-id", "Values": subnets}])
    group = call(ec2, "CreateSecurityGroup", GroupName="g", Description="d", VpcId=vpc, TagSpecifications=tagged("security-group"))["GroupId"]
    ssh = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "d"}]}, {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    rules = call(ec2, "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=ssh)["SecurityGroupRules"]
    call(ec2, "AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=ssh)
    call(ec2, "DescribeSecurityGroupRules", Filters=[{"Name": "group-id", "Values": [group]}])
    call(ec2, "DescribeSecurityGroups", GroupIds=[group])
    call(ec2, "RevokeSecurityGroupIngress", GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"] for rule in rules])
    call(ec2, "RevokeSecurityGroupEgress", GroupId=group, IpPermissions=ssh)
    interface = call(ec2, "CreateNetworkInterface", SubnetId=subnets[0], Groups=[group], Description="mine", TagSpecifications=tagged("network-interface"))["NetworkInterface"]["NetworkInterfaceId"]
    call(ec2, "DescribeNetworkInterfaces", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    call(ec2, "DeleteNetworkInterface", NetworkInterfaceId=interface)
    call(ec2, "DeleteSecurityGroup", GroupId=group)
    data = {
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 80, "VolumeType": "gp3", "Encrypted": True}}], "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        "TagSpecifications": [{"ResourceType": "instance", "Tags": TAGS}], "NetworkInterfaces": [{"DeviceIndex": 0, "Groups": [group]}], "UserData": "eA==",
    }
    template = call(ec2, "CreateLaunchTemplate", LaunchTemplateName="lt-1", LaunchTemplateData=data, TagSpecifications=tagged("launch-template"))["LaunchTemplate"]["LaunchTemplateId"]
    call(ec2, "CreateLaunchTemplateVersion", LaunchTemplateId=template, LaunchTemplateData={"MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}, "TagSpecifications": [{"ResourceType": "instance", "Tags": TAGS}]})
    call(ec2, "ModifyLaunchTemplate", LaunchTemplateId=template, DefaultVersion="2")
    call(ec2, "DescribeLaunchTemplates", LaunchTemplateIds=[template])
    versions = call(ec2, "DescribeLaunchTemplateVersions", LaunchTemplateId=template)["LaunchTemplateVersions"]
    echoed = [version for version in versions if version["VersionNumber"] == 1][0]["LaunchTemplateData"]
    if echoed != data:
        problems.append(f"ec2:DescribeLaunchTemplateVersions: {echoed} is not what was sent")
    call(ec2, "DeleteLaunchTemplateVersions", LaunchTemplateId=template, Versions=["1", "2"])
    instance = call(ec2, "RunInstances", ImageId="ami-0123456789abcdef0", InstanceType="m5.large", MinCount=1, MaxCount=1, SubnetId=subnets[2], TagSpecifications=tagged("instance"))["Instances"][0]["InstanceId"]
    until(lambda: ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"] == "running")
    assert call(ec2, "TerminateInstances", InstanceIds=[instance])["TerminatingInstances"][0]["PreviousState"]["Name"] == "running"
    until(lambda: ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"] == "terminated")
    volume = call(ec2, "CreateVolume", AvailabilityZone=zones[0], Size=8, VolumeType="gp3", TagSpecifications=tagged("volume"))["VolumeId"]
    call(ec2, "DescribeVolumes", Filters=[{"Name": "tag:team", "Values": ["a b"]}])
    call(ec2, "DeleteVolume", VolumeId=volume)
    call(ec2, "CreateKeyPair", KeyName="ops", TagSpecifications=tagged("key-pair"))
    call(ec2, "DescribeKeyPairs", KeyNames=["ops"], Filters=[{"Name": "tag:team", "Values": ["a b"]}])
    call(ec2, "DeleteKeyPair", KeyName="ops")
    call(ec2, "CreateTags", Resources=[vpc, *subnets], Tags=[{"Key": "k", "Value": "v"}])
    call(ec2, "DescribeTags", Filters=[{"Name": "resource-id", "Values": [vpc]}])
    call(ec2, "DeleteTags", Resources=[vpc], Tags=[{"Key": "k"}])

    def leave():
        call(ec2, "DeleteLaunchTemplate", LaunchTemplateId=template)
        call(ec2, "DeleteNatGateway", NatGatewayId=nat)
        until(lambda: ec2.describe_nat_gateways(Filters=[{"Name": "state", "Values": ["deleting"]}])["NatGateways"] == [])
        call(ec2, "ReleaseAddress", AllocationId=address)
        for table in tables:
            call(ec2, "DeleteRoute", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
        for association in associations:
            call(ec2, "DisassociateRouteTable", AssociationId=association)
        for table in tables:
            call(ec2, "DeleteRouteTable", RouteTableId=table)
        call(ec2, "DetachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
        call(ec2, "DeleteInternetGateway", InternetGatewayId=gateway)
        for subnet in subnets:
            call(ec2, "DeleteSubnet", SubnetId=subnet)
        call(ec2, "DeleteVpc", VpcId=vpc)

    return vpc, subnets, template, leave


def endpoints():
    """A VPC with IPv6, its way out, and endpoints of AWS services."""
    vpc = call(ec2, "CreateVpc", CidrBlock="10.1.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    for attribute in ({"EnableDnsSupport": {"Value": True}}, {"EnableDnsHostnames": {"Value": True}}):
        call(ec2, "ModifyVpcAttribute", VpcId=vpc, **attribute)
    call(ec2, "AssociateVpcCidrBlock", VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    block = lambda: call(ec2, "DescribeVpcs", VpcIds=[vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]
    until(lambda: block()["Ipv6CidrBlockState"]["State"] == "associated")
    subnet = call(ec2, "CreateSubnet", VpcId=vpc, CidrBlock="10.1.0.0/24", Ipv6CidrBlock=block()["Ipv6CidrBlock"].replace("/56", "/64"))["Subnet"]["SubnetId"]
    call(ec2, "ModifySubnetAttribute", SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
    assert call(ec2, "DescribeSubnets", SubnetIds=[subnet])["Subnets"][0]["AssignIpv6AddressOnCreation"]
    egress = call(ec2, "CreateEgressOnlyInternetGateway", VpcId=vpc, ClientToken="once", TagSpecifications=tagged("egress-only-internet-gateway"))["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    call(ec2, "DescribeEgressOnlyInternetGateways", EgressOnlyInternetGatewayIds=[egress])
    table = call(ec2, "CreateRouteTable", VpcId=vpc)["RouteTable"]["RouteTableId"]
    call(ec2, "CreateRoute", RouteTableId=table, DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=egress)
    services = {(service["ServiceName"].rsplit(".", 1)[1], service["ServiceType"][0]["ServiceType"]): service["ServiceName"] for service in call(ec2, "DescribeVpcEndpointServices")["ServiceDetails"]}
    made = [
        call(ec2, "CreateVpcEndpoint", VpcId=vpc, ServiceName=services["s3", "Gateway"], VpcEndpointType="Gateway", RouteTableIds=[table], TagSpecifications=tagged("vpc-endpoint"))["VpcEndpoint"]["VpcEndpointId"],
        call(ec2, "CreateVpcEndpoint", VpcId=vpc, ServiceName=services["sts", "Interface"], VpcEndpointType="Interface", SubnetIds=[subnet], PrivateDnsEnabled=True)["VpcEndpoint"]["VpcEndpointId"],
    ]
    until(lambda: {endpoint["State"] for endpoint in call(ec2, "DescribeVpcEndpoints", VpcEndpointIds=made)["VpcEndpoints"]} == {"available"})
    call(ec2, "DescribeRouteTables", RouteTableIds=[table])
    call(ec2, "DescribeNetworkInterfaces", Filters=[{"Name": "subnet-id", "Values": [subnet]}])
    call(ec2, "ModifyVpcEndpoint", VpcEndpointId=made[0], RemoveRouteTableIds=[table])
    assert call(ec2, "DeleteVpcEndpoints", VpcEndpointIds=[*made, "vpce-0123456789abcdef0"])["Unsuccessful"][0]["Error"]["Code"] == "InvalidVpcEndpointId.NotFound"
    until(lambda: ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["VpcEndpoints"] == [])
    call(ec2, "DeleteEgressOnlyInternetGateway", EgressOnlyInternetGatewayId=egress)
    call(ec2, "DeleteRouteTable", RouteTableId=table)
    call(ec2, "DeleteSubnet", SubnetId=subnet)
    call(ec2, "DeleteVpc", VpcId=vpc)


def ties():
    """What holds a VPC without a network interface in it."""
    vpc, other = (call(ec2, "CreateVpc", CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in (2, 3))
    subnet = call(ec2, "CreateSubnet", VpcId=vpc, CidrBlock="10.2.0.0/24")["Subnet"]["SubnetId"]
    standard = call(ec2, "DescribeNetworkAcls", Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"][0]
    acl = call(ec2, "CreateNetworkAcl", VpcId=vpc, TagSpecifications=tagged("network-acl"))["NetworkAcl"]["NetworkAclId"]
    association = call(ec2, "ReplaceNetworkAclAssociation", AssociationId=standard["Associations"][0]["NetworkAclAssociationId"], NetworkAclId=acl)["NewAssociationId"]
    call(ec2, "ReplaceNetworkAclAssociation", AssociationId=association, NetworkAclId=standard["NetworkAclId"])
    call(ec2, "DeleteNetworkAcl", NetworkAclId=acl)
    vpn = call(ec2, "CreateVpnGateway", Type="ipsec.1", TagSpecifications=tagged("vpn-gateway"))["VpnGateway"]["VpnGatewayId"]
    call(ec2, "AttachVpnGateway", VpnGatewayId=vpn, VpcId=vpc)
    call(ec2, "DescribeVpnGateways", VpnGatewayIds=[vpn])
    call(ec2, "DetachVpnGateway", VpnGatewayId=vpn, VpcId=vpc)
    call(ec2, "DeleteVpnGateway", VpnGatewayId=vpn)
    peering = {"VpcPeeringConnectionId": call(ec2, "CreateVpcPeeringConnection", VpcId=vpc, PeerVpcId=other, TagSpecifications=tagged("vpc-peering-connection"))["VpcPeeringConnection"]["VpcPeeringConnectionId"]}
    call(ec2, "AcceptVpcPeeringConnection", **peering)
    call(ec2, "DescribeVpcPeeringConnections")
    call(ec2, "DeleteVpcPeeringConnection", **peering)
    carrier = call(ec2, "CreateCarrierGateway", VpcId=vpc, TagSpecifications=tagged("carrier-gateway"))["CarrierGateway"]["CarrierGatewayId"]
    call(ec2, "DescribeCarrierGateways", CarrierGatewayIds=[carrier])
    call(ec2, "DeleteCarrierGateway", CarrierGatewayId=carrier)
    call(ec2, "DeleteSubnet", SubnetId=subnet)
    for each in (vpc, other):
        call(ec2, "DeleteVpc", VpcId=each)


def gone(question, **parameters):
    try:
        question(**parameters)
        return False
    except (eks.exceptions.ResourceNotFoundException, acm.exceptions.ResourceNotFoundException):
        return True


def kubernetes(path, body):
    """Creates an object in the cluster demo, and returns it as the API server does."""
    cluster, region = eks.describe_cluster(name="demo")["cluster"], eks.meta.region_name
    signer = botocore.signers.RequestSigner(sts.meta.service_model.service_id, region, "sts", "v4", session.get_credentials(), session.get_component("event_emitter"))
    identity = {"method": "GET", "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", "body": {}, "headers": {"x-k8s-aws-id": "demo"}, "context": {}}
    token = base64.urlsafe_b64encode(signer.generate_presigned_url(identity, region_name=region, expires_in=60, operation_name="").encode()).decode().rstrip("=")
    trusted = ssl.create_default_context(cadata=base64.b64decode(cluster["certificateAuthority"]["data"]).decode())
    request = urllib.request.Request(cluster["endpoint"].rstrip("/") + path, json.dumps(body).encode(), {"Authorization": f"Bearer k8s-aws-v1.{token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, context=trusted) as answer:
        return json.load(answer)


def pod_token(account, audience):
    """The token that the kubelet would write for a pod of a service account."""
    bound = {"kind": "Pod", "apiVersion": "v1", "name": account}
    return kubernetes(f"/api/v1/namespaces/default/serviceaccounts/{account}/token", {"spec": {"audiences": [audience], "boundObjectRef": bound}})["status"]["token"]


def pods():
    """A pod's ways to a role; its service account has an association."""
    kubernetes("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "sa"}})
    kubernetes("/api/v1/namespaces/default/pods", {"metadata": {"name": "sa"}, "spec": {"serviceAccountName": "sa", "containers": [{"name": "c", "image": "i"}]}})
    until(lambda: call(auth, "AssumeRoleForPodIdentity", clusterName="demo", token=pod_token("sa", "pods.eks.amazonaws.com"))["subject"] == {"namespace": "default", "serviceAccount": "sa"})
    issuer = eks.describe_cluster(name="demo")["cluster"]["identity"]["oidc"]["issuer"]
    provider = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=["sts.amazonaws.com"])["OpenIDConnectProviderArn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}]}
    role = iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(policy))["Role"]["Arn"]

    def assume():
        try:
            return call(sts, "AssumeRoleWithWebIdentity", RoleArn=role, RoleSessionName="me", WebIdentityToken=pod_token("sa", "sts.amazonaws.com"), Policy=POLICY)["Provider"] == provider
        except sts.exceptions.ClientError as refused:
            # IAM takes its time until STS sees a role.
            if refused.response["Error"]["Code"] != "AccessDenied":
                raise
            return False

    until(assume)


def balancing(instance, vpc, subnets):
    # Classic.
    name = {"LoadBalancerName": "classic"}
    call(elb, "CreateLoadBalancer", Listeners=[{"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 31000}], Subnets=subnets, Tags=TAGS, **name)
    call(elb, "ConfigureHealthCheck", HealthCheck={"Target": "TCP:31000", "Interval": 10, "Timeout": 5, "UnhealthyThreshold": 6, "HealthyThreshold": 2}, **name)
    call(elb, "ModifyLoadBalancerAttributes", LoadBalancerAttributes={"ConnectionSettings": {"IdleTimeout": 90}, "AccessLog": {"Enabled": True, "S3BucketName": "b", "EmitInterval": 5}}, **name)
    assert call(elb, "DescribeLoadBalancerAttributes", **name)["LoadBalancerAttributes"]["ConnectionSettings"]["IdleTimeout"] == 90
    call(elb, "RegisterInstancesWithLoadBalancer", Instances=[{"InstanceId": instance}], **name)
    assert call(elb, "DescribeInstanceHealth", **name)["InstanceStates"][0]["State"] == "InService"
    described = call(elb, "DescribeLoadBalancers", LoadBalancerNames=["classic"])["LoadBalancerDescriptions"][0]
    assert described["Instances"] == [{"InstanceId": instance}] and described["HealthCheck"]["Target"] == "TCP:31000" and sorted(described["Subnets"]) == sorted(subnets)
    call(elb, "DeregisterInstancesFromLoadBalancer", Instances=[{"InstanceId": instance}], **name)
    call(elb, "AddTags", LoadBalancerNames=["classic"], Tags=[{"Key": "k", "Value": "v"}])
    call(elb, "RemoveTags", LoadBalancerNames=["classic"], Tags=[{"Key": "k"}])
    assert call(elb, "DescribeTags", LoadBalancerNames=["classic"])["TagDescriptions"] == [{"LoadBalancerName": "classic", "Tags": TAGS}]

    # Application and network.
    group = call(ec2, "CreateSecurityGroup", GroupName="balancers", Description="d", VpcId=vpc)["GroupId"]
    address = call(ec2, "AllocateAddress")["AllocationId"]
    application = call(elbv2, "CreateLoadBalancer", Name="app", Subnets=subnets, SecurityGroups=[group], Tags=TAGS)["LoadBalancers"][0]["LoadBalancerArn"]
    made = call(elbv2, "CreateLoadBalancer", Name="net", Type="network", SubnetMappings=[{"SubnetId": subnets[0], "AllocationId": address}])["LoadBalancers"][0]
    network = made["LoadBalancerArn"]
    assert made["AvailabilityZones"][0]["LoadBalancerAddresses"][0]["AllocationId"] == address
    until(lambda: all(balancer["State"]["Code"] == "active" for balancer in call(elbv2, "DescribeLoadBalancers")["LoadBalancers"]))
    call(elbv2, "SetSecurityGroups", LoadBalancerArn=application, SecurityGroups=[group])
    call(elbv2, "SetSubnets", LoadBalancerArn=application, Subnets=subnets)
    call(elbv2, "ModifyLoadBalancerAttributes", LoadBalancerArn=application, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "90"}])
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "90"} in call(elbv2, "DescribeLoadBalancerAttributes", LoadBalancerArn=application)["Attributes"]
    web = call(elbv2, "CreateTargetGroup", Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip", Matcher={"HttpCode": "200-399"}, Tags=TAGS)["TargetGroups"][0]["TargetGroupArn"]
    tcp = call(elbv2, "CreateTargetGroup", Name="tcp", Protocol="TCP", Port=31000, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    call(elbv2, "ModifyTargetGroupAttributes", TargetGroupArn=tcp, Attributes=[{"Key": "proxy_protocol_v2.enabled", "Value": "true"}])
    call(elbv2, "DescribeTargetGroupAttributes", TargetGroupArn=tcp)
    listener = call(elbv2, "CreateListener", LoadBalancerArn=application, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": "arn:aws:acm:us-west-2:111122223333:certificate/c"}],
                    DefaultActions=[{"Type": "forward", "TargetGroupArn": web}])["Listeners"][0]["ListenerArn"]
    call(elbv2, "CreateListener", LoadBalancerArn=network, Protocol="TCP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": tcp}])
    assert call(elbv2, "DescribeListeners", LoadBalancerArn=application)["Listeners"][0]["DefaultActions"][0]["TargetGroupArn"] == web
    assert call(elbv2, "DescribeRules", ListenerArn=listener)["Rules"][0]["IsDefault"]
    call(elbv2, "RegisterTargets", TargetGroupArn=tcp, Targets=[{"Id": instance}])
    assert call(elbv2, "DescribeTargetHealth", TargetGroupArn=tcp)["TargetHealthDescriptions"][0]["Target"]["Id"] == instance
    call(elbv2, "DeregisterTargets", TargetGroupArn=tcp, Targets=[{"Id": instance}])
    assert [item["TargetGroupName"] for item in call(elbv2, "DescribeTargetGroups", LoadBalancerArn=network)["TargetGroups"]] == ["tcp"]
    call(elbv2, "AddTags", ResourceArns=[application, web], Tags=[{"Key": "k", "Value": "v"}])
    call(elbv2, "RemoveTags", ResourceArns=[application, web], TagKeys=["k"])
    assert call(elbv2, "DescribeTags", ResourceArns=[application, web])["TagDescriptions"] == [{"ResourceArn": arn, "Tags": TAGS} for arn in (application, web)]
    call(elbv2, "DeleteListener", ListenerArn=listener)
    call(elb, "DeleteLoadBalancer", **name)
    for arn in (application, network):
        call(elbv2, "DeleteLoadBalancer", LoadBalancerArn=arn)
    for arn in (web, tcp):
        call(elbv2, "DeleteTargetGroup", TargetGroupArn=arn)
    until(lambda: not call(ec2, "DescribeNetworkInterfaces", Filters=[{"Name": "requester-id", "Values": ["amazon-elb"]}])["NetworkInterfaces"])
    call(ec2, "ReleaseAddress", AllocationId=address)
    call(ec2, "DeleteSecurityGroup", GroupId=group)


def clusters(roles, subnets, template):
    demo = {"clusterName": "demo"}
    call(eks, "DescribeClusterVersions")
    call(eks, "DescribeAddonVersions", kubernetesVersion="1.33")
    call(eks, "DescribeAddonConfiguration", addonName="aws-ebs-csi-driver", addonVersion="v1.52.1-eksbuild.1")
    call(eks, "ListAccessPolicies")
    call(eks, "CreateCluster", name="demo", version="1.33", roleArn=roles["cluster"], resourcesVpcConfig={"subnetIds": subnets}, accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
         bootstrapSelfManagedAddons=False, tags={"a": "b"}, logging={"clusterLogging": [{"types": ["api"], "enabled": True}]}, kubernetesNetworkConfig={"serviceIpv4Cidr": "172.20.0.0/16"})
    call(eks, "ListClusters")
    until(lambda: call(eks, "DescribeCluster", name="demo")["cluster"]["status"] == "ACTIVE")
    arn = eks.describe_cluster(name="demo")["cluster"]["arn"]
    call(eks, "TagResource", resourceArn=arn, tags={"c": "d"})
    call(eks, "UntagResource", resourceArn=arn, tagKeys=["a"])
    assert call(eks, "ListTagsForResource", resourceArn=arn)["tags"] == {"c": "d"}
    for name in ("vpc-cni", "kube-proxy", "coredns"):
        call(eks, "CreateAddon", addonName=name, **demo)
    call(eks, "CreateAddon", addonName="aws-ebs-csi-driver", podIdentityAssociations=[{"serviceAccount": "ebs-csi-controller-sa", "roleArn": roles["pod"]}], configurationValues="controller: {replicaCount: 2}", tags={"a": "b"}, **demo)
    call(eks, "CreateNodegroup", nodegroupName="ng", nodeRole=roles["node"], subnets=subnets[2:], instanceTypes=["m5.large"], scalingConfig={"minSize": 1, "maxSize": 3, "desiredSize": 2}, labels={"x": "y"},
         taints=[{"key": "k", "value": "v", "effect": "PREFER_NO_SCHEDULE"}], launchTemplate={"id": template}, updateConfig={"maxUnavailable": 1}, nodeRepairConfig={"enabled": True}, tags={"a": "b"}, **demo)
    group = {"nodegroupName": "ng", **demo}
    until(lambda: call(eks, "DescribeNodegroup", **group)["nodegroup"]["status"] == "ACTIVE")
    until(lambda: call(eks, "DescribeAddon", addonName="coredns", **demo)["addon"]["status"] == "ACTIVE")
    until(lambda: call(eks, "DescribeAddon", addonName="aws-ebs-csi-driver", **demo)["addon"]["status"] == "ACTIVE")
    call(eks, "ListAddons", **demo)
    call(eks, "ListNodegroups", **demo)
    instance = call(ec2, "DescribeInstances", Filters=[{"Name": "tag:eks:nodegroup-name", "Values": ["ng"]}])["Reservations"][0]["Instances"][0]
    balancing(instance["InstanceId"], instance["VpcId"], subnets[:2])
    call(eks, "ListInsights", filter={"categories": ["UPGRADE_READINESS"]}, **demo)
    call(eks, "DescribeInsight", id=eks.list_insights(**demo)["insights"][1]["id"], **demo)

    def update(operation, **parameters):
        extra = {key: value for key, value in parameters.items() if key in ("nodegroupName", "addonName")}
        identifier = call(eks, operation, **parameters)["update"]["id"]
        until(lambda: call(eks, "DescribeUpdate", name="demo", updateId=identifier, **extra)["update"]["status"] == "Successful")
        assert identifier in call(eks, "ListUpdates", name="demo", **extra)["updateIds"]

    for change in ({"resourcesVpcConfig": {"endpointPrivateAccess": True}}, {"resourcesVpcConfig": {"subnetIds": subnets[:3]}}, {"logging": {"clusterLogging": [{"types": ["audit"], "enabled": True}]}}, {"accessConfig": {"authenticationMode": "API"}},
                   {"upgradePolicy": {"supportType": "STANDARD"}}, {"zonalShiftConfig": {"enabled": True}}, {"deletionProtection": True}, {"deletionProtection": False}):
        update("UpdateClusterConfig", name="demo", **change)
    update("AssociateEncryptionConfig", encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}], **demo)
    update("UpdateClusterVersion", name="demo", version="1.34")
    update("UpdateNodegroupVersion", version="1.34", **group)
    update("UpdateNodegroupConfig", scalingConfig={"desiredSize": 3}, labels={"addOrUpdateLabels": {"z": "1"}, "removeLabels": ["x"]}, taints={"removeTaints": [{"key": "k", "value": "v", "effect": "PREFER_NO_SCHEDULE"}]}, **group)
    update("UpdateAddon", addonName="coredns", addonVersion="v1.12.4-eksbuild.1", resolveConflicts="OVERWRITE", **demo)
    call(eks, "DescribeCluster", name="demo")
    call(eks, "DescribeNodegroup", **group)
    principal = {"principalArn": roles["pod"], **demo}
    call(eks, "CreateAccessEntry", kubernetesGroups=["devs"], tags={"a": "b"}, **principal)
    call(eks, "DescribeAccessEntry", **principal)
    call(eks, "UpdateAccessEntry", username="me", **principal)
    call(eks, "ListAccessEntries", **demo)
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
    call(eks, "AssociateAccessPolicy", policyArn=policy, accessScope={"type": "namespace", "namespaces": ["dev-*"]}, **principal)
    call(eks, "ListAssociatedAccessPolicies", **principal)
    call(eks, "DisassociateAccessPolicy", policyArn=policy, **principal)
    call(eks, "DeleteAccessEntry", **principal)
    association = call(eks, "CreatePodIdentityAssociation", namespace="default", serviceAccount="sa", roleArn=roles["pod"], tags={"a": "b"}, **demo)["association"]["associationId"]
    call(eks, "DescribePodIdentityAssociation", associationId=association, **demo)
    pods()
    call(eks, "ListPodIdentityAssociations", **demo)
    call(eks, "UpdatePodIdentityAssociation", associationId=association, disableSessionTags=True, **demo)
    call(eks, "DeletePodIdentityAssociation", associationId=association, **demo)
    profile = {"fargateProfileName": "fp", **demo}
    call(eks, "CreateFargateProfile", podExecutionRoleArn=roles["fargate"], subnets=subnets[2:], selectors=[{"namespace": "default", "labels": {"a": "b"}}], tags={"a": "b"}, **profile)
    until(lambda: call(eks, "DescribeFargateProfile", **profile)["fargateProfile"]["status"] == "ACTIVE")
    call(eks, "ListFargateProfiles", **demo)
    call(eks, "DeleteFargateProfile", **profile)
    capability = {"capabilityName": "ack", **demo}
    call(eks, "CreateCapability", type="ACK", roleArn=roles["capability"], deletePropagationPolicy="RETAIN", tags={"a": "b"}, **capability)
    until(lambda: call(eks, "DescribeCapability", **capability)["capability"]["status"] == "ACTIVE")
    assert call(eks, "ListCapabilities", **demo)["capabilities"][0]["type"] == "ACK"
    call(eks, "DeleteCapability", **capability)
    call(eks, "DeleteAddon", addonName="coredns", preserve=True, **demo)
    call(eks, "DeleteNodegroup", **group)
    until(lambda: gone(eks.describe_nodegroup, **group) and gone(eks.describe_fargate_profile, **profile) and gone(eks.describe_capability, **capability))
    call(eks, "DeleteCluster", name="demo")
    until(lambda: gone(eks.describe_cluster, name="demo"))


def certificates():
    body, key = sys.argv[1], sys.argv[2]
    asked = call(acm, "RequestCertificate", DomainName="shop.example.com", SubjectAlternativeNames=["*.example.com"], ValidationMethod="DNS", Tags=TAGS)["CertificateArn"]
    mailed = call(acm, "RequestCertificate", DomainName="never.invalid")["CertificateArn"]
    assert call(acm, "DescribeCertificate", CertificateArn=mailed)["Certificate"]["Status"] == "PENDING_VALIDATION"
    until(lambda: call(acm, "DescribeCertificate", CertificateArn=asked)["Certificate"]["Status"] == "ISSUED")
    imported = call(acm, "ImportCertificate", Certificate=body, PrivateKey=key, Tags=TAGS)["CertificateArn"]
    assert call(acm, "ImportCertificate", CertificateArn=imported, Certificate=body, PrivateKey=key)["CertificateArn"] == imported
    assert call(acm, "DescribeCertificate", CertificateArn=imported)["Certificate"]["Type"] == "IMPORTED"
    call(acm, "AddTagsToCertificate", CertificateArn=asked, Tags=[{"Key": "k", "Value": "v"}])
    call(acm, "RemoveTagsFromCertificate", CertificateArn=asked, Tags=[{"Key": "k"}])
    assert call(acm, "ListTagsForCertificate", CertificateArn=asked)["Tags"] == TAGS
    first = call(acm, "ListCertificates", MaxItems=1, Includes={"keyTypes": ["RSA_2048", "EC_prime256v1"]})
    assert [item["CertificateArn"] for item in first["CertificateSummaryList"]] == [asked] and first["NextToken"]
    assert [item["CertificateArn"] for item in call(acm, "ListCertificates", CertificateStatuses=["ISSUED"])["CertificateSummaryList"]] == [asked]
    for arn in (asked, mailed, imported):
        call(acm, "DeleteCertificate", CertificateArn=arn)
    assert gone(acm.describe_certificate, CertificateArn=asked)


def keys():
    made = call(kms, "CreateKey", Description="secrets of clusters")["KeyMetadata"]
    assert made["KeyState"] == "Enabled" and made["KeySpec"] == "SYMMETRIC_DEFAULT"
    call(kms, "CreateAlias", AliasName="alias/clusters", TargetKeyId=made["KeyId"])
    key = {"KeyId": made["Arn"]}
    assert call(kms, "DescribeKey", KeyId="alias/clusters")["KeyMetadata"]["Arn"] == made["Arn"]
    assert made["Arn"] in [found["KeyArn"] for found in call(kms, "ListKeys")["Keys"]]
    grant = call(kms, "CreateGrant", GranteePrincipal="arn:aws:iam::111122223333:role/eks", Operations=["Decrypt", "CreateGrant"], **key)["GrantId"]
    assert [found["GrantId"] for found in call(kms, "ListGrants", **key)["Grants"]] == [grant]
    call(kms, "DisableKey", **key)
    assert call(kms, "DescribeKey", **key)["KeyMetadata"]["KeyState"] == "Disabled"
    call(kms, "EnableKey", **key)
    assert call(kms, "ScheduleKeyDeletion", PendingWindowInDays=7, **key)["KeyState"] == "PendingDeletion"
    call(kms, "CancelKeyDeletion", **key)
    assert call(kms, "DescribeKey", **key)["KeyMetadata"]["KeyState"] == "Disabled"
    try:
        kms.describe_key(KeyId="alias/none")
        problems.append("kms:DescribeKey: finds an alias that is not there")
    except kms.exceptions.NotFoundException:
        pass


roles = identity()
log_groups()
certificates()
keys()
vpc, subnets, template, leave = network()
clusters(roles, subnets, template)
leave()
endpoints()
ties()
json.dump({"called": sorted(called), "problems": problems}, sys.stdout)
