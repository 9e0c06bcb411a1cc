using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.CloudWatchLogs;

/// <summary>CloudWatch Logs, as far as log groups go.</summary>
internal static partial class LogsService
{
    /// <summary>The signing name.</summary>
    public const string Name = "logs";

    /// <summary>What stands before the operation in <c>X-Amz-Target</c>.</summary>
    public const string Target = "Logs_20140328";

    private const int LargestPage = 50;
    private const int MostTags = 50;

    private static readonly HashSet<int> Retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

    /// <summary>Every operation.</summary>
    public static IReadOnlyDictionary<string, JsonOperation> Operations { get; } = new Dictionary<string, JsonOperation>
    {
        ["CreateLogGroup"] = Create,
        ["DescribeLogGroups"] = Describe,
        ["DeleteLogGroup"] = Delete,
        ["PutRetentionPolicy"] = PutRetention,
        ["DeleteRetentionPolicy"] = DeleteRetention,
        ["TagResource"] = Tag,
        ["UntagResource"] = Untag,
        ["ListTagsForResource"] = call => new JsonObject { ["tags"] = Named(call).Tags.ToJson() },
    };

    /// <summary>CloudWatch Logs of the call's region.</summary>
    public static LogsRegion Logs(this AwsCall call) => call.Account.Logs(call.Region);

    /// <summary>
    /// What a caller needs. Log groups are asked for with a log stream of no name behind them, so that a policy must end in <c>:*</c>, except in
    /// calls about tags (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html).
    /// </summary>
    public static IEnumerable<AccessCheck> Needs(AwsCall call)
    {
        var given = call.Body["tags"] is null ? [] : call.Body.Map("tags");
        if (call.Body.String("resourceArn") is { } arn)
        {
            return [new AccessCheck($"{Name}:{call.Operation}", arn).On(call.Logs().Groups.Values.FirstOrDefault(group => group.Arn == arn)?.Tags).Giving(given)];
        }

        var name = call.Body.String("logGroupName") ?? "";
        var group = call.Account.Arn(Name, call.Region, $"log-group:{name}");
        var own = new AccessCheck($"{Name}:{call.Operation}", $"{group}:log-stream:").On(call.Logs().Groups.GetValueOrDefault(name)?.Tags).Giving(given);
        return given.Count == 0 ? [own] : [own, new AccessCheck($"{Name}:TagResource", group).Giving(given)];
    }

    private static JsonObject Create(AwsCall call)
    {
        var name = RequireName(call);
        var tags = call.Body["tags"] is null ? [] : call.Body.Map("tags");
        if (call.Logs().Groups.ContainsKey(name))
        {
            throw new AwsException("ResourceAlreadyExistsException", "The specified log group already exists");
        }

        var kind = call.Body.String("logGroupClass") ?? "STANDARD";
        if (kind is not ("STANDARD" or "INFREQUENT_ACCESS" or "DELIVERY"))
        {
            throw Invalid(kind, "logGroupClass", "Member must satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]");
        }

        call.Logs().Groups[name] = new LogGroup(call.Account, call.Logs().Region, name, call.Now)
        {
            Class = kind, KmsKeyId = call.Body.String("kmsKeyId"), IsProtected = call.Body.Flag("deletionProtectionEnabled") ?? false, Tags = Within(tags),
        };
        return [];
    }

    private static JsonObject Describe(AwsCall call)
    {
        var body = call.Body;
        var (prefix, pattern, kind, arns) = (body.String("logGroupNamePrefix"), body.String("logGroupNamePattern"), body.String("logGroupClass"), body.Strings("logGroupIdentifiers"));
        if (prefix is not null && pattern is not null)
        {
            throw new AwsException("InvalidParameterException", "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
        }

        var size = body.Number("limit") ?? LargestPage;
        if (size is < 1 or > LargestPage)
        {
            throw Invalid(size.ToString(CultureInfo.InvariantCulture), "limit", $"Member must have value from 1 to {LargestPage}");
        }

        var start = body.String("nextToken");
        List<LogGroup> found =
        [
            .. call.Logs().Groups.Values.Where(group => group.Created <= call.VisibleUntil
                && (prefix is null || group.Name.StartsWith(prefix, StringComparison.Ordinal)) && (pattern is null || group.Name.Contains(pattern, StringComparison.OrdinalIgnoreCase))
                && (kind is null || group.Class == kind) && (arns is null || arns.Contains(group.Name) || arns.Contains(group.Arn))
                && (start is null || string.CompareOrdinal(group.Name, start) > 0)),
        ];
        return new JsonObject { ["logGroups"] = found.Take(size).Select(group => group.Write()).ToJson(), ["nextToken"] = found.Count > size ? found[size - 1].Name : null }.WithoutNulls();
    }

    private static JsonObject Delete(AwsCall call)
    {
        var group = Find(call);
        if (group.IsProtected)
        {
            throw new AwsException("ValidationException", "Log group cannot be deleted because deletion protection is enabled.");
        }

        call.Logs().Groups.Remove(group.Name);
        return [];
    }

    private static JsonObject PutRetention(AwsCall call)
    {
        var (group, days) = (Find(call), call.Body.Number("retentionInDays") ?? throw Missing("retentionInDays"));
        group.RetentionInDays = Retentions.Contains(days) ? days
            : throw Invalid(days.ToString(CultureInfo.InvariantCulture), "retentionInDays", $"Member must satisfy enum value set: [{string.Join(", ", Retentions)}]");
        return [];
    }

    private static JsonObject DeleteRetention(AwsCall call)
    {
        Find(call).RetentionInDays = null;
        return [];
    }

    private static JsonObject Tag(AwsCall call)
    {
        var group = Named(call);
        foreach (var (key, value) in Within(call.Body.Map("tags"), group.Tags))
        {
            group.Tags[key] = value;
        }

        return [];
    }

    private static JsonObject Untag(AwsCall call)
    {
        var group = Named(call);
        foreach (var key in call.Body.Strings("tagKeys") ?? throw Missing("tagKeys"))
        {
            group.Tags.Remove(key);
        }

        return [];
    }

    private static LogGroup Find(AwsCall call) => call.Logs().Groups.GetValueOrDefault(RequireName(call)) ?? throw NotFound("The specified log group does not exist.");

    private static LogGroup Named(AwsCall call)
    {
        var arn = call.Body.String("resourceArn") ?? throw Missing("resourceArn");
        return call.Logs().Groups.Values.FirstOrDefault(group => group.Arn == arn) ?? throw NotFound("The specified resource does not exist.");
    }

    private static string RequireName(AwsCall call)
    {
        var name = call.Body.String("logGroupName") ?? throw Missing("logGroupName");
        return GroupName().IsMatch(name) ? name : throw Invalid(name, "logGroupName", @"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+, with 1 to 512 characters");
    }

    private static Dictionary<string, string> Within(Dictionary<string, string> tags, IReadOnlyDictionary<string, string>? present = null) =>
        tags.Keys.Union(present?.Keys ?? []).Count() <= MostTags ? tags : throw new AwsException("TooManyTagsException", $"A resource can have no more than {MostTags} tags.");

    private static AwsException NotFound(string message) => new("ResourceNotFoundException", message);

    private static AwsException Missing(string member) => new("InvalidParameterException", $"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null");

    private static AwsException Invalid(string value, string member, string constraint) =>
        new("InvalidParameterException", $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}");

    [GeneratedRegex(@"^[\.\-_/#A-Za-z0-9]{1,512}\z")]
    private static partial Regex GroupName();
}
