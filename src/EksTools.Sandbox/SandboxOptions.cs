namespace EksTools.Sandbox;

/// <summary>What a sandbox is started with.</summary>
public sealed record SandboxOptions
{
    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>How many times faster than AWS resources move through their states; more than 0.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>The account's twelve digits.</summary>
    public string AccountId { get; init; } = "111122223333";

    /// <summary>The region that <see cref="SandboxServer.Environment"/> names; it decides the partition. All regions of the partition are served.</summary>
    public string Region { get; init; } = "us-west-2";

    /// <summary>The clock of every state, date and signature check.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long things take at speed 1.</summary>
    public SandboxDurations Durations { get; init; } = new();

    /// <summary>A folder with <c>kube-apiserver</c> and <c>etcd</c> (as KUBEBUILDER_ASSETS names it) that clusters run on; null for the built-in Kubernetes API.</summary>
    public string? KubernetesAssets { get; init; }

    /// <summary>How long after its creation EKS still refuses a role, at speed 1; zero switches IAM's eventual consistency off.</summary>
    public TimeSpan IamConsistencyDelay { get; init; } = TimeSpan.FromSeconds(8);
}

/// <summary>How long AWS takes for things, in unscaled time.</summary>
public sealed record SandboxDurations
{
    /// <summary>A control plane from CREATING to ACTIVE.</summary>
    public TimeSpan ControlPlane { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>A control plane from DELETING to gone.</summary>
    public TimeSpan ControlPlaneDeletion { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>A change of the Kubernetes version of a control plane.</summary>
    public TimeSpan ControlPlaneUpgrade { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>Any other change of a control plane.</summary>
    public TimeSpan ControlPlaneUpdate { get; init; } = TimeSpan.FromMinutes(1.5);

    /// <summary>A node group from CREATING to ACTIVE.</summary>
    public TimeSpan NodeGroup { get; init; } = TimeSpan.FromMinutes(2.5);

    /// <summary>A node group from DELETING to gone.</summary>
    public TimeSpan NodeGroupDeletion { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long EKS waits for a node to be drained before it ends it all the same.</summary>
    public TimeSpan NodeDrain { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A change of a node group's sizes, labels or taints.</summary>
    public TimeSpan NodeGroupUpdate { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A change of a node group's version, which replaces its nodes.</summary>
    public TimeSpan NodeGroupUpgrade { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a node group waits for its nodes before it fails.</summary>
    public TimeSpan NodeGroupPatience { get; init; } = TimeSpan.FromMinutes(25);

    /// <summary>An add-on from CREATING or UPDATING to ACTIVE.</summary>
    public TimeSpan Addon { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>An add-on from DELETING to gone.</summary>
    public TimeSpan AddonDeletion { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an add-on without room for its pods stays CREATING before it is DEGRADED.</summary>
    public TimeSpan AddonPatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A Fargate profile from CREATING to ACTIVE, and from DELETING to gone.</summary>
    public TimeSpan FargateProfile { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A capability from CREATING to ACTIVE.</summary>
    public TimeSpan Capability { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A capability from DELETING to gone, which takes a quarter of an hour and more with ACK (https://github.com/aws-samples/appmod-blueprints/pull/881).</summary>
    public TimeSpan CapabilityDeletion { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A NAT gateway from pending to available.</summary>
    public TimeSpan NatGateway { get; init; } = TimeSpan.FromMinutes(1.5);

    /// <summary>A NAT gateway from deleting to deleted.</summary>
    public TimeSpan NatGatewayDeletion { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>An interface endpoint in a VPC from pending to available.</summary>
    public TimeSpan VpcEndpoint { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>An interface endpoint in a VPC from deleting to gone.</summary>
    public TimeSpan VpcEndpointDeletion { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>An Application or Network Load Balancer from provisioning to active.</summary>
    public TimeSpan LoadBalancer { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the network interfaces of a deleted load balancer stay.</summary>
    public TimeSpan LoadBalancerDeletion { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A requested certificate from PENDING_VALIDATION to ISSUED.</summary>
    public TimeSpan CertificateValidation { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a certificate waits for its validation before it is VALIDATION_TIMED_OUT.</summary>
    public TimeSpan CertificatePatience { get; init; } = TimeSpan.FromHours(72);

    /// <summary>The rest: VPCs, subnets, access entries.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(1);
}
