using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>What belongs together: all that is made for a Service or for a group of Ingresses.</summary>
/// <param name="Domain">The domain of its tags.</param>
/// <param name="Namespace">Null for a group with a name of its own.</param>
internal sealed record Stack(string Domain, string? Namespace, string Name)
{
    public string TagKey => Domain + "/stack";

    public string ResourceKey => Domain + "/resource";

    public string Id => Namespace is null ? Name : $"{Namespace}/{Name}";
}

/// <summary>A target group to be.</summary>
internal sealed record TargetModel
{
    /// <summary>What its resource tag says, such as <c>default/web:80</c>.</summary>
    public required string ResourceId { get; init; }

    public required string Name { get; init; }

    public required string Protocol { get; init; }

    public required int Port { get; init; }

    public required string TargetType { get; init; }

    public required HealthCheck Check { get; init; }

    public Dictionary<string, string> Attributes { get; init; } = [];

    public required JsonObject Service { get; init; }

    public required JsonObject ServicePort { get; init; }
}

/// <summary>A rule to be.</summary>
internal sealed record RuleModel(string? Host, string? Path, TargetModel? Target);

/// <summary>A listener to be.</summary>
internal sealed record ListenerModel(int Port, string Protocol)
{
    public IReadOnlyList<string> Certificates { get; init; } = [];

    public string? SslPolicy { get; init; }

    public string? AlpnPolicy { get; init; }

    public TargetModel? Default { get; init; }

    public IReadOnlyList<RuleModel> Rules { get; init; } = [];

    public IEnumerable<TargetModel> Targets => Rules.Select(rule => rule.Target).Append(Default).OfType<TargetModel>();
}

/// <summary>A load balancer to be, with all that belongs to it.</summary>
internal sealed record BalancerModel
{
    public required string Name { get; init; }

    /// <summary><c>application</c> or <c>network</c>.</summary>
    public required string Type { get; init; }

    public required string Scheme { get; init; }

    public required IReadOnlyList<SubnetMapping> Mappings { get; init; }

    public string IpAddressType { get; init; } = "ipv4";

    public Dictionary<string, string> Attributes { get; init; } = [];

    public Dictionary<string, string> Tags { get; init; } = [];

    public required IReadOnlyList<ListenerModel> Listeners { get; init; }

    /// <summary>The name of the security group that the controller makes; null for none.</summary>
    public string? ManagedGroup { get; init; }

    /// <summary>What the managed group lets in.</summary>
    public IReadOnlyList<SecurityGroupRule> ManagedRules { get; init; } = [];

    /// <summary>The groups that people named.</summary>
    public IReadOnlyList<string> GroupIds { get; init; } = [];

    /// <summary>Whether the shared group, which nodes let in, is one of its groups.</summary>
    public bool HasBackendGroup { get; init; }

    public IReadOnlyList<TargetModel> Targets => [.. Listeners.SelectMany(listener => listener.Targets).DistinctBy(target => target.ResourceId)];

    /// <summary>A name as the controller makes them: two cut parts, and a hash of what tells it apart.</summary>
    public static string MakeName(string first, string second, params ReadOnlySpan<string> parts) => $"k8s-{Cut(first, 8)}-{Cut(second, 8)}-{Hash(parts)}";

    /// <summary>A name of a group of Ingresses.</summary>
    public static string MakeGroupName(string only, params ReadOnlySpan<string> parts) => $"k8s-{Cut(only, 17)}-{Hash(parts)}";

    public static string Cut(string text, int length) => string.Concat(text.Where(char.IsAsciiLetterOrDigit).Take(length));

    public static string Hash(params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))))[..10];
}
