using System.Net.Sockets;

namespace EksTools.Core.LoadBalancing.Values;

/// <summary>What the items of a list are.</summary>
/// <param name="Words">What they are called.</param>
/// <param name="Judge">What is wrong with one; null for nothing.</param>
internal sealed record ItemShape(string Words, Func<string, ValueProblem?> Judge)
{
    public static ItemShape Subnet { get; } = new("ids or Name tags of subnets", static _ => null);

    public static ItemShape SecurityGroup { get; } = new("ids or Name tags of security groups", static _ => null);

    /// <summary>The cloud provider looks for ids alone.</summary>
    public static ItemShape SecurityGroupId { get; } = new("ids of security groups", item => MustBegin(item, "sg-", "a security group id"));

    public static ItemShape EipAllocation { get; } = new("allocation ids of Elastic IP addresses", item => MustBegin(item, "eipalloc-", "an allocation id"));

    public static ItemShape PrefixList { get; } = new("ids of managed prefix lists", item => MustBegin(item, "pl-", "a prefix list id"));

    public static ItemShape Cidr { get; } = new("CIDRs", static item => GoValues.IsCidr(item, out _) ? null
        : ValueProblem.Error($"has the item '{item}', which is no CIDR", GoValues.Address(item) is { } address ? $"{item}/{(address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)}" : null));

    public static ItemShape Ipv4 { get; } = new("IPv4 addresses", static item => GoValues.Address(item) is { AddressFamily: AddressFamily.InterNetwork } ? null : ValueProblem.Error($"has the item '{item}', which is no IPv4 address"));

    public static ItemShape Ipv6 { get; } = new("IPv6 addresses", static item => GoValues.Address(item) is { AddressFamily: AddressFamily.InterNetworkV6 } ? null : ValueProblem.Error($"has the item '{item}', which is no IPv6 address"));

    public static ItemShape SourceNatPrefix { get; } = new("auto_assigned or IPv6 prefixes of length 80", static item =>
        item == "auto_assigned" || (item.Split('/') is [var address, "80", ..] && GoValues.Address(address) is { AddressFamily: AddressFamily.InterNetworkV6 }) ? null
            : ValueProblem.Error($"has the item '{item}', which is neither auto_assigned nor an IPv6 prefix of length 80"));

    public static ItemShape Port { get; } = new("numbers or names of ports", static _ => null);

    public static ItemShape PortNumber { get; } = new("numbers of ports", static item => GoValues.Integer(item, 64) is null ? ValueProblem.Error($"has the item '{item}', which is no port number") : null);

    public static ItemShape Any { get; } = new("names", static _ => null);

    public static ItemShape Certificate { get; } = new("ARNs of certificates of ACM or IAM", CertificateArn.Judge);

    private static ValueProblem? MustBegin(string item, string prefix, string what) =>
        item.StartsWith(prefix, StringComparison.Ordinal) ? null : ValueProblem.Error($"has the item '{item}', which is not {what} ({prefix}...)");
}

/// <summary>Items with commas between.</summary>
/// <param name="Item">What they are.</param>
/// <param name="IsRaw">The controller splits at commas and does not trim: a space becomes part of an item.</param>
/// <param name="Most">How many there may be.</param>
internal sealed record ListSyntax(ItemShape Item, bool IsRaw = false, int Most = int.MaxValue) : ValueSyntax
{
    public override string Name => "List";

    public override string Description => Most == 1 ? $"one of the {Item.Words}" : $"{Item.Words}, with commas between";

    public override IEnumerable<ValueProblem> Check(string value)
    {
        IReadOnlyList<string> items = GoValues.List(value);
        string plain = string.Join(',', items);
        if (items.Count == 0)
        {
            yield return ValueProblem.Error("is an empty list");
            yield break;
        }
        if (items.Count > Most)
            yield return ValueProblem.Error($"has {items.Count} items where this controller takes one", items[0]);
        foreach (string item in items)
        {
            if (Item.Judge(item) is { } problem)
                yield return problem with { Suggestion = problem.Suggestion is { } better ? string.Join(',', items.Select(other => other == item ? better : other)) : null };
        }
        if (IsRaw && plain != value)
            yield return ValueProblem.Error("has spaces or empty items, which this controller takes for parts of the names", plain);
        if (items.Distinct(StringComparer.Ordinal).Count() < items.Count)
            yield return ValueProblem.Warning("names an item twice", string.Join(',', items.Distinct(StringComparer.Ordinal)));
    }
}

/// <summary>ARNs of certificates.</summary>
internal static class CertificateArn
{
    public static ValueProblem? Judge(string arn)
    {
        if (arn.Split(':', 6) is not ["arn", var partition, var service and ("acm" or "iam"), var region, var account, var resource] || !partition.StartsWith("aws", StringComparison.Ordinal))
            return ValueProblem.Error($"has the item '{arn}', which is not the ARN of a certificate of ACM or IAM");
        if (!resource.StartsWith(service == "acm" ? "certificate/" : "server-certificate/", StringComparison.Ordinal))
            return ValueProblem.Error($"has the item '{arn}', which is the ARN of something else than a certificate");
        if (service == "acm" && region.Length == 0)
            return ValueProblem.Error($"has the item '{arn}', which names no region");
        return account.Length == 12 && account.All(char.IsAsciiDigit) ? null : ValueProblem.Warning($"has the item '{arn}', whose account is not twelve digits");
    }

    /// <summary>The region of a certificate of ACM; null for IAM's, which are for all regions.</summary>
    public static string? RegionOf(string arn) => arn.Split(':', 6) is ["arn", _, "acm", { Length: > 0 } region, ..] ? region : null;
}
