using System.Text.Json.Nodes;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>What a role for pods is to be.</summary>
internal sealed record RoleSpecification
{
    public required string Name { get; init; }

    public required string Path { get; init; }

    /// <summary>The statements that its trust policy must have.</summary>
    public required IReadOnlyList<JsonObject> Trust { get; init; }

    /// <summary>Its tags: ours, and the user's.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public IReadOnlyList<string> ManagedPolicies { get; init; } = [];

    /// <summary>Inline policies by name.</summary>
    public IReadOnlyDictionary<string, PolicyDocument> InlinePolicies { get; init; } = new Dictionary<string, PolicyDocument>();

    public string? PermissionsBoundary { get; init; }

    public int? MaxSessionSeconds { get; init; }

    /// <summary>Take a role that something else made.</summary>
    public bool Adopt { get; init; }
}

/// <summary>Makes a role, or brings one that is there to what is wanted. Statements, policies and tags of others stay.</summary>
internal sealed class RoleEnsure(AwsAccount account)
{
    /// <summary>Marks roles that service accounts share, across clusters too.</summary>
    public const string Component = "service-account-role";

    /// <summary>Marks roles of something else that were taken with -Adopt: what was added to them is taken away again, and they stay.</summary>
    public const string AdoptedComponent = "adopted-role";
    private readonly IAmazonIdentityManagementService iam = account.Iam;

    /// <summary>The role with its trust policy.</summary>
    public async Task<(Role Role, StepOutcome Outcome)> EnsureRoleAsync(RoleSpecification wanted, CancellationToken cancellationToken)
    {
        PolicyDocument trust = PolicyDocument.Parse("""{"Version":"2012-10-17","Statement":[]}""", "The trust policy");
        trust.Add(wanted.Trust);
        try
        {
            Role made = (await iam.CreateRoleAsync(
                new CreateRoleRequest
                {
                    RoleName = wanted.Name,
                    Path = wanted.Path,
                    AssumeRolePolicyDocument = trust.ToJson(),
                    PermissionsBoundary = wanted.PermissionsBoundary,
                    MaxSessionDuration = wanted.MaxSessionSeconds,
                    Description = "For pods of EKS, made by EksTools",
                    Tags = [.. wanted.Tags.Select(static pair => new Tag { Key = pair.Key, Value = pair.Value })],
                },
                cancellationToken)).Role;
            return (made, StepOutcome.Created);
        }
        catch (LimitExceededException exception) when (IsTrustTooLarge(exception))
        {
            throw TrustTooLarge(wanted.Name, trust, exception);
        }
        catch (EntityAlreadyExistsException)
        {
            Role there = (await iam.GetRoleAsync(new GetRoleRequest { RoleName = wanted.Name }, cancellationToken)).Role;
            return (there, await UpdateAsync(there, wanted, cancellationToken) ? StepOutcome.Updated : StepOutcome.Found);
        }
    }

    /// <summary>The role's permissions. What else is attached stays.</summary>
    /// <param name="isNew">The role was made a moment ago, so that there is nothing to look at.</param>
    public async Task<StepOutcome> EnsurePoliciesAsync(RoleSpecification wanted, bool isNew, CancellationToken cancellationToken)
    {
        bool changed = false;
        HashSet<string> attached = isNew ? [] : await AttachedPolicies.ReadAsync(iam, wanted.Name, cancellationToken);

        foreach (string arn in wanted.ManagedPolicies.Where(arn => !attached.Contains(arn)))
        {
            try
            {
                await iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = wanted.Name, PolicyArn = arn }, cancellationToken);
            }
            catch (LimitExceededException exception)
            {
                throw new EksToolsException(EksErrorKind.LimitExceeded, "TooManyPolicies", $"Role {wanted.Name} has {attached.Count} managed policies already, and IAM takes no more: {exception.Message}.", wanted.Name, "Put what they say into fewer policies, or ask Service Quotas for more managed policies in a role (20 at most).", exception);
            }

