using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.CertificateManager;

/// <summary>
/// AWS Certificate Manager as far as load balancers need it. Nobody puts validation records into a DNS here: a request is validated after a while, unless
/// its names end in <c>.invalid</c> (RFC 2606), which are never anybody's.
/// </summary>
internal static partial class AcmService
{
    /// <summary>The signing name.</summary>
    public const string Name = "acm";

    /// <summary>What stands before the operation in X-Amz-Target.</summary>
    public const string Target = "CertificateManager";

    private const int MostNames = 100;
    private const int LargestPage = 1000;

    // What ListCertificates shows where keyTypes says nothing.
    private static readonly string[] ListedKeys = ["RSA_1024", "RSA_2048"];
    private static readonly string[] Methods = ["DNS", "EMAIL"];
    private static readonly string[] IssuedKeys = ["RSA_2048", "EC_prime256v1", "EC_secp384r1"];

    public static IReadOnlyDictionary<string, JsonOperation> Operations { get; } = new Dictionary<string, JsonOperation>
    {
        ["RequestCertificate"] = Request,
        ["ImportCertificate"] = CertificateImport.Run,
        ["DescribeCertificate"] = call => new JsonObject { ["Certificate"] = Find(call).Write() },
        ["ListCertificates"] = List,
        ["DeleteCertificate"] = Delete,
        ["AddTagsToCertificate"] = AddTags,
        ["RemoveTagsFromCertificate"] = RemoveTags,
        ["ListTagsForCertificate"] = call => new JsonObject { ["Tags"] = Find(call).Tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value }).ToJson() },
    };

    /// <summary>The certificates of the call's region.</summary>
    public static List<Certificate> Certificates(AwsCall call) => call.Account.Certificates(call.Region);

    /// <summary>The permission that a call needs: on the certificate that it names, or on none (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html).</summary>
    public static IEnumerable<AccessCheck> Needs(AwsCall call)
    {
        var arn = call.Body["CertificateArn"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var known = arn is null ? null : Certificates(call).Find(one => one.Arn == arn);
        yield return new AccessCheck($"{Name}:{call.Operation}", arn ?? "*").On(known?.Tags).Giving(TagsIn(call));
    }

    /// <summary>The certificate that a call names.</summary>
    public static Certificate Find(AwsCall call)
    {
        var arn = call.Body.String("CertificateArn") ?? throw Invalid("1 validation error detected: Value null at 'certificateArn' failed to satisfy constraint: Member must not be null");
        if (!ArnPattern().IsMatch(arn))
        {
            throw Invalid($"1 validation error detected: Value '{arn}' at 'certificateArn' failed to satisfy constraint: Member must satisfy regular expression pattern: {ArnPattern()}");
        }

        return Certificates(call).Find(one => one.Arn == arn && one.Created <= call.VisibleUntil)
            ?? throw new AwsException("ResourceNotFoundException", $"Could not find certificate {arn}.");
    }

    /// <summary>The tags of a request, within the limits.</summary>
    public static Dictionary<string, string> ReadTags(AwsCall call, IReadOnlyDictionary<string, string>? present = null)
    {
        var tags = TagsIn(call);
        if (tags.Keys.FirstOrDefault(key => key.Length is 0 or > 128 || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) is { } wrong)
        {
            throw new AwsException("InvalidTagException", $"The tag key '{wrong}' must have 1 to 128 characters and not start with aws:.");
        }

        return tags.Keys.Union(present?.Keys ?? []).Count() <= 50 ? tags : throw new AwsException("TooManyTagsException", "A certificate has at most 50 tags.");
    }

    public static AwsException Invalid(string message) => new("ValidationException", message);

    private static Dictionary<string, string> TagsIn(AwsCall call)
    {
        Dictionary<string, string> tags = [];
        foreach (var tag in call.Body.Objects("Tags") ?? [])
        {
            tags[tag.String("Key") ?? ""] = tag.String("Value") ?? "";
        }

        return tags;
    }

    private static JsonObject Request(AwsCall call)
    {
        var domain = call.Body.String("DomainName") ?? "";
        var method = call.Body.String("ValidationMethod") ?? "EMAIL";
        var key = call.Body.String("KeyAlgorithm") ?? "RSA_2048";
        var token = call.Body.String("IdempotencyToken");
        List<string> names = [domain, .. (call.Body.Strings("SubjectAlternativeNames") ?? []).Where(name => name != domain).Distinct()];
        if (names.Find(name => name.Length > 253 || !DomainPattern().IsMatch(name)) is { } wrong)
        {
            throw Invalid($"1 validation error detected: Value '{wrong}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern: {DomainPattern()}");
        }

        if (!Methods.Contains(method) || !IssuedKeys.Contains(key))
        {
            throw Invalid($"The validation method {method} or the key algorithm {key} is not supported.");
        }

        if (names.Count > MostNames)
        {
            throw new AwsException("LimitExceededException", $"A certificate has at most {MostNames} names.");
        }

        var tags = ReadTags(call);
        if (token is not null && Certificates(call).Find(one => one.IdempotencyToken == token && one.Created > call.Now.AddHours(-1) && one.Names.SequenceEqual(names)) is { } twin)
        {
            return new JsonObject { ["CertificateArn"] = twin.Arn };
        }

        var made = new Certificate(call.Account, call.Region) { DomainName = domain, Names = names, ValidationMethod = method, KeyAlgorithm = key, IdempotencyToken = token, Tags = tags };
        Certificates(call).Add(made);
        var durations = call.Account.Options.Durations;
        if (names.Exists(name => name.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase)))
        {
            call.Account.After(durations.CertificatePatience, () => made.Stage = "VALIDATION_TIMED_OUT");
        }
        else
        {
            call.Account.After(durations.CertificateValidation, made.Issue);
        }

        return new JsonObject { ["CertificateArn"] = made.Arn };
    }

    private static JsonObject List(AwsCall call)
    {
        var keys = call.Body.Object("Includes")?.Strings("keyTypes") is { Count: > 0 } asked ? [.. asked] : ListedKeys;
        var statuses = call.Body.Strings("CertificateStatuses");
        var size = call.Body.Number("MaxItems") ?? LargestPage;
        var start = 0;
        if (size is < 1 or > LargestPage || (call.Body.String("NextToken") is { } token && !int.TryParse(token, out start)))
        {
            throw new AwsException("InvalidArgsException", $"MaxItems must be from 1 to {LargestPage}, and NextToken one that an earlier answer gave.");
        }

        if (call.Body.String("SortBy") is not null != call.Body.String("SortOrder") is not null)
        {
            throw Invalid("SortBy and SortOrder must be said together.");
        }

        var all = Certificates(call).Where(one => keys.Contains(one.KeyAlgorithm) && (statuses is null or [] || statuses.Contains(one.Status)) && one.Created <= call.VisibleUntil).ToList();
        if (call.Body.String("SortOrder") == "DESCENDING")
        {
            all.Reverse();
        }

        return new JsonObject
        {
            ["CertificateSummaryList"] = all.Skip(start).Take(size).Select(one => one.Summary()).ToJson(), ["NextToken"] = all.Count - start > size ? $"{start + size}" : null,
        }.WithoutNulls();
    }

    private static JsonObject Delete(AwsCall call)
    {
        var named = Find(call);
        if (named.InUseBy.Any())
        {
            throw new AwsException("ResourceInUseException", $"Certificate {named.Arn} in account {call.Account.Id} is in use.");
        }

        Certificates(call).Remove(named);
        return [];
    }

    private static JsonObject AddTags(AwsCall call)
    {
        var named = Find(call);
        foreach (var (key, value) in ReadTags(call, named.Tags))
        {
            named.Tags[key] = value;
        }

        return [];
    }

    private static JsonObject RemoveTags(AwsCall call)
    {
        var named = Find(call);
        foreach (var tag in call.Body.Objects("Tags") ?? [])
        {
            // A tag without a value goes whatever its value is.
            if (named.Tags.GetValueOrDefault(tag.String("Key") ?? "") is { } value && (tag.String("Value") is not { } said || said == value))
            {
                named.Tags.Remove(tag.String("Key")!);
            }
        }

        return [];
    }

    [GeneratedRegex(@"^arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(/[\w+=,.@-]+)*$")]
    private static partial Regex ArnPattern();

    [GeneratedRegex(@"^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$")]
    private static partial Regex DomainPattern();
}
