using System.Management.Automation;
using EksTools.Completion;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Permissions;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Writes the IAM policy that cmdlets of this module need. Offline.</summary>
[Cmdlet(VerbsCommon.New, "EksIamPolicy")]
[OutputType(typeof(EksIamPolicy), typeof(string))]
public sealed class NewEksIamPolicyCommand : EksToolsCmdlet
{
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    private const int MostPolicies = 10;
    private readonly List<string> cmdlets = [];
    private bool refused;

    /// <summary>The cmdlets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ModuleCmdletCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cmdlet { get; set; } = null!;

    /// <summary>The clusters.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] ClusterName { get; set; } = ["*"];

    /// <summary>The region that the policy is for.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Region { get; set; }

    /// <summary>The account that the policy is for.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccountId { get; set; }

    /// <summary>The partition, where no region tells it.</summary>
    [Parameter]
    [ValidateSet("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")]
    public string? Partition { get; set; }

    /// <summary>The path of roles for pods.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string RolePath { get; set; } = "/";

    /// <summary>The permissions boundary that roles for pods must have.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PermissionsBoundary { get; set; }

    /// <summary>The managed policies that roles for pods may be given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] PolicyArn { get; set; } = [];

    /// <summary>The caller's own roles that clusters and nodes are given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] PassRoleArn { get; set; } = [];

    /// <summary>Allow what looks, and nothing that changes.</summary>
    [Parameter]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>Write the JSON alone.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    internal override void PrepareRecord()
    {
        string[] known = ModuleCmdlets.Names;
        foreach (string name in Cmdlet.Select(static name => name[(name.LastIndexOf('\\') + 1)..]))
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                refused = true;
                throw new EksToolsException(EksErrorKind.Validation, "UnknownCmdlet", $"'{name}' is no cmdlet of EksTools.", name, "Get-Command -Module EksTools lists them.");
            }

            cmdlets.Add(name);
        }
    }

    // Once the pipeline has ended: several cmdlets make one policy.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (refused)
        {
            return; // Told already; a policy for fewer cmdlets than were meant would be no help.
        }

        IPermissionService permissions = Engine.Current.Permissions;
        string[] needless = [.. cmdlets.Except(permissions.CmdletNames, StringComparer.OrdinalIgnoreCase)];
        if (needless.Length > 0)
        {
            string note = $"{string.Join(", ", needless)}: no permission of IAM is needed.";
            if (needless.Length == cmdlets.Distinct(StringComparer.OrdinalIgnoreCase).Count())
            {
                pipeline.Warn(note);
                return;
            }

            pipeline.Verbose(note);
        }

        IReadOnlyList<EksIamPolicy> policies = permissions.CreatePolicy(new IamPolicyRequest
        {
            Cmdlets = cmdlets, ClusterNames = ClusterName, Region = Region?.Trim().ToLowerInvariant(), AccountId = AccountId, Partition = Partition,
            RolePath = RolePath, PermissionsBoundary = PermissionsBoundary, PolicyArns = PolicyArn, PassRoleArns = PassRoleArn, ReadOnly = ReadOnly,
        });
        if (policies.Count > 1)
        {
            pipeline.Warn($"The permissions are too long for one managed policy of IAM (6144 characters): they are {policies.Count} policies, and only all of them together suffice.");
        }

        if (policies.Count > MostPolicies)
        {
            pipeline.Warn($"IAM attaches {MostPolicies} managed policies to a role or a user unless Service Quotas grants more: name fewer cmdlets or clusters, or clusters by a wildcard.");
        }

        foreach (EksIamPolicy policy in policies)
        {
            await pipeline.WriteObjectAsync(AsJson ? policy.PolicyDocument : policy);
        }
    }
}
