using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;

namespace EksTools.Sandbox.KeyManagement;

/// <summary>A customer's key of KMS: what it is for and whether it may be used. It encrypts nothing here.</summary>
internal sealed class KmsKey(AwsAccount account, string region, string id)
{
    public string Id { get; } = id;
    public string Arn { get; } = account.Arn("kms", region, $"key/{id}");
    public string Spec { get; init; } = "SYMMETRIC_DEFAULT";
    public string Usage { get; init; } = "ENCRYPT_DECRYPT";
    public string Description { get; init; } = "";
    public string State { get; set; } = "Enabled";
    public DateTimeOffset Created { get; } = account.Now;
    public DateTimeOffset? Deletion { get; set; }
    public List<JsonObject> Grants { get; } = [];
    public HashSet<string> Aliases { get; } = new(StringComparer.Ordinal);

    /// <summary>What Secrets can be encrypted with: https://docs.aws.amazon.com/eks/latest/APIReference/API_Provider.html</summary>
    public bool IsSymmetric => Spec == "SYMMETRIC_DEFAULT" && Usage == "ENCRYPT_DECRYPT";

    public JsonObject Write()
    {
        var metadata = Metadata();
        if (Deletion is { } end)
        {
            metadata["DeletionDate"] = end.ToUnixTimeMilliseconds() / 1000.0;
        }

        return metadata;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Arn} {State}");

    private JsonObject Metadata() => new()
    {
        ["AWSAccountId"] = Arn.Split(':')[4],
        ["KeyId"] = Id,
        [nameof(Arn)] = Arn,
        ["CreationDate"] = Created.ToUnixTimeMilliseconds() / 1000.0,
        ["Enabled"] = State == "Enabled",
        [nameof(Description)] = Description,
        ["KeyUsage"] = Usage,
        ["KeyState"] = State,
        ["Origin"] = "AWS_KMS",
        ["KeyManager"] = "CUSTOMER",
        ["KeySpec"] = Spec,
        ["CustomerMasterKeySpec"] = Spec,
        ["MultiRegion"] = false,
    };
}
