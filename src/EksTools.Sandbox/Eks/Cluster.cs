using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>A cluster and all that belongs to it.</summary>
internal sealed class Cluster(EksRegion eks, string name, string roleArn, string version, string vpcId)
{
    /// <summary>Settings that are kept and answered as they were sent.</summary>
    private static readonly string[] PlainSettings = ["upgradePolicy", "zonalShiftConfig", "remoteNetworkConfig", "computeConfig", "storageConfig", "deletionProtection", "controlPlaneScalingConfig", "encryptionConfig"];

    /// <summary>What a log type writes at once: enough to be seen in a size.</summary>
    private const long BytesPerLogType = 1 << 20;

    private TokenIssuer? _tokenIssuer;

    public EksRegion Eks { get; } = eks;
    public string Name { get; } = name;
    public string Arn { get; } = eks.Account.Arn("eks", eks.Region.Name, $"cluster/{name}");
    public string RoleArn { get; } = roleArn;
    public DateTimeOffset Created { get; } = eks.Account.Now;
    public string Version { get; set; } = version;
    public string VpcId { get; } = vpcId;
    public string Status { get; set; } = "CREATING";
    public List<string> SubnetIds { get; set; } = [];
    public List<string> SecurityGroupIds { get; set; } = [];
    public string? ClusterSecurityGroupId { get; set; }
    public bool PublicAccess { get; set; } = true;
    public bool PrivateAccess { get; set; }
    public List<string> PublicAccessCidrs { get; set; } = ["0.0.0.0/0"];
    public string ServiceCidr { get; init; } = "10.100.0.0/16";

    /// <summary>The range of Services in an IPv6 cluster, which EKS chooses; null in an IPv4 one.</summary>
    public string? ServiceIpv6Cidr { get; init; }
    public bool IsIpv6 => ServiceIpv6Cidr is not null;
    public bool LoadBalancing { get; set; }
    public HashSet<string> LogTypes { get; set; } = [];
    public string AuthenticationMode { get; set; } = "CONFIG_MAP";
    public bool CreatorIsAdmin { get; init; } = true;
    public required string CreatorArn { get; init; }
    public string? ClientRequestToken { get; init; }
    public Dictionary<string, string> Tags { get; init; } = [];
    public JsonObject Settings { get; } = [];
    public string OidcId { get; } = RandomNumberGenerator.GetHexString(32);
    public TokenIssuer TokenIssuer => _tokenIssuer ??= new TokenIssuer(OidcIssuer);
    public string OidcIssuer => $"https://oidc.eks.{Eks.Region.Name}.{Eks.Region.DnsSuffix}/id/{OidcId}";

