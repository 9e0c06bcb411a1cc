using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Clusters: create, describe, list, delete.</summary>
internal static class ClusterOperations
{
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("CreateCluster", "POST", "/clusters", call => new JsonObject { ["cluster"] = call.Eks().Once(call, () => Create(call), cluster => call.Eks().Clusters.ContainsValue(cluster)).Write() }),
        new("DescribeCluster", "GET", "/clusters/{name}", call => new JsonObject { ["cluster"] = call.Eks().Get(call).Write() }),
        new("ListClusters", "GET", "/clusters", call => EksRegion.Page(call, "clusters", call.Eks().Clusters.Values.Where(cluster => cluster.Created <= call.VisibleUntil).Select(cluster => cluster.Name))),
        new("DeleteCluster", "DELETE", "/clusters/{name}", Delete),
        new("DescribeClusterVersions", "GET", "/cluster-versions", VersionCatalog.Describe),
    ];

    /// <summary>EKS of the call's region.</summary>
    public static EksRegion Eks(this AwsCall call) => call.Account.Eks(call.Region);

    private static Cluster Create(AwsCall call)
    {
        var (eks, body) = (call.Eks(), call.Body);
        var name = EksRegion.RequireName(body, "name", "^[0-9A-Za-z][A-Za-z0-9\\-_]*$", 100);
        if (eks.Clusters.ContainsKey(name))
        {
            throw EksErrors.InUse($"Cluster already exists with name: {name}", name);
        }

        var version = ReadVersion(call, name);
        var roleArn = body.Require("roleArn");
        var subnets = ReadSubnets(call, name);
        eks.RequireRole(roleArn, "eks.amazonaws.com", arn => EksErrors.InvalidParameter($"Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is not correct", name));
        AutoModeNodes.Check(call, ReadMode(body.Object("accessConfig") ?? []), name);
        var (vpc, access) = (body.Object("resourcesVpcConfig")!, body.Object("accessConfig") ?? []);
        var ipv6 = ClusterNetwork.ReadIpFamily(body, subnets, name);
        var cluster = new Cluster(eks, name, roleArn, version, subnets[0].VpcId)
        {
            CreatorArn = call.Caller.IamArn,
            CreatorIsAdmin = access.Flag("bootstrapClusterCreatorAdminPermissions") ?? true,
            AuthenticationMode = ReadMode(access),
            ClientRequestToken = body.String("clientRequestToken"),
            Tags = EksRegion.ReadTags(body),
            SubnetIds = [.. subnets.Select(subnet => subnet.Id)],
            SecurityGroupIds = ReadGroups(call, vpc, name),
            PublicAccess = vpc.Flag("endpointPublicAccess") ?? true,
            PrivateAccess = vpc.Flag("endpointPrivateAccess") ?? false,
            PublicAccessCidrs = vpc.Strings("publicAccessCidrs") is { Count: > 0 } cidrs ? ClusterNetwork.ReadCidrs(cidrs, ipv6) : ipv6 ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"],
            ServiceCidr = ClusterNetwork.ReadServiceCidr(call, subnets[0].VpcId, name),
            ServiceIpv6Cidr = ipv6 ? ClusterNetwork.NewServiceIpv6Cidr() : null,
            LoadBalancing = body.Object("kubernetesNetworkConfig")?.Object("elasticLoadBalancing")?.Flag("enabled") ?? false,
            LogTypes = ReadLogging(body.Object("logging"), []),
            Workloads = eks.Keep(new ClusterWorkloads(eks, name, version)),
        };
        if (!cluster.PublicAccess && !cluster.PrivateAccess)
        {
            throw EksErrors.InvalidParameter("Private and public endpoint access cannot be false", name);
        }

        ClusterSettings.Check(call, body, name);
        if (cluster.PrivateAccess && eks.Ec2.Find<Vpc>(cluster.VpcId) is not { DnsSupport: true, DnsHostnames: true })
        {
            throw EksErrors.InvalidParameter($"Private endpoint access needs enableDnsSupport and enableDnsHostnames of the VPC {cluster.VpcId}.", name);
        }

        cluster.TakeSettings(body);
        eks.Clusters[name] = cluster;
        RoleOperations.EnsureServiceLinked(call, "eks.amazonaws.com", "AWSServiceRoleForAmazonEKS");
        if (cluster.CreatorIsAdmin)
        {
            AccessOperations.AdmitCreator(cluster);
        }

        cluster.Workloads.Start(cluster);
        call.Account.After(eks.Durations.ControlPlane / 3, () => Attach(cluster, subnets));
        call.Account.After(eks.Durations.ControlPlane, () =>
        {
            if (call.Failure is { } failure)
            {
                cluster.Status = "FAILED";
                cluster.Issues.Add(new HealthIssue(failure.Code, failure.Message, cluster.SubnetIds));
                return;
            }

            cluster.Status = "ACTIVE";
            AutoModeNodes.Admit(cluster);
            cluster.SendLogs();
            if (body.Flag("bootstrapSelfManagedAddons") ?? true)
            {
                cluster.Workloads.LaySelfManaged();
            }

            cluster.Workloads.Reconcile();
        }, cluster.Workloads.Started);
        return cluster;
    }

    /// <summary>EKS's security group and network interfaces in the VPC.</summary>
    private static void Attach(Cluster cluster, IReadOnlyList<Subnet> subnets)
    {
        var ec2 = cluster.Eks.Ec2;
        var name = $"eks-cluster-sg-{cluster.Name}-{RandomNumberGenerator.GetInt32(100_000_000, int.MaxValue).ToString(CultureInfo.InvariantCulture)}";
        var group = SecurityGroupOperations.Make(ec2, name, "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.", cluster.VpcId, new Dictionary<string, string>
        {
            ["Name"] = name, [$"kubernetes.io/cluster/{cluster.Name}"] = "owned", ["aws:eks:cluster-name"] = cluster.Name,
        });
        group.Rules.Add(new SecurityGroupRule(AwsAccount.NewId("sgr"), false, "-1", null, null, null, null, group.Id, null, null));
        cluster.ClusterSecurityGroupId = group.Id;
        foreach (var subnet in subnets.DistinctBy(subnet => subnet.Zone.Id).Take(2).Where(subnet => ec2.Find<Subnet>(subnet.Id) is not null && ec2.FreeAddresses(subnet) > 0))
        {
            ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, ec2.NextPrivateAddress(subnet), cluster.Eks.Account.Now)
            {
                Description = $"Amazon EKS {cluster.Name}", RequesterManaged = true, Attached = cluster.Eks.Account.Now, GroupIds = [group.Id, .. cluster.SecurityGroupIds],
            });
        }
    }

    private static JsonObject Delete(AwsCall call)
    {
        var (eks, cluster) = (call.Eks(), call.Eks().Get(call));
        if (cluster.Nodegroups.Count > 0)
        {
            throw EksErrors.InUse("Cluster has nodegroups attached", cluster.Name, cluster.Nodegroups.Keys.First());
        }

        if (cluster.FargateProfiles.Count > 0)
        {
            throw EksErrors.InUse("Cluster has Fargate profiles attached", cluster.Name);
        }

        if (cluster.Capabilities.Count > 0)
        {
            throw EksErrors.InUse("Cluster has capabilities attached", cluster.Name);
        }

        if (cluster.Settings.Flag("deletionProtection") == true)
        {
            throw EksErrors.InvalidRequest("Cluster has deletion protection enabled. Disable deletion protection before deleting the cluster.", cluster.Name);
        }

        if (cluster.Status is not ("ACTIVE" or "FAILED"))
        {
            throw EksErrors.InUse($"Cannot delete because cluster {cluster.Name} currently has status {cluster.Status}", cluster.Name);
        }

        cluster.Status = "DELETING";
        call.Account.After(eks.Durations.ControlPlaneDeletion, () =>
        {
            cluster.AutoNodes.End();
            foreach (var resource in eks.Ec2.All<NetworkInterface>().Where(item => item.Description == $"Amazon EKS {cluster.Name}" && item.VpcId == cluster.VpcId).ToList<Ec2Resource>())
            {
                eks.Ec2.Remove(resource);
            }

            // A group of EKS's that something else still refers to stays behind, as in AWS.
            if (eks.Ec2.Find<SecurityGroup>(cluster.ClusterSecurityGroupId) is { } group && !eks.Ec2.All<NetworkInterface>().Any(item => item.GroupIds.Contains(group.Id))
                && !eks.Ec2.All<SecurityGroup>().Any(other => other != group && other.Rules.Any(rule => rule.GroupId == group.Id)))
            {
                eks.Ec2.Remove(group);
            }

            eks.Clusters.Remove(cluster.Name);
            cluster.Workloads.Stop();
        });
        return new JsonObject { ["cluster"] = cluster.Write() };
    }

    private static string ReadVersion(AwsCall call, string name)
    {
        var version = call.Body.String("version") ?? VersionCatalog.Default;
        var release = VersionCatalog.Find(version);
        return release is not null && (version == VersionCatalog.Default || release.Status(call.Now) != "UNSUPPORTED") ? version
            : throw EksErrors.InvalidParameter($"unsupported Kubernetes version {version}", name);
    }

    private static IReadOnlyList<Subnet> ReadSubnets(AwsCall call, string name)
    {
        var eks = call.Eks();
        var config = call.Body.Object("resourcesVpcConfig") ?? throw EksErrors.InvalidParameter("The required member resourcesVpcConfig is missing.", name);
        if (config.Strings("subnetIds") is not { Count: > 0 } ids)
        {
            throw EksErrors.InvalidParameter("subnetIds: at least two subnets in different availability zones are required.", name);
        }

        var subnets = eks.RequireSubnets(ids, name);
        var valid = eks.Region.Zones.Where(zone => !Region.ZonesWithoutEks.Contains(zone.Id)).Select(zone => zone.Name).ToList();
        if (subnets.FirstOrDefault(subnet => Region.ZonesWithoutEks.Contains(subnet.Zone.Id)) is { } closed)
        {
            throw EksErrors.UnsupportedZone(name, closed.Zone.Name, valid);
        }

        // EKS asks for six free addresses in each subnet.
        if (subnets.FirstOrDefault(subnet => eks.Ec2.FreeAddresses(subnet) < 6) is { } full)
        {
            throw EksErrors.InvalidParameter($"Subnet {full.Id} does not have enough free addresses for the control plane's network interfaces: it has {eks.Ec2.FreeAddresses(full)}, and 6 are required.", name);
        }

        if (call.CapacityExhausted)
        {
            throw EksErrors.UnsupportedZone(name, subnets[0].Zone.Name, valid.Where(zone => zone != subnets[0].Zone.Name));
        }

        return subnets.DistinctBy(subnet => subnet.Zone.Id).Count() >= 2 ? subnets : throw EksErrors.InvalidParameter("Subnets specified must be in at least two different AZs", name);
    }

    /// <summary>Security groups that exist, five at most.</summary>
    public static List<string> ReadGroups(AwsCall call, JsonObject vpc, string name)
    {
        var groups = vpc.Strings("securityGroupIds") ?? [];
        foreach (var id in groups.Where(id => call.Eks().Ec2.Find<SecurityGroup>(id) is null))
        {
            throw EksErrors.InvalidParameter($"The security group '{id}' does not exist (Service: AmazonEC2; Status Code: 400; Error Code: InvalidGroup.NotFound)", name);
        }

        var vpcs = groups.Select(id => call.Eks().Ec2.Find<SecurityGroup>(id)!.VpcId).Concat((vpc.Strings("subnetIds") ?? []).Select(id => call.Eks().Ec2.Find<Subnet>(id)?.VpcId).OfType<string>());
        if (vpcs.Distinct().Count() > 1)
        {
            throw EksErrors.InvalidParameter("Security groups and subnets must belong to the same VPC.", name);
        }

        return groups.Count <= 5 ? groups : throw EksErrors.InvalidParameter("At most five security groups can be given.", name);
    }

    /// <summary>The log types that are on afterwards.</summary>
    public static HashSet<string> ReadLogging(JsonObject? logging, HashSet<string> now)
    {
        var types = new HashSet<string>(now);
        foreach (var setup in logging?.Objects("clusterLogging") ?? [])
        {
            foreach (var type in setup.Strings("types") ?? [])
            {
                if (!Cluster.LogTypeNames.Contains(type))
                {
                    throw EksErrors.InvalidParameter($"Invalid logging type: {type}");
                }

                _ = setup.Flag("enabled") == true ? types.Add(type) : types.Remove(type);
            }
        }

        return types;
    }

    private static string ReadMode(JsonObject access)
    {
        var mode = access.String("authenticationMode") ?? "CONFIG_MAP";
        if (mode is not ("API" or "API_AND_CONFIG_MAP" or "CONFIG_MAP"))
        {
            throw EksErrors.InvalidParameter($"Unknown authentication mode {mode}");
        }

        return mode;
    }
}
