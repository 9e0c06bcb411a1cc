using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>The control plane: its creation, and the wait until it is active.</summary>
internal sealed class ControlPlaneSteps(ClusterBuild build, NetworkSteps network)
{
    public const string ControlPlane = "control-plane", Active = "control-plane-active";
    private readonly ClusterSpecification specification = build.Specification;
    private readonly IAmazonEKS eks = build.Account.Eks;

    public IEnumerable<PlanStep> Create()
    {
        yield return new PlanStep
        {
            Id = ControlPlane,
            Needs = [RoleSteps.ClusterPolicies, .. AutoModeSteps.Needed(specification), .. network.SubnetComponents, .. LogGroup.IsMade(specification) ? new[] { LogGroup.Step } : []],
            Billed = true,
            Description = string.Join(", ", Options().Prepend($"EKS control plane, Kubernetes {specification.KubernetesVersion}")),
            Ensure = EnsureAsync,
        };
        yield return new PlanStep
        {
            Id = Active,
            Needs = [ControlPlane],
            Kind = StepKind.Wait,
            Typical = TimeSpan.FromMinutes(9),
            LearntAs = "control-plane-active",
            Description = "control plane is active",
            Ensure = WaitAsync,
        };
    }

    private async Task<StepOutcome> EnsureAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await ClusterReader.FindAsync(build.Account, build.Identity.Name, cancellationToken) is { } there)
        {
            context.Resource(there.Arn);
            return Adopt(there);
        }

        try
        {
            context.Resource(await CreateAsync(context, cancellationToken));
            return StepOutcome.Created;
        }
        catch (ResourceInUseException)
        {
            // Made by the call whose answer was lost, or by someone else meanwhile.
            EksCluster meanwhile = await context.Poller.UntilAsync(token => ClusterReader.FindAsync(build.Account, build.Identity.Name, token), cancellationToken);
            context.Resource(meanwhile.Arn);
            return Adopt(meanwhile);
        }
    }

    private StepOutcome Adopt(EksCluster there)
    {
        ClusterOwnership.Require(build.Identity, there);
        if (there.ClusterRoleArn is { } role && role != build.ClusterRoleArn)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterParametersDiffer", $"Another run began cluster {there.Name} with other parameters: -ClusterRoleArn is '{role}', not '{build.ClusterRoleArn}'.", there.Name);
        }

        if (there.Status is "DELETING" or "FAILED")
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "ClusterNotUsable",
                $"Cluster {there.Name} is {there.Status}.{Health(there)}",
                there.Name,
                there.Status == "DELETING" ? "Wait until it is gone." : $"Remove it with Remove-EksCluster {there.Name} and create it again.");
        }

        return StepOutcome.Found;
    }

    /// <summary>Where the zones are our choice, one that has no room for a control plane is left out of it, as long as two remain; nodes may stand there all the same.</summary>
    private async Task<string> CreateAsync(StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            return (await eks.CreateClusterAsync(AutoModeSteps.Apply(Request(network.ControlPlaneComponents), build), cancellationToken)).Cluster.Arn;
        }
        catch (UnsupportedAvailabilityZoneException exception) when (specification.ZonesChosen && network.ComponentsIn(exception.ValidZones ?? []) is { Count: > 0 } rest)
        {
            context.Observer.Warn($"The control plane of {build.Identity.Name} stands in fewer zones than its VPC: {exception.Message}");
            return (await eks.CreateClusterAsync(AutoModeSteps.Apply(Request(rest), build), cancellationToken)).Cluster.Arn;
        }
    }

    private CreateClusterRequest Request(IReadOnlyList<string> subnetComponents) => new()
    {
        Name = specification.Identity.Name,
        Version = specification.KubernetesVersion,
        RoleArn = build.ClusterRoleArn,
        ResourcesVpcConfig = new VpcConfigRequest
        {
            SubnetIds = [.. build.ControlPlaneSubnets(subnetComponents)],
            SecurityGroupIds = specification.SecurityGroupIds.Count == 0 ? null : [.. specification.SecurityGroupIds],
            PublicAccessCidrs = specification.PublicAccessCidrs.Count == 0 ? null : [.. specification.PublicAccessCidrs],
            EndpointPublicAccess = specification.EndpointAccess != EndpointAccessMode.Private,
            EndpointPrivateAccess = specification.EndpointAccess != EndpointAccessMode.Public,
        },
        KubernetesNetworkConfig = network.KubernetesNetwork(),
        AccessConfig = new CreateAccessConfigRequest
        {
            AuthenticationMode = specification.AuthenticationMode,
            BootstrapClusterCreatorAdminPermissions = specification.CreatorAdmin,
        },

        // The add-ons are EKS's own, made as steps of the plan.
        BootstrapSelfManagedAddons = false,
        Logging = specification.LogTypes.Count == 0 ? null : new Logging
        {
            ClusterLogging =
            [
                new LogSetup { Enabled = true, Types = [.. specification.LogTypes] },
            ],
        },
        EncryptionConfig = specification.KmsKeyArn is { } key ? [new EncryptionConfig { Provider = new Provider { KeyArn = key }, Resources = ["secrets"] }] : null,
        UpgradePolicy = specification.SupportType is { } support ? new UpgradePolicyRequest { SupportType = support } : null,
        DeletionProtection = specification.DeletionProtection ? true : null,
        ControlPlaneScalingConfig = specification.ControlPlaneTier is { } tier ? new ControlPlaneScalingConfig { Tier = tier } : null,
        ZonalShiftConfig = specification.ZonalShift ? new ZonalShiftConfigRequest { Enabled = true } : null,
        Tags = specification.Tags(ControlPlane),
    };

    /// <summary>What of the control plane is not as it is without a word, for the plan.</summary>
    private IEnumerable<string> Options()
    {
        if (specification.AutoMode)
        {
            yield return "Auto Mode";
        }

        if (specification.ControlPlaneTier is { } tier)
        {
            yield return $"{tier}{(tier == ControlPlaneRules.UnprovisionedTier ? string.Empty : " (charged by the hour)")}";
        }

        if (specification.KmsKeyArn is { } key)
        {
            yield return $"Secrets encrypted with {key}";
        }

        if (specification.SupportType is { } support)
        {
            yield return $"{support} support";
        }

        if (specification.DeletionProtection)
        {
            yield return "protected from deletion";
        }

        if (specification.ZonalShift)
        {
            yield return "zonal shift";
        }

        if (!specification.CreatorAdmin)
        {
            yield return "its creator no administrator";
        }
    }

    private async Task<StepOutcome> WaitAsync(StepContext context, CancellationToken cancellationToken)
    {
        build.Cluster = await context.Poller.UntilAsync(
            async token =>
            {
                EksCluster? cluster = await ClusterReader.FindAsync(build.Account, build.Identity.Name, token);
                context.Detail($"{cluster?.Status ?? "not visible yet"}{(cluster is null ? string.Empty : Health(cluster))}");
                return cluster?.Status switch
                {
                    "ACTIVE" or "UPDATING" => cluster,
                    "FAILED" or "DELETING" => throw new EksToolsException(EksErrorKind.Service, "ClusterFailed", $"Cluster {cluster.Name} is {cluster.Status}.{Health(cluster)}", cluster.Name, $"Remove it with Remove-EksCluster {cluster.Name} and create it again."),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private static string Health(EksCluster cluster) => cluster.HealthIssues.Count == 0 ? string.Empty : $" {string.Join(" ", cluster.HealthIssues)}";
}
