using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What KMS says of the key that Secrets are to be encrypted with: EKS takes symmetric keys that are enabled (https://docs.aws.amazon.com/eks/latest/APIReference/API_Provider.html).</summary>
internal static class KeyRequirements
{
    /// <summary>Looks at a key, where the caller may.</summary>
    /// <exception cref="EksToolsException">There is no such key, or EKS could not use it.</exception>
    public static async Task RequireAsync(AwsAccount account, string arn, CancellationToken cancellationToken)
    {
        KeyMetadata key;
        try
        {
            key = (await account.KeyManagement.DescribeKeyAsync(new DescribeKeyRequest { KeyId = arn }, cancellationToken)).KeyMetadata;
        }
        catch (NotFoundException exception)
        {
            throw new EksToolsException(EksErrorKind.NotFound, "KmsKeyNotFound", $"KMS has no key {arn}, which -KmsKeyArn names: {exception.Message}", arn, "Get-KMSKeyList of AWS.Tools.KeyManagementService lists the keys of the account and region.", exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && AwsFailure.Translate(exception).Kind is EksErrorKind.Denied or EksErrorKind.Network or EksErrorKind.Timeout)
        {
            // EKS asks with the caller's permissions too, and tells what is lacking; it reaches KMS where this machine, in a closed network, does not.
            return;
        }

        if (key.KeySpec != KeySpec.SYMMETRIC_DEFAULT || key.KeyUsage != KeyUsageType.ENCRYPT_DECRYPT)
        {
            throw Wrong("KmsKeyUnfit", arn, $"The KMS key {arn}, which -KmsKeyArn names, is {key.KeySpec} for {key.KeyUsage}; EKS encrypts Secrets with symmetric keys alone.", "Name a key of KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT.");
        }

        if (key.KeyState != KeyState.Enabled)
        {
            throw Wrong("KmsKeyNotEnabled", arn, $"The KMS key {arn}, which -KmsKeyArn names, is {key.KeyState}, and EKS can use none but an enabled one.", key.KeyState == KeyState.PendingDeletion ? "Cancel its deletion (aws kms cancel-key-deletion) and enable it, or name another." : "Enable it (aws kms enable-key), or name another.");
        }
    }

    private static EksToolsException Wrong(string id, string arn, string message, string hint) => new(EksErrorKind.Validation, id, message, arn, hint);
}
