using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Eks;

namespace EksTools.Sandbox.CertificateManager;

/// <summary>A certificate of AWS Certificate Manager: one that it issues, or one that was imported.</summary>
internal sealed class Certificate(AwsAccount account, string region)
{
    private const string Issued = "ISSUED";
    private static readonly string[] Postmasters = ["admin", "administrator", "hostmaster", "postmaster", "webmaster"];

    /// <summary>How long a public certificate holds; the limit of browsers since March 2026 is 200 days.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(198);

    public string Arn { get; } = account.Arn("acm", region, $"certificate/{Guid.NewGuid()}");
    public required string DomainName { get; set; }
    public required IReadOnlyList<string> Names { get; set; }
    public bool IsImported { get; init; }
    public string ValidationMethod { get; init; } = "DNS";
    public string? IdempotencyToken { get; init; }
    public string KeyAlgorithm { get; set; } = "RSA_2048";
    public string SignatureAlgorithm { get; set; } = "SHA256WITHRSA";
    public string Issuer { get; set; } = "Amazon";
    public string Subject { get; set; } = "";
    public string Serial { get; set; } = "";
    public DateTimeOffset Created { get; } = account.Now;
    public DateTimeOffset Imported { get; set; }
    public DateTimeOffset? IssuedAt { get; private set; }
    public DateTimeOffset? NotBefore { get; set; }
    public DateTimeOffset? NotAfter { get; set; }
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>What became of it so far; what is past its end is told by <see cref="Status"/>.</summary>
    public string Stage { get; set; } = "PENDING_VALIDATION";

    /// <summary>Its status now.</summary>
    public string Status => Stage == Issued && NotAfter < account.Now ? "EXPIRED" : Stage;

    /// <summary>The load balancers whose listeners have it.</summary>
    public IEnumerable<string> InUseBy => account.Elb(region).LoadBalancers.Where(balancer => balancer.Listeners.Exists(listener => listener.Certificates.Contains(Arn))).Select(balancer => balancer.Arn)
        .Concat(account.Elb(region).Classic.Where(balancer => balancer.Listeners.Exists(listener => listener.Certificate == Arn)).Select(balancer => account.Elb(region).Arn($"loadbalancer/{balancer.Name}")));

    /// <summary>Its owner has shown that the names are theirs.</summary>
    public void Issue()
    {
        (Stage, IssuedAt, NotBefore, NotAfter) = (Issued, account.Now, account.Now, account.Now + Life);
        Serial = string.Join(':', Guid.NewGuid().ToByteArray().Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));
        Subject = $"CN={DomainName}";
    }

    /// <summary>The whole, as DescribeCertificate answers it.</summary>
    public JsonObject Write()
    {
        var json = Common();
        (json["SubjectAlternativeNames"], json[nameof(Subject)], json[nameof(Issuer)], json[nameof(SignatureAlgorithm)]) = (Names.ToJson(), Subject.Length > 0 ? Subject : null, Issuer, SignatureAlgorithm);
        (json[nameof(Serial)], json[nameof(InUseBy)]) = (Serial.Length > 0 ? Serial : null, InUseBy.ToJson());
        json["Options"] = new JsonObject { ["CertificateTransparencyLoggingPreference"] = IsImported ? "DISABLED" : "ENABLED" };
        json["DomainValidationOptions"] = IsImported ? null : Names.Select(Validation).ToJson();
        json["FailureReason"] = Stage == "FAILED" ? "DOMAIN_NOT_ALLOWED" : null;
        return json.WithoutNulls();
    }

    /// <summary>A line of a list.</summary>
    public JsonObject Summary()
    {
        var json = Common();
        (json["SubjectAlternativeNameSummaries"], json["HasAdditionalSubjectAlternativeNames"], json["InUse"]) = (Names.ToJson(), false, InUseBy.Any());
        return json.WithoutNulls();
    }

    private JsonObject Common() => new()
    {
        ["CertificateArn"] = Arn, [nameof(DomainName)] = DomainName, [nameof(Status)] = Status, ["Type"] = IsImported ? "IMPORTED" : "AMAZON_ISSUED", [nameof(KeyAlgorithm)] = KeyAlgorithm,
        ["CreatedAt"] = JsonMembers.Time(Created), [nameof(IssuedAt)] = IssuedAt is { } issued ? JsonMembers.Time(issued) : null, ["ImportedAt"] = IsImported ? JsonMembers.Time(Imported) : null,
        [nameof(NotBefore)] = NotBefore is { } begin ? JsonMembers.Time(begin) : null, [nameof(NotAfter)] = NotAfter is { } end ? JsonMembers.Time(end) : null,
        ["RenewalEligibility"] = !IsImported && Status == Issued && InUseBy.Any() ? "ELIGIBLE" : "INELIGIBLE",
    };

    private JsonObject Validation(string name)
    {
        var bare = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Id}/{bare}")))[..32];
        return new JsonObject
        {
            [nameof(DomainName)] = name, ["ValidationDomain"] = bare, [nameof(ValidationMethod)] = ValidationMethod,
            ["ValidationStatus"] = Stage switch { "PENDING_VALIDATION" => "PENDING_VALIDATION", Issued => "SUCCESS", _ => "FAILED" },
            ["ResourceRecord"] = ValidationMethod != "DNS" ? null : new JsonObject { ["Name"] = $"_{digest}.{bare}.", ["Type"] = "CNAME", ["Value"] = $"_{digest[..16]}.acm-validations.aws." },
            ["ValidationEmails"] = ValidationMethod != "EMAIL" ? null : Postmasters.Select(who => $"{who}@{bare}").ToJson(),
        }.WithoutNulls();
    }
}
