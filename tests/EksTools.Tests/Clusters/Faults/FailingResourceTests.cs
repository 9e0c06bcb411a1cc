using System.Management.Automation;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using Iam = EksTools.Testing.Iam;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>Resources that AWS takes on and then fails to make: its code and its message are in the error, and the way on is.</summary>
public sealed class FailingResourceTests
{
    public static TheoryData<string, string, string, string> Failures() => new()
    {
        { "CreateNodegroup", "AsgInstanceLaunchFailures", "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient m5.large capacity in the Availability Zone you requested (us-west-2a). Launching EC2 instance failed.", "The node group default is CREATE_FAILED." },
        { "CreateNodegroup", "InsufficientFreeAddresses", "One or more of the subnets associated with your Nodegroup does not have enough available IP addresses for new nodes.", "The node group default is CREATE_FAILED." },
        { "CreateNodegroup", "NodeCreationFailure", "Instances failed to join the kubernetes cluster", "The node group default is CREATE_FAILED." },
        { "CreateNodegroup", "IamNodeRoleNotFound", "We couldn't find your IAM role for nodes.", "The node group default is CREATE_FAILED." },
        { "CreateNodegroup", "Ec2LaunchTemplateNotFound", "We couldn't find the EC2 Launch Template for your managed node group.", "The node group default is CREATE_FAILED." },
        { "CreateNodegroup", "InstanceLimitExceeded", "Your AWS account is unable to launch any more instances of the specified instance type.", "The node group default is CREATE_FAILED." },
        { "CreateNodegroup", "LimitExceeded", "The account's quota of Auto Scaling groups is reached.", "The node group default is CREATE_FAILED." },
        { "CreateNodegroup", "ClusterUnreachable", "Amazon EKS is unable to communicate with your cluster API server.", "The node group default is CREATE_FAILED." },
        { "CreateCluster", "ResourceLimitExceeded", "The account's quota of network interfaces is reached.", "Cluster demo is FAILED." },
        { "CreateCluster", "InsufficientFreeAddresses", "One or more of the subnets of the cluster does not have enough available IP addresses.", "Cluster demo is FAILED." },
        { "CreateCluster", "IamRoleNotFound", "The cluster role could not be assumed.", "Cluster demo is FAILED." },
        { "CreateCluster", "InternalFailure", "An internal error has occurred.", "Cluster demo is FAILED." },
        { "CreateAddon", "ConfigurationConflict", "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.", "is CREATE_FAILED." },
        { "CreateAddon", "AccessDenied", "Service account role is not authorized.", "is CREATE_FAILED." },
        { "CreateAddon", "AdmissionRequestDenied", "An admission webhook denied the request.", "is CREATE_FAILED." },
        { "CreateAddon", "InternalFailure", "An internal error has occurred.", "is CREATE_FAILED." },
        { "CreateFargateProfile", "PodExecutionRoleAlreadyInUse", "The pod execution role is in use by a node group or by an entry of another type.", "The Fargate profile fp-default is CREATE_FAILED." },
        { "CreateFargateProfile", "AccessDenied", "The pod execution role is not authorized to perform the action.", "The Fargate profile fp-default is CREATE_FAILED." },
        { "CreateFargateProfile", "ClusterUnreachable", "Amazon EKS is unable to communicate with your cluster API server.", "The Fargate profile fp-default is CREATE_FAILED." },
        { "CreateFargateProfile", "InternalFailure", "An internal error has occurred.", "The Fargate profile fp-default is CREATE_FAILED." },
        { "CreateNatGateway", "InsufficientFreeAddressesInSubnet", "Subnet has insufficient free addresses to create this NAT gateway", "is failed:" },
        { "CreateNatGateway", "InternalError", "Network interface could not be created and attached", "is failed:" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_resource_that_fails_is_reported_in_AWS_words_and_there_is_a_way_on(string operation, string code, string message, string sentence)
    {
        RehearsedPlan plan = operation == "CreateFargateProfile" ? RehearsedPlan.Fargate : RehearsedPlan.Plain;
        CalmRun calm = await CalmRun.LearnedAsync(plan);
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string service = operation == "CreateNatGateway" ? "ec2" : "eks";
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = service, Operation = operation, Kind = FaultKind.Fail, Code = code, Message = message });
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(plan.Create).Errors);
        string said = error.Exception.Message;
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.Contains(code, said, StringComparison.Ordinal);
        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.Contains("not done: ", said, StringComparison.Ordinal);
        string advice = error.ErrorDetails.RecommendedAction;
        if (operation == "CreateCluster")
        {
            // EKS does not bring a failed control plane back to life.
            Assert.Contains("Remove-EksCluster demo", advice, StringComparison.Ordinal);
            rehearsal.Session.Run(CalmRun.Remove).Good();
            Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
        }
        else
        {
            Assert.Contains("Run the same command again", advice, StringComparison.Ordinal);
        }

        rehearsal.Session.Run(plan.Create).Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
        FaultMatrix.Note("create", $"{service}:{operation}", code, said);
    }

    [Fact]
    public async Task A_pod_execution_role_that_Fargate_may_not_assume_is_told_in_EKS_words()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string role = await iam.CreateRoleAsync("pods");

        // Who may not look at the role is told by EKS.
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "iam", Operation = "GetRole", Concerning = "pods", Kind = FaultKind.AccessDenied });
        string create = $"New-EksCluster demo -NoKubeconfig -NoNodeGroup -FargateProfile @{{ Name = 'batch'; Selector = @{{ Namespace = 'jobs' }}; PodExecutionRoleArn = '{role}' }}";
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(create).Errors);
        Assert.Contains("eks:CreateFargateProfile", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Misconfigured PodExecutionRole Trust Policy", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("not done: ", error.Exception.Message, StringComparison.Ordinal);
        await iam.Client.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = "pods", PolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}""" }, TestContext.Current.CancellationToken);
        rehearsal.Session.Run(create).Good();
        rehearsal.Session.Run(CalmRun.Remove).Good();
        Assert.Equal(["role pods: "], await Inventory.ReadAsync(rehearsal.Sandbox));
        FaultMatrix.Note("create", "eks:CreateFargateProfile", "invalid role", error.Exception.Message);
    }

    [Fact]
    public async Task A_zone_without_room_for_the_control_plane_is_left_out_of_it()
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add("eks", "CreateCluster", FaultKind.Capacity);
        Answer answer = rehearsal.Session.Run(CalmRun.Create);
        PSObject cluster = Assert.Single(answer.Good());
        Assert.Contains(answer.Warnings, static warning => warning.Contains("does not currently have sufficient capacity", StringComparison.Ordinal) && warning.Contains("us-west-2a", StringComparison.Ordinal));
        dynamic vpc = cluster.Properties["ResourcesVpcConfig"].Value;
        Assert.Equal(4, vpc.SubnetIds.Count);
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
        rehearsal.Session.Run(CalmRun.Create).Good();
        FaultMatrix.Note("create", "eks:CreateCluster", "UnsupportedAvailabilityZone", FaultMatrix.RightEnd);
    }

    [Fact]
    public async Task A_zone_without_room_in_subnets_that_were_given_is_the_callers_to_leave_out()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Sandbox.Faults.Add("eks", "CreateCluster", FaultKind.Capacity);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NoNodeGroup -SubnetId {string.Join(',', subnets)}").Errors);
        Assert.Contains("does not currently have sufficient capacity", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Retry and choose from these availability zones", error.Exception.Message, StringComparison.Ordinal);
        FaultMatrix.Note("create -SubnetId", "eks:CreateCluster", "UnsupportedAvailabilityZone", error.Exception.Message);
    }
}