            changed = true;
        }

        foreach ((string name, PolicyDocument document) in wanted.InlinePolicies)
        {
            if (!isNew && await ReadInlineAsync(wanted.Name, name, cancellationToken) is { } there && there.Equals(document))
            {
                continue;
            }

            try
            {
                await iam.PutRolePolicyAsync(new PutRolePolicyRequest { RoleName = wanted.Name, PolicyName = name, PolicyDocument = document.ToJson() }, cancellationToken);
            }
            catch (LimitExceededException exception)
            {
                throw new EksToolsException(EksErrorKind.LimitExceeded, "RolePoliciesTooLarge", $"The policy {name} has {document.ToJson().Length} characters and does not fit into role {wanted.Name}: {exception.Message}.", wanted.Name, "Make managed policies of it (New-IAMPolicy, up to 6144 characters each) and give them with -PolicyArn.", exception);
            }

            changed = true;
        }

        return changed ? StepOutcome.Updated : StepOutcome.Found;
    }

    private async Task<PolicyDocument?> ReadInlineAsync(string role, string name, CancellationToken cancellationToken)
    {
        try
        {
            return PolicyDocument.Parse((await iam.GetRolePolicyAsync(new GetRolePolicyRequest { RoleName = role, PolicyName = name }, cancellationToken)).PolicyDocument, $"The inline policy {name} of role {role}");
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    // The two quotas of CreateRole and UpdateAssumeRolePolicy are told apart by their message alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    private static bool IsTrustTooLarge(LimitExceededException exception) => exception.Message.Contains("ACLSizePerRole", StringComparison.Ordinal);

    private static EksToolsException TrustTooLarge(string role, PolicyDocument trust, LimitExceededException exception) => new(
        EksErrorKind.LimitExceeded, "TrustPolicyTooLarge", $"The trust policy of role {role} would have {trust.ToJson().Length} characters, and IAM takes no more: {exception.Message}.", role, "Name the service accounts in one command (-ServiceAccount a, b) or by a pattern, spread them over several roles (-RoleName), use -Mode PodIdentity, or ask Service Quotas for 4096.", exception);

    private async Task<bool> UpdateAsync(Role there, RoleSpecification wanted, CancellationToken cancellationToken)
    {
        Dictionary<string, string> tags = (there.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal);
        bool known = tags.GetValueOrDefault(ClusterIdentity.ComponentTag) is Component or AdoptedComponent;
        if (!known && !wanted.Adopt)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "RoleNotManaged", $"The IAM role {wanted.Name} exists and was not made by EksTools for service accounts.", wanted.Name, "Say -Adopt to add the trust and the permissions to it, or choose another -RoleName.");
        }

        if (there.Path != wanted.Path)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "RolePathDiffers", $"The IAM role {wanted.Name} exists with path {there.Path}, not {wanted.Path}, and IAM changes no role's path.", wanted.Name, $"Say -Path {there.Path}, or choose another -RoleName.");
        }

        bool changed = false;
        PolicyDocument trust = WrittenTrusts.Latest(there);
        if (trust.Add(wanted.Trust))
        {
            try
            {
                await iam.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = wanted.Name, PolicyDocument = trust.ToJson() }, cancellationToken);
                WrittenTrusts.Remember(there, trust);
            }
            catch (LimitExceededException exception) when (IsTrustTooLarge(exception))
            {
                throw TrustTooLarge(wanted.Name, trust, exception);
            }

            changed = true;
        }

        if (wanted.PermissionsBoundary is { } boundary && there.PermissionsBoundary?.PermissionsBoundaryArn != boundary)
        {
            await iam.PutRolePermissionsBoundaryAsync(new PutRolePermissionsBoundaryRequest { RoleName = wanted.Name, PermissionsBoundary = boundary }, cancellationToken);
            changed = true;
        }

        if (wanted.MaxSessionSeconds is { } seconds && there.MaxSessionDuration != seconds)
        {
            await iam.UpdateRoleAsync(new UpdateRoleRequest { RoleName = wanted.Name, MaxSessionDuration = seconds, Description = there.Description }, cancellationToken);
            changed = true;
        }

        // Whose a role is does not change: one shared by two clusters stays the first one's.
        List<Tag> lacking = [.. wanted.Tags.Where(tag => !tag.Key.StartsWith("ekstools:", StringComparison.Ordinal) && tags.GetValueOrDefault(tag.Key) != tag.Value).Select(static tag => new Tag { Key = tag.Key, Value = tag.Value })];
        if (!known)
        {
            lacking.Add(new Tag { Key = ClusterIdentity.ComponentTag, Value = AdoptedComponent });
        }

        if (lacking.Count > 0)
        {
            await iam.TagRoleAsync(new TagRoleRequest { RoleName = wanted.Name, Tags = lacking }, cancellationToken);
            changed = true;
        }

        return changed;
    }
}
