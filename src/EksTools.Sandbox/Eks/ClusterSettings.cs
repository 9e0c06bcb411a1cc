using System.Text.Json.Nodes;
using EksTools.Sandbox.KeyManagement;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>What EKS asks of the settings that a cluster keeps as they were sent.</summary>
internal static class ClusterSettings
{
    private static readonly string[] Tiers = ["standard", "tier-xl", "tier-2xl", "tier-4xl", "tier-8xl"];

    /// <summary>Refuses what EKS would.</summary>
    public static void Check(AwsCall call, JsonObject body, string cluster)
    {
        if (body.Objects("encryptionConfig") is { } encryption)
        {
            CheckEncryption(call, encryption, cluster);
        }

        if (body.Object("upgradePolicy") is { } policy && policy.String("supportType") is not (null or "STANDARD" or "EXTENDED"))
        {
            throw EksErrors.InvalidParameter($"supportType {policy.String("supportType")} is not one of STANDARD, EXTENDED.", cluster);
        }

        if (body.Object("controlPlaneScalingConfig") is { } scaling && !Tiers.Contains(scaling.String("tier") ?? "standard"))
        {
            throw EksErrors.InvalidParameter($"tier {scaling.String("tier")} is not one of {string.Join(", ", Tiers)}.", cluster);
        }

        if (body.Object("zonalShiftConfig") is { } shift)
        {
            _ = shift.Flag("enabled");
        }

        _ = body.Flag("deletionProtection");
    }

    /// <summary>The key: of the cluster's region and partition, and for Secrets alone (https://docs.aws.amazon.com/eks/latest/APIReference/API_EncryptionConfig.html).</summary>
    private static void CheckEncryption(AwsCall call, IReadOnlyList<JsonObject> configs, string cluster)
    {
        if (configs.Count != 1 || configs[0].Strings("resources") is not ["secrets"] || configs[0].Object("provider")?.String("keyArn") is not { } key)
        {
            throw EksErrors.InvalidParameter("encryptionConfig takes one entry with the resource secrets and a provider's keyArn.", cluster);
        }

        if (key.Split(':') is not ["arn", var partition, "kms", var region, { Length: 12 }, var resource] || partition != call.Account.Partition || !(resource.StartsWith("key/", StringComparison.Ordinal) || resource.StartsWith("alias/", StringComparison.Ordinal)))
        {
            throw EksErrors.InvalidParameter($"Invalid KMS key: {key} is not the ARN of a key.", cluster);
        }

        if (region != call.Region)
        {
            throw EksErrors.InvalidParameter($"Invalid KMS key: {key} must be in region {call.Region}.", cluster);
        }

        if (key.Split(':')[4] != call.Account.Id)
        {
            // Another account's key is for its policy to lend; there is no other account here to ask.
            return;
        }

        if (KmsService.Lookup(call, key) is not { } there)
        {
            throw EksErrors.InvalidParameter($"Invalid KMS key: Key '{key}' does not exist.", cluster);
        }

        if (!there.IsSymmetric)
        {
            throw EksErrors.InvalidParameter($"Invalid KMS key: {key} must be a symmetric key that encrypts and decrypts.", cluster);
        }

        if (there.State != "Enabled")
        {
            throw EksErrors.InvalidParameter($"Invalid KMS key: {key} is {(there.State == "Disabled" ? "disabled" : "pending deletion")}.", cluster);
        }
    }
}