    public SortedDictionary<string, Nodegroup> Nodegroups { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, Addon> Addons { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, AccessEntryState> AccessEntries { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, PodIdentityAssociation> PodIdentityAssociations { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, FargateProfile> FargateProfiles { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, Capability> Capabilities { get; } = new(StringComparer.Ordinal);
    public List<Update> Updates { get; } = [];
    public List<HealthIssue> Issues { get; } = [];

    /// <summary>What runs in the cluster; made with it.</summary>
    public required ClusterWorkloads Workloads { get; init; }

    /// <summary>The nodes that Auto Mode starts.</summary>
    public AutoModeNodes AutoNodes => field ??= new AutoModeNodes(this);

    /// <summary>The nodes of Fargate.</summary>
    public FargateNodes Fargate => field ??= new FargateNodes(this);

    /// <summary>Whether anything but creation and deletion may begin.</summary>
    public bool IsReady => Status is "ACTIVE" or "UPDATING";

    /// <summary>Takes over the settings that are kept as they were sent.</summary>
    public void TakeSettings(JsonObject body)
    {
        foreach (var name in PlainSettings.Where(name => body[name] is not null))
        {
            Settings[name] = body[name].Copy();
        }
    }

    /// <summary>The subnets that still exist.</summary>
    public IEnumerable<Subnet> Subnets => SubnetIds.Select(id => Eks.Ec2.Find<Subnet>(id)).OfType<Subnet>();

    /// <summary>The cluster as DescribeCluster answers it.</summary>
    public JsonObject Write()
    {
        var up = Status is not ("CREATING" or "FAILED");
        var json = new JsonObject
        {
            ["name"] = Name,
            ["arn"] = Arn,
            ["createdAt"] = Time(Created),
            ["version"] = Version,
            ["roleArn"] = RoleArn,
            ["resourcesVpcConfig"] = new JsonObject
            {
                ["subnetIds"] = SubnetIds.ToJson(), ["securityGroupIds"] = SecurityGroupIds.ToJson(), ["clusterSecurityGroupId"] = ClusterSecurityGroupId, ["vpcId"] = VpcId,
                ["endpointPublicAccess"] = PublicAccess, ["endpointPrivateAccess"] = PrivateAccess, ["publicAccessCidrs"] = (PublicAccess ? PublicAccessCidrs : []).ToJson(),
            }.WithoutNulls(),
            ["kubernetesNetworkConfig"] = new JsonObject { ["serviceIpv4Cidr"] = IsIpv6 ? null : ServiceCidr, ["serviceIpv6Cidr"] = ServiceIpv6Cidr, ["ipFamily"] = IsIpv6 ? "ipv6" : "ipv4", ["elasticLoadBalancing"] = new JsonObject { ["enabled"] = LoadBalancing } }.WithoutNulls(),
            ["logging"] = new JsonObject { ["clusterLogging"] = WriteLogging() },
            ["status"] = Status,
            ["certificateAuthority"] = up && Workloads.Api is { } api ? new JsonObject { ["data"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(api.CertificateAuthority)) } : [],
            ["endpoint"] = up ? Workloads.Api?.Endpoint.OriginalString : null,
            ["identity"] = up ? new JsonObject { ["oidc"] = new JsonObject { ["issuer"] = OidcIssuer } } : null,
            ["clientRequestToken"] = ClientRequestToken,
            ["platformVersion"] = VersionCatalog.Find(Version)!.Platform,
            ["tags"] = Tags.ToJson(),
            ["health"] = HealthIssue.Write(Issues),
            ["accessConfig"] = new JsonObject { ["bootstrapClusterCreatorAdminPermissions"] = CreatorIsAdmin, ["authenticationMode"] = AuthenticationMode },
            ["upgradePolicy"] = new JsonObject { ["supportType"] = "EXTENDED" },
            ["deletionProtection"] = false,
        };
        foreach (var (name, value) in Settings)
        {
            json[name] = value.Copy();
        }

        return json.WithoutNulls();
    }

    /// <summary>Writes what the control plane has to tell into its log group, which is made where it is missing and stays when the cluster goes.</summary>
    public void SendLogs()
    {
        if (LogTypes.Count > 0)
        {
            Eks.Account.Logs(Eks.Region.Name).Write($"/aws/eks/{Name}/cluster", LogTypes.Count * BytesPerLogType);
        }
    }

    private JsonArray WriteLogging()
    {
        var (on, off) = (LogTypeNames.Where(LogTypes.Contains), LogTypeNames.Where(type => !LogTypes.Contains(type)));
        JsonObject Setup(IEnumerable<string> types, bool enabled) => new() { ["types"] = types.ToJson(), ["enabled"] = enabled };
        return new[] { Setup(on, true), Setup(off, false) }.Where(setup => setup["types"]!.AsArray().Count > 0).ToJson();
    }

    /// <summary>The control plane's logs.</summary>
    public static IReadOnlyList<string> LogTypeNames { get; } = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
}

/// <summary>A change under way or done.</summary>
internal sealed class Update(string type, DateTimeOffset created, IEnumerable<(string Type, string Value)> parameters)
{
    public string Id { get; } = Guid.NewGuid().ToString();
    public string Type { get; } = type;
    public string Status { get; set; } = "InProgress";
    public string? Nodegroup { get; init; }
    public string? Addon { get; init; }
    public string? Token { get; init; }
    public string? Fingerprint { get; init; }
    public IReadOnlyList<(string Type, string Value)> Parameters { get; } = [.. parameters];
    public DateTimeOffset Created { get; } = created;
    public List<(string Code, string Message)> Errors { get; } = [];

    public JsonObject Write() => new()
    {
        ["id"] = Id,
        ["status"] = Status,
        ["type"] = Type,
        ["params"] = Parameters.Select(parameter => new JsonObject { ["type"] = parameter.Type, ["value"] = parameter.Value }).ToJson(),
        ["createdAt"] = Time(Created),
        ["errors"] = Errors.Select(error => new JsonObject { ["errorCode"] = error.Code, ["errorMessage"] = error.Message, ["resourceIds"] = new JsonArray() }).ToJson(),
    };
}
