using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>EKS of the account in one region.</summary>
internal sealed class EksRegion(AwsAccount account, Region region) : IAsyncDisposable
{
    private readonly List<ClusterWorkloads> _workloads = [];
    private readonly Dictionary<(string Operation, string Token), (string Fingerprint, object Resource)> _tokens = [];

    public AwsAccount Account { get; } = account;

    public Region Region { get; } = region;

    public Ec2Region Ec2 => Account.Ec2(Region.Name);

    public SandboxDurations Durations => Account.Options.Durations;

    public SortedDictionary<string, Cluster> Clusters { get; } = new(StringComparer.Ordinal);

    /// <summary>Keeps what must be ended with the account.</summary>
    public ClusterWorkloads Keep(ClusterWorkloads workloads)
    {
        _workloads.Add(workloads);
        return workloads;
    }

    /// <summary>A cluster that the call sees.</summary>
    public Cluster Get(AwsCall call, string member = "name") => Clusters.TryGetValue(call.Path[member], out var cluster) && cluster.Created <= call.VisibleUntil ? cluster
        : throw EksErrors.NotFound($"No cluster found for name: {call.Path[member]}.", call.Path[member]);

    /// <summary>A cluster that something may be changed in.</summary>
    public Cluster GetReady(AwsCall call) => Get(call) is { IsReady: true } cluster ? cluster
        : throw EksErrors.InvalidRequest($"Cluster '{call.Path["name"]}' is not in ACTIVE status.", call.Path["name"]);

    /// <summary>The resource that an earlier request with the same token and members made, or a new one.</summary>
    public T Once<T>(AwsCall call, Func<T> create, Func<T, bool> exists) where T : class
    {
        if (call.Body.String("clientRequestToken") is not { Length: > 0 } token)
        {
            return create();
        }

        var key = (call.Operation, token);
        var fingerprint = string.Join('/', call.Path.Values) + call.Body.ToJsonString();
        if (_tokens.TryGetValue(key, out var earlier) && earlier.Resource is T resource && exists(resource))
        {
            return earlier.Fingerprint == fingerprint ? resource
                : throw EksErrors.InvalidRequest($"The clientRequestToken {token} was used before with other parameters.", call.Path.GetValueOrDefault("name"));
        }

        var made = create();
        _tokens[key] = (fingerprint, made);
        return made;
    }

    /// <summary>Refuses a role that AWS would not find or that does not trust the service.</summary>
    public Role RequireRole(string arn, string service, Func<string, AwsException> refuse)
    {
        var role = Account.Iam.FindRole(arn);
        return role is not null && Account.Iam.IsVisible(role) && TrustPolicy.TrustsService(role, service) ? role : throw refuse(arn);
    }

    /// <summary>Subnets of one VPC.</summary>
    public IReadOnlyList<Subnet> RequireSubnets(IReadOnlyList<string> ids, string? cluster)
    {
        var subnets = ids.Select(id => Ec2.Find<Subnet>(id) ?? throw EksErrors.InvalidParameter($"The subnet ID '{id}' does not exist (Service: AmazonEC2; Status Code: 400; Error Code: InvalidSubnetID.NotFound)", cluster)).ToList();
        return subnets.Select(subnet => subnet.VpcId).Distinct().Count() <= 1 ? subnets : throw EksErrors.InvalidParameter("Subnets specified must belong to the same VPC.", cluster);
    }

    /// <summary>Tags within EKS's limits.</summary>
    public static Dictionary<string, string> ReadTags(JsonObject body)
    {
        var tags = body.Map("tags");
        return tags.Count <= 50 && tags.All(tag => tag.Key.Length is >= 1 and <= 128 && tag.Value.Length <= 256 && !tag.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) ? tags
            : throw EksErrors.InvalidParameter("Tags: at most 50, keys of 1 to 128 characters that do not start with aws:, values of at most 256.");
    }

    /// <summary>A name that matches EKS's pattern.</summary>
    public static string RequireName(JsonObject body, string member, string pattern, int longest)
    {
        var name = body.Require(member);
        return name.Length <= longest && Regex.IsMatch(name, pattern) ? name
            : throw EksErrors.InvalidParameter($"{member}: '{name}' must satisfy the pattern {pattern} and have at most {longest} characters.");
    }

    /// <summary>A page of a list, with its token.</summary>
    public static JsonObject Page(AwsCall call, string list, IEnumerable<JsonNode?> items)
    {
        var text = call.QueryValue("maxResults") ?? call.Body["maxResults"]?.ToString();
        var size = text is null ? 100 : int.TryParse(text, out var number) && number is >= 1 and <= 100 ? number : throw EksErrors.InvalidParameter("maxResults must be from 1 to 100.");
        var start = 0;
        if ((call.QueryValue("nextToken") ?? call.Body["nextToken"]?.ToString()) is { Length: > 0 } token && !int.TryParse(token, out start))
        {
            throw EksErrors.InvalidParameter("The nextToken is invalid.");
        }

        var all = items.ToList();
        return new JsonObject { [list] = new JsonArray([.. all.Skip(start).Take(size)]), ["nextToken"] = all.Count > start + size ? $"{start + size}" : null }.WithoutNulls();
    }

    /// <summary>A page of names.</summary>
    public static JsonObject Page(AwsCall call, string list, IEnumerable<string> names) => Page(call, list, names.Select(name => (JsonNode?)name));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var workloads in _workloads)
        {
            await workloads.DisposeAsync();
        }
    }
}
