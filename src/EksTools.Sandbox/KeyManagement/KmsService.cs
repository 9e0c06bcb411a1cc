using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.KeyManagement;

/// <summary>
/// AWS Key Management Service as far as EKS asks about keys: their kind, their state and grants on them (https://docs.aws.amazon.com/kms/latest/APIReference/). Every region has one key from
/// the start, with the id that AWS's own examples have, for a rehearsal that needs just any.
/// </summary>
internal static class KmsService
{
    /// <summary>The signing name.</summary>
    public const string Name = "kms";

    /// <summary>What stands before the operation in X-Amz-Target.</summary>
    public const string Target = "TrentService";

    /// <summary>The key that is there from the start.</summary>
    public const string ExampleKey = "1234abcd-12ab-34cd-56ef-1234567890ab";

    private static readonly string[] Specs = ["SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "HMAC_256"];

    public static IReadOnlyDictionary<string, JsonOperation> Operations { get; } = new Dictionary<string, JsonOperation>
    {
        ["CreateKey"] = Create,
        ["DescribeKey"] = call => new JsonObject { ["KeyMetadata"] = Find(call).Write() },
        ["ListKeys"] = call => new JsonObject { ["Keys"] = Keys(call).Select(static key => new JsonObject { ["KeyId"] = key.Id, ["KeyArn"] = key.Arn }).ToJson(), ["Truncated"] = false },
        ["EnableKey"] = call => SetState(call, "Enabled"),
        ["DisableKey"] = call => SetState(call, "Disabled"),
        ["ScheduleKeyDeletion"] = ScheduleDeletion,
        ["CancelKeyDeletion"] = CancelDeletion,
        ["CreateAlias"] = CreateAlias,
        ["CreateGrant"] = CreateGrant,
        ["ListGrants"] = call => new JsonObject { ["Grants"] = Find(call).Grants.Select(static grant => grant.DeepClone().AsObject()).ToJson(), ["Truncated"] = false },
    };

    /// <summary>The permission that a call needs, on the key that it names or on none. The key's own policy leaves it to the account's, as that of a key that the console made does.</summary>
    public static IEnumerable<AccessCheck> Needs(AwsCall call)
    {
        var id = call.Body.String("KeyId") ?? call.Body.String("TargetKeyId");
        yield return new AccessCheck($"{Name}:{call.Operation}", id is null ? "*" : Lookup(call, id)?.Arn ?? (id.StartsWith("arn:", StringComparison.Ordinal) ? id : call.Account.Arn(Name, call.Region, $"key/{id}")));
    }

    /// <summary>The key of an id, an ARN or an alias, in the call's region; null where there is none.</summary>
    public static KmsKey? Lookup(AwsCall call, string id) =>
        Keys(call).FirstOrDefault(key => key.Id == id || key.Arn == id || key.Aliases.Any(alias => alias == id || call.Account.Arn(Name, call.Region, alias) == id));

    private static List<KmsKey> Keys(AwsCall call) => call.Account.Keys(call.Region);

    private static KmsKey Find(AwsCall call)
    {
        var id = call.Body.String("KeyId") ?? throw Invalid("1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null");
        return Lookup(call, id) ?? throw new AwsException("NotFoundException", id.Contains("alias/", StringComparison.Ordinal)
            ? $"Alias {(id.StartsWith("arn:", StringComparison.Ordinal) ? id : call.Account.Arn(Name, call.Region, id))} is not found."
            : $"Key '{(id.StartsWith("arn:", StringComparison.Ordinal) ? id : call.Account.Arn(Name, call.Region, $"key/{id}"))}' does not exist");
    }

    private static JsonObject Create(AwsCall call)
    {
        var spec = call.Body.String("KeySpec") ?? call.Body.String("CustomerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
        var usage = call.Body.String("KeyUsage") ?? "ENCRYPT_DECRYPT";
        if (!Specs.Contains(spec))
        {
            throw Invalid($"1 validation error detected: Value '{spec}' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [{string.Join(", ", Specs)}]");
        }

        if (usage == "ENCRYPT_DECRYPT" && (spec.StartsWith("ECC_", StringComparison.Ordinal) || spec.StartsWith("HMAC_", StringComparison.Ordinal)))
        {
            throw Invalid($"KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec {spec}");
        }

        var made = new KmsKey(call.Account, call.Region, $"{Guid.NewGuid()}") { Spec = spec, Usage = usage, Description = call.Body.String("Description") ?? "" };
        Keys(call).Add(made);
        return new JsonObject { ["KeyMetadata"] = made.Write() };
    }

    private static JsonObject SetState(AwsCall call, string state)
    {
        var key = Find(call);
        if (key.State == "PendingDeletion")
        {
            throw PendingDeletion(key);
        }

        key.State = state;
        return [];
    }

    private static JsonObject ScheduleDeletion(AwsCall call)
    {
        var key = Find(call);
        var days = call.Body.Number("PendingWindowInDays") ?? 30;
        if (days is < 7 or > 30)
        {
            throw Invalid("PendingWindowInDays must be between 7 and 30");
        }

        if (key.State == "PendingDeletion")
        {
            throw PendingDeletion(key);
        }

        (key.State, key.Deletion) = ("PendingDeletion", call.Now.AddDays(days));
        return new JsonObject { ["KeyId"] = key.Arn, ["DeletionDate"] = key.Deletion.Value.ToUnixTimeMilliseconds() / 1000.0, ["KeyState"] = key.State, ["PendingWindowInDays"] = days };
    }

    private static JsonObject CancelDeletion(AwsCall call)
    {
        var key = Find(call);
        if (key.State != "PendingDeletion")
        {
            throw new AwsException("KMSInvalidStateException", $"{key.Arn} is not pending deletion.");
        }

        (key.State, key.Deletion) = ("Disabled", null);
        return new JsonObject { ["KeyId"] = key.Arn };
    }

    private static JsonObject CreateAlias(AwsCall call)
    {
        var alias = call.Body.String("AliasName") ?? "";
        if (!alias.StartsWith("alias/", StringComparison.Ordinal) || alias.StartsWith("alias/aws/", StringComparison.Ordinal) || alias.Length < 7)
        {
            throw new AwsException("InvalidAliasNameException", "Alias must start with the prefix \"alias/\". Please see http://docs.aws.amazon.com/kms/latest/developerguide/programming-aliases.html");
        }

        if (Lookup(call, alias) is not null)
        {
            throw new AwsException("AlreadyExistsException", $"An alias with the name {call.Account.Arn(Name, call.Region, alias)} already exists");
        }

        var target = call.Body.String("TargetKeyId") ?? "";
        (Lookup(call, target) ?? throw new AwsException("NotFoundException", $"Key '{target}' does not exist")).Aliases.Add(alias);
        return [];
    }

    private static JsonObject CreateGrant(AwsCall call)
    {
        var key = Find(call);
        if (key.State != "Enabled")
        {
            throw key.State == "Disabled" ? new AwsException("DisabledException", $"{key.Arn} is disabled.") : PendingDeletion(key);
        }

        var id = Guid.NewGuid().ToString("N");
        key.Grants.Add(new JsonObject
        {
            ["KeyId"] = key.Arn, ["GrantId"] = id, ["GranteePrincipal"] = call.Body.String("GranteePrincipal"), [nameof(Operations)] = call.Body[nameof(Operations)]?.DeepClone() ?? new JsonArray(), ["CreationDate"] = call.Now.ToUnixTimeSeconds(),
        });
        return new JsonObject { ["GrantId"] = id, ["GrantToken"] = id };
    }

    private static AwsException PendingDeletion(KmsKey key) => new("KMSInvalidStateException", $"{key.Arn} is pending deletion.");

    private static AwsException Invalid(string message) => new("ValidationException", message);
}
