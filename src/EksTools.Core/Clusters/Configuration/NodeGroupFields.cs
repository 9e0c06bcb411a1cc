using EksTools.Core.Findings;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>The fields of a managed node group.</summary>
internal static class NodeGroupFields
{
    private const string Template = "New-EksCluster makes the launch template of its node groups: leave it out, or add the group with New-EKSNodegroup of AWS.Tools.EKS when the cluster is there.";

    /// <summary>As a rule of a security group says it.</summary>
    public static IReadOnlyList<string> Everyone { get; } = ["0.0.0.0/0", "::/0"];

    private const string Key = "Import the key into EC2 first (Import-EC2KeyPair of AWS.Tools.EC2), and write its name in publicKeyName; or leave ssh out and use Session Manager.";

    public static FileFields Create(NodeGroupDraft group, ClusterFileDraft draft)
    {
        return new FileFields()
            .Take("name", value => group.Options = group.Options with { Name = value.Text() ?? string.Empty })
            .Take("instanceType", value => TakeTypes(value, value.Text() is { } type ? [type] : []))
            .Take("instanceTypes", value => TakeTypes(value, value.Texts()))
            .Take("amiFamily", TakeFamily)
            .Take("ami", TakeAmi)
            .Take("releaseVersion", value => group.Options = group.Options with { ReleaseVersion = value.Text() })
            .Take("desiredCapacity", value => group.Options = group.Options with { DesiredSize = value.Whole() })
            .Take("minSize", value => group.Options = group.Options with { MinSize = value.Whole() })
            .Take("maxSize", value => group.Options = group.Options with { MaxSize = value.Whole() })
            .Take("spot", value => group.Options = group.Options with { CapacityType = value.Flag() == true ? "SPOT" : null })
            .Take("volumeSize", value => group.Options = group.Options with { DiskSize = value.Whole() })
            .Take("volumeType", value => group.Options = group.Options with { VolumeType = NodeGroupSection.ReadVolume(value) })
            .Take("volumeIOPS", value => group.Options = group.Options with { VolumeIops = value.Whole() })
            .Take("volumeThroughput", value => group.Options = group.Options with { VolumeThroughput = value.Whole() })
            .Take("volumeEncrypted", value => group.Options = group.Options with { VolumeEncrypted = value.Flag() })
            .Take("volumeKmsKeyID", value => group.Options = group.Options with { VolumeKmsKeyId = value.Text() })
            .Take("labels", value => group.Options = group.Options with { Label = value.Map() })
            .Take("taints", value => group.Options = group.Options with { Taint = [.. value.Items().Select(NodeGroupSection.ReadTaint).OfType<string>()] })
            .Take("tags", value => group.Options = group.Options with { ResourceTags = value.Map() })
            .Take("subnets", value => group.Options = group.Options with { SubnetId = draft.SubnetsOf(value) })
            .Take("availabilityZones", value => group.Options = group.Options with { Zone = value.Texts() })
            .Take("privateNetworking", value => group.PrivateNetworking = value.Flag() == true)
            .Take("maxPodsPerNode", value => group.Options = group.Options with { MaxPods = value.Whole() is not 0 and var most ? most : null })
            .Take("disablePodIMDS", value => group.Options = group.Options with { DisablePodImds = value.Flag() == true })
            .Only(true, "disableIMDSv1", "Nodes answer by IMDSv2 alone: leave it out.")
            .Take("ssh", value => value.Read(Ssh(group)))
            .Take("securityGroups", value => value.Read(new FileFields()
                .Take("attachIDs", ids => group.Options = group.Options with { SecurityGroupId = ids.Texts() })
                .Only(false, "withLocal", "Managed node groups do not have it: leave it out.")
                .Only(false, "withShared", "Managed node groups do not have it: leave it out.")))
            .Take("iam", value => value.Read(Iam(group, draft)))
            .Take("updateConfig", value => value.Read(new FileFields()
                .Take("maxUnavailable", most => group.Options = group.Options with { MaxUnavailable = most.Whole() })
                .Take("maxUnavailablePercentage", most => group.Options = group.Options with { MaxUnavailablePercentage = most.Whole() })))
            .Take("nodeRepairConfig", value => value.Read(Repair(group)))
            .Refuse("instanceSelector", "Write the types under instanceTypes.")
            .Refuse("launchTemplate", Template)
            .Refuse("additionalVolumes", Template)
            .Refuse("volumeName", Template)
            .Refuse("placement", Template)
            .Refuse("capacityReservation", Template)
            .Refuse("instanceMarketOptions", Template)
            .Refuse("preBootstrapCommands", Template)
            .Refuse("overrideBootstrapCommand", Template)
            .Refuse("bottlerocket", Template)
            .Refuse("instanceName", "Nodes have the tag Name that tags say.")
            .Refuse("instancePrefix", "Nodes have the tag Name that tags say.")
            .Only(false, "efaEnabled", Template)
            .Only(false, "ebsOptimized", "EC2 decides it by the instance type: leave it out.")
            .Only(false, "enableDetailedMonitoring", Template)
            .Only(false, "propagateASGTags", "Tag the Auto Scaling group yourself when the cluster is there.")
            .Refuse("asgSuspendProcesses", "The Auto Scaling group of a managed node group is EKS's: leave it out.")
            .Refuse("outpostARN", "New-EksCluster makes clusters in a region alone.");

        void TakeTypes(FileValue value, IReadOnlyList<string> types)
        {
            if (group.Options.InstanceType.Count > 0 && types.Count > 0)
            {
                value.Problem("and the other of instanceType and instanceTypes are both there.", "Leave one of them out.");
            }

            group.Options = types.Count > 0 ? group.Options with { InstanceType = [.. types.Select(static type => type.ToLowerInvariant())] } : group.Options;
        }

        void TakeFamily(FileValue value)
        {
            string? family = ControlPlaneSection.OneOf(value, AmiFamilies.All);
            if (family is not null && !AmiFamilies.IsManaged(family))
            {
                value.Problem($"'{family}' is not supported.", family == "AmazonLinux2" ? "Amazon Linux 2 is at its end: write AmazonLinux2023." : "EKS has no such image for managed node groups: write AmazonLinux2023 or Bottlerocket.");
            }

            group.Family = family ?? group.Family;
        }

        static void TakeAmi(FileValue value)
        {
            if (value.Text() is { } ami and not ("auto" or "auto-ssm"))
            {
                value.Problem($"'{ami}' is not supported.", "Nodes have EKS's own image: leave it out, and choose by amiFamily.");
            }
        }
    }

