namespace EksTools.Permissions;

/// <summary>The IAM permissions that the module's cmdlets need. Asks nobody.</summary>
public interface IPermissionService
{
    /// <summary>The cmdlets that call AWS with permissions, in order.</summary>
    IReadOnlyList<string> CmdletNames { get; }

    /// <summary>Writes the policy of cmdlets: one document, or several where it is too long for IAM's quota; none when they need no permission.</summary>
    /// <exception cref="EksTools.Errors.EksToolsException">A cluster, region, account, partition, path or boundary cannot be what it is said to be.</exception>
    IReadOnlyList<EksIamPolicy> CreatePolicy(IamPolicyRequest request);
}
