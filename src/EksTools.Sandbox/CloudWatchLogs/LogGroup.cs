using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Eks;

namespace EksTools.Sandbox.CloudWatchLogs;

/// <summary>A log group: what is in it is only counted.</summary>
internal sealed class LogGroup(AwsAccount account, Region region, string name, DateTimeOffset created)
{
    public string Name { get; } = name;
    public DateTimeOffset Created { get; } = created;

    /// <summary>The ARN without the trailing <c>:*</c>.</summary>
    public string Arn { get; } = account.Arn("logs", region.Name, $"log-group:{name}");

    public int? RetentionInDays { get; set; }
    public string Class { get; init; } = "STANDARD";
    public string? KmsKeyId { get; init; }
    public bool IsProtected { get; init; }
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Bytes stored so far.</summary>
    public long StoredBytes { get; set; }

    /// <summary>The group as DescribeLogGroups answers it.</summary>
    public JsonObject Write() => new JsonObject
    {
        ["logGroupName"] = Name,
        ["creationTime"] = Created.ToUnixTimeMilliseconds(),
        ["retentionInDays"] = RetentionInDays,
        ["metricFilterCount"] = 0,
        ["arn"] = $"{Arn}:*",
        ["logGroupArn"] = Arn,
        ["storedBytes"] = StoredBytes,
        ["kmsKeyId"] = KmsKeyId,
        ["logGroupClass"] = Class,
        ["deletionProtectionEnabled"] = IsProtected,
    }.WithoutNulls();
}

/// <summary>CloudWatch Logs of the account in one region.</summary>
internal sealed class LogsRegion(AwsAccount account, Region region)
{
    public SortedDictionary<string, LogGroup> Groups { get; } = new(StringComparer.Ordinal);

    public Region Region { get; } = region;

    /// <summary>Writes to a group as an AWS service does, which makes the group where there is none.</summary>
    public void Write(string name, long bytes)
    {
        if (!Groups.TryGetValue(name, out var group))
        {
            Groups[name] = group = new LogGroup(account, Region, name, account.Now);
        }

        group.StoredBytes += bytes;
    }
}