    /// <summary>
    /// Whom SSH is open to, as in eksctl: to the security groups that are named, else to the VPC in private subnets and to everyone in public ones. A key allows
    /// it where nothing else is said. eksctl's default key is a file of the user's, which New-EksCluster does not import.
    /// </summary>
    public static void SettleSsh(NodeGroupDraft group, FileValue item)
    {
        if (group is { SshAllowed: true, Options.SshKeyName: null })
        {
            group.SshPlace!.Problem("without publicKeyName is not supported.", Key);
        }
        else if (group.Options.SshKeyName is not null && group.SshAllowed != false)
        {
            bool named = group.SshSources.Count > 0;
            group.Options = group.Options with
            {
                SshSourceSecurityGroupId = group.SshSources,
                SshFromVpc = !named && group.PrivateNetworking,
                SshSourceCidr = named || group.PrivateNetworking ? [] : Everyone,
            };
        }
        else if (group.SshSources.Count > 0)
        {
            item.Problem("has ssh.sourceSecurityGroupIds, and no SSH that they could come by.", "Say ssh.allow: true and ssh.publicKeyName, or leave it out.");
        }
    }

    private static FileFields Ssh(NodeGroupDraft group)
    {
        return new FileFields()
            .Take("allow", value => (group.SshAllowed, group.SshPlace) = (value.Flag(), value))
            .Take("publicKeyName", value => group.Options = group.Options with { SshKeyName = value.Text() })
            .Refuse("publicKey", Key)
            .Refuse("publicKeyPath", Key)
            .Only(true, "enableSsm", "Session Manager's agent is part of EKS's images and is on: leave it out.")
            .Take("sourceSecurityGroupIds", value => group.SshSources = value.Texts());
    }

    private static FileFields Iam(NodeGroupDraft group, ClusterFileDraft draft)
    {
        const string Role = "All node groups share one role, which New-EksCluster makes: name one of your own in instanceRoleARN.";
        FileFields addons = new();
        foreach (string policy in (ReadOnlySpan<string>)["imageBuilder", "autoScaler", "externalDNS", "certManager", "appMesh", "appMeshPreview", "ebs", "fsx", "efs", "awsLoadBalancerController", "albIngress", "xRay", "cloudWatch"])
        {
            addons.Only(false, policy, $"It would give every pod what one needs: leave it out, and run New-EksServiceAccountRole {PowerShellText.Argument(draft.Name)} NAMESPACE/NAME{(IamSection.WellKnownPolicy(policy) is { } known ? $" -WellKnownPolicy {known}" : string.Empty)} when the cluster is there.");
        }

        return new FileFields()
            .Take("instanceRoleARN", value => group.Role = value.Text())
            .Take("instanceRolePermissionsBoundary", value => group.Boundary = value.Text())
            .Take("withAddonPolicies", value => value.Read(addons))
            .Refuse("attachPolicyARNs", Role)
            .Refuse("attachPolicy", Role)
            .Refuse("instanceRoleName", Role)
            .Refuse("instanceProfileARN", "Managed node groups do not have it: write instanceRoleARN.");
    }

    private static FileFields Repair(NodeGroupDraft group)
    {
        const string Eks = "EKS's own thresholds hold: leave it out.";
        return new FileFields()
            .Take("enabled", value => group.Options = group.Options with { NodeRepair = value.Flag() == true })
            .Refuse("maxUnhealthyNodeThresholdPercentage", Eks)
            .Refuse("maxUnhealthyNodeThresholdCount", Eks)
            .Refuse("maxParallelNodesRepairedPercentage", Eks)
            .Refuse("maxParallelNodesRepairedCount", Eks)
            .Refuse("nodeRepairConfigOverrides", Eks);
    }
}
