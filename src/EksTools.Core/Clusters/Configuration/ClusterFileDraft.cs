using EksTools.Clusters;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>What the sections of a file have said so far.</summary>
internal sealed class ClusterFileDraft(FileReading reading)
{
    private string? name;

    public FileReading Reading { get; } = reading;

    /// <summary>What New-EksCluster is asked for. A file that says nothing of nodes means none.</summary>
    public NewClusterRequest Request { get; set; } = new() { Name = string.Empty, IsComplete = true, NoNodeGroup = true, EndpointAccess = EndpointAccessMode.Public, AuthenticationMode = "API_AND_CONFIG_MAP" };

    public string? Region { get; set; }

    /// <summary>The cluster's name, for commands in advice.</summary>
    public string Name { get => name ?? "CLUSTER"; set => name = value; }

    public ClusterFileNetwork? Network { get; set; }

    /// <summary>The NAT gateways that the file asks for, where it does.</summary>
    public NatGatewayMode? Nat { get; set; }

    /// <summary>The file says who reaches the API server.</summary>
    public bool EndpointsSaid { get; set; }

    /// <summary>Whether IAM is to have an OpenID Connect provider of the cluster; null where the file does not say.</summary>
    public bool? Oidc { get; set; }

    /// <summary>The role of Fargate profiles that name none.</summary>
    public string? FargateRole { get; set; }

    /// <summary>The permissions boundary of each role that would be made, null for none, by the path of its field.</summary>
    public Dictionary<string, string?> Boundaries { get; } = new(StringComparer.Ordinal);

    /// <summary>The nodes' role that is there, by the path of the field that names it; null where one is to be made.</summary>
    public Dictionary<string, string?> NodeRoles { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes a permissions boundary, where the field names one.</summary>
    public void Bound(FileValue value)
    {
        if (value.Text() is { } arn)
        {
            Boundaries[value.Path] = arn;
        }
    }

    /// <summary>Finds the subnets that a node group or profile names, by the file's names or by ids.</summary>
    public IReadOnlyList<string> SubnetsOf(FileValue value)
    {
        List<string> ids = [];
        foreach (FileValue item in value.Items())
        {
            if (item.Text() is not { } text)
            {
                continue;
            }

            ClusterFileSubnet[] named = [.. (Network?.Subnets ?? []).Where(subnet => subnet.Name == text || subnet.Id == text)];
            if (named.Length == 1)
            {
                ids.Add(named[0].Id);
            }
            else if (named.Length > 1)
            {
                item.Problem($"'{text}' is the name of a public and of a private subnet.", "Write the subnet's id.");
            }
            else if (text.StartsWith("subnet-", StringComparison.Ordinal))
            {
                ids.Add(text);
            }
            else
            {
                item.Problem($"'{text}' is no subnet of vpc.subnets.", "Write a name that stands there, or the subnet's id.");
            }
        }

        return ids;
    }
}
