using Amazon.EKS.Model;
using EksTools.Core.Access;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Nodes;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>The Fargate profiles and the role that Fargate runs their pods by. EKS makes one profile of a cluster at a time.</summary>
internal sealed class FargateSteps(ClusterBuild build, NetworkSteps network, RoleSteps roles)
{
    public const string Role = "fargate-role";

    // https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
    internal static readonly string[] PolicyNames = ["AmazonEKSFargatePodExecutionRolePolicy"];
    private readonly IReadOnlyList<FargateProfileOptions> profiles = build.Specification.FargateProfiles;

    /// <summary>The steps after which every pod of kube-system runs on Fargate; none where no profile takes them all.</summary>
    public IEnumerable<string> SystemPodsReady => profiles.Where(FargateCoverage.RunsSystemPods).Select(static profile => Active(profile.Name));

    public IEnumerable<PlanStep> Create()
    {
        bool ownRole = profiles.Any(static profile => profile.PodExecutionRoleArn is null);
        if (ownRole)
        {
            foreach (PlanStep step in roles.CreateOther(new OtherRole(Role, build.Identity.FargateRoleName, TrustAsync, PolicyNames), arn => build.FargateRoleArn = arn))
            {
                yield return step;
            }
        }

        string before = ControlPlaneSteps.Active;
        foreach (FargateProfileOptions profile in profiles)
        {
            yield return new PlanStep
            {
                Id = Made(profile.Name),
                Needs = [before, .. profile.PodExecutionRoleArn is null ? [RoleSteps.PoliciesOf(Role)] : Array.Empty<string>(), .. network.RouteSteps],
                Description = $"Fargate profile '{profile.Name}' for {string.Join(", ", profile.Selector.Select(Describe))}",
                Ensure = (context, token) => EnsureAsync(profile, context, token),
            };
            yield return new PlanStep
            {
                Id = Active(profile.Name),
                Needs = [Made(profile.Name)],
                Kind = StepKind.Wait,
                Typical = TimeSpan.FromSeconds(75),
                LearntAs = "fargate-profile-active",
                Description = $"Fargate profile '{profile.Name}' is active",
                Ensure = (context, token) => WaitAsync(profile.Name, context, token),
            };
            before = Active(profile.Name);
        }
    }

    private static string Made(string profile) => $"fargate-profile-{profile}";

    private static string Active(string profile) => $"fargate-active-{profile}";

    private static string Describe(FargateSelector selector) =>
        selector.Label.Count == 0 ? $"namespace {selector.Namespace}" : $"{string.Join(',', selector.Label.Select(static pair => $"{pair.Key}={pair.Value}"))} in namespace {selector.Namespace}";

    /// <summary>Fargate alone may assume the role, and for this cluster's profiles alone.</summary>
    private async Task<string> TrustAsync(CancellationToken cancellationToken)
    {
        string account = (await build.Account.Session.GetCallerIdentityAsync(cancellationToken)).Account;
        string profilesOfCluster = $"arn:{build.Account.Partition.Name}:eks:{build.Account.Region}:{account}:fargateprofile/{build.Identity.Name}/*";
        return $$$$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"{{{{profilesOfCluster}}}}"}}}]}""";
    }

    private Task<StepOutcome> EnsureAsync(FargateProfileOptions profile, StepContext context, CancellationToken cancellationToken) => EksEnsure.OneAsync(
        new EksEnsure.Part(
            async token => await FargateProfileReader.FindAsync(build.Account, build.Identity.Name, profile.Name, token) is { } there ? there.Status?.Value ?? string.Empty : null,
            token => build.Account.Eks.CreateFargateProfileAsync(Request(profile), token),
            token => build.Account.Eks.DeleteFargateProfileAsync(new DeleteFargateProfileRequest { ClusterName = build.Identity.Name, FargateProfileName = profile.Name }, token)),
        context,
        cancellationToken);

    private CreateFargateProfileRequest Request(FargateProfileOptions profile)
    {
        Dictionary<string, string> tags = build.Specification.Tags(Made(profile.Name));
        foreach ((string key, string value) in profile.ResourceTags)
        {
            tags[key] = value;
        }

        return new CreateFargateProfileRequest
        {
            ClusterName = build.Identity.Name,
            FargateProfileName = profile.Name,
            PodExecutionRoleArn = profile.PodExecutionRoleArn ?? build.FargateRoleArn,
            Subnets = profile.SubnetId.Count > 0 ? [.. profile.SubnetId] : [.. NodePlacement.SubnetsOfFargate(network).Select(component => build.Ids[component])],
            Selectors = [.. profile.Selector.Select(static selector => new FargateProfileSelector { Namespace = selector.Namespace, Labels = selector.Label.Count == 0 ? null : new Dictionary<string, string>(selector.Label) })],
            Tags = tags,
        };
    }

    private async Task<StepOutcome> WaitAsync(string profile, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                FargateProfile? there = await FargateProfileReader.FindAsync(build.Account, build.Identity.Name, profile, token);
                string status = there?.Status?.Value ?? "not visible yet", health = FargateProfileReader.Health(there);
                context.Detail($"{status} {health}".TrimEnd());
                return status switch
                {
                    "ACTIVE" => there,
                    "CREATE_FAILED" or "DELETE_FAILED" or "DELETING" => throw new EksToolsException(EksErrorKind.Service, "FargateProfileFailed", $"The Fargate profile {profile} is {status}. {health}".TrimEnd(), profile, "Run the same command again for another attempt."),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }
}
