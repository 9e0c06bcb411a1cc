using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Sandbox;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Permissions;

/// <summary>One run, in a sandbox of its own.</summary>
/// <param name="Before">What the administrator does before.</param>
/// <param name="Script">What the role does, with exactly the permissions of the policy.</param>
internal sealed record PermissionAct(string Before, string Script)
{
    /// <summary>How the policy is narrowed.</summary>
    public string Policy { get; init; } = "demo -Region us-west-2 -AccountId 111122223333";

    /// <summary>What else there is before: things of others, and faults.</summary>
    public Func<SandboxServer, Task> Prepare { get; init; } = static _ => Task.CompletedTask;

    /// <summary>What else there is in the cluster before.</summary>
    public Func<Rehearsal, Task> Arrange { get; init; } = static _ => Task.CompletedTask;

    /// <summary>The errors that are expected, none of which is a permission's.</summary>
    public string[] Failures { get; init; } = [];
}

/// <summary>What a cmdlet is driven through with exactly the permissions that New-EksIamPolicy gives it.</summary>
internal sealed record PermissionCase(string Command, params PermissionAct[] Acts)
{
    // The role enters the cluster as its administrator; Kubernetes' permissions are another matter.
    private const string Enter = "; Add-EksIamMapping demo arn:aws:iam::111122223333:role/operator -AccessPolicy AmazonEKSClusterAdminPolicy";
    private const string Cluster = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig" + Enter;
    private const string Nodes = "New-EksCluster demo -NatGateway None -NoKubeconfig" + Enter;
    private const string OldNodes = "New-EksCluster demo -NatGateway None -NoKubeconfig -AuthenticationMode CONFIG_MAP; Add-EksIamMapping demo arn:aws:iam::111122223333:role/operator -Group system:masters";
    private const string EveryNode = "EksTools\\New-EksCluster demo -NoKubeconfig -AutoMode -Fargate -NodeGroup @{ Name = 'l'; DesiredSize = 1; SshKeyName = 'ops'; SshFromVpc = $true; SshSourceCidr = '203.0.113.0/24' }, @{ Name = 'w'; AmiType = 'WINDOWS_CORE_2022_x86_64'; DesiredSize = 1 }";
    private const string Mapped = "; 'arn:aws:iam::111122223333:role/One', 'arn:aws:iam::111122223333:user/alice' | Add-EksIamMapping demo -Group g";
    private const string FormerNodes = "; Add-EksIamMapping demo arn:aws:iam::111122223333:role/Two -NodeRole Linux -Target ConfigMap";
    private const string Provider = "; Register-EksOidcProvider demo -ClientId other -Thumbprint 1234567890123456789012345678901234567890";

    private const string Key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private const string Own = "arn:aws:iam::111122223333:role/Own";

    private const string Controller = "/apis/apps/v1/namespaces/kube-system/deployments/aws-load-balancer-controller";
    private static readonly string Install = $"$null = Install-EksLoadBalancerController demo -WarningAction Ignore -HelmPath '{BuiltModule.Helm}'";

    /// <summary>What a cmdlet asks for in rare circumstances only, with the circumstance. The same action is seen in another cmdlet's run, unless the sandbox cannot play it.</summary>
    public static IReadOnlyList<(string Command, string Action, string When)> Rare { get; } =
    [
        ("*", "iam:GetInstanceProfile", "self-managed nodes, which the sandbox does not launch"),
        ("*", "eks:DescribeFargateProfile", "a cluster with Fargate profiles; Test-EksIamMapping's run has one"),
        ("*", "eks:DeleteAddon", "an add-on that failed to be made gives way to another attempt; none fails so in the sandbox"),
        ("Export-EksCluster", "ec2:DescribeLaunchTemplates", "the caller brought the cluster role; New-EksCluster's run looks for one"),
        ("Compare-EksCluster", "ec2:DescribeLaunchTemplates", "the caller brought the cluster role; New-EksCluster's run looks for one"),
        ("New-EksCluster", "ec2:DeleteNatGateway", "another run made the same; Remove-EksCluster's run deletes one"),
        ("New-EksCluster", "ec2:DeleteEgressOnlyInternetGateway", "another run made the same; Remove-EksCluster's run deletes one"),
        ("New-EksCluster", "ec2:DeleteSecurityGroup", "another run made the same; Remove-EksCluster's run deletes one"),
        ("New-EksCluster", "ec2:DeleteVpcEndpoints", "another run made the same; Remove-EksCluster's run deletes one"),
        ("New-EksCluster", "ec2:DeleteRouteTable", "another run made the same; Remove-EksCluster's run deletes one"),
        ("New-EksCluster", "ec2:DeleteSubnet", "another run made the same; Remove-EksCluster's run deletes one"),
        ("New-EksCluster", "eks:DescribePodIdentityAssociation", "aws-node has an association; Get-EksServiceAccountRole's run reads one"),
        ("New-EksCluster", "eks:DeleteFargateProfile", "a Fargate profile that failed to be made gives way to another attempt; Remove-EksCluster's run deletes one"),
        ("New-EksCluster", "ec2:DescribeSecurityGroups", "a node group names security groups of an existing VPC; Install-EksLoadBalancerController's run reads some"),
        ("New-EksServiceAccountRole", "iam:AddClientIDToOpenIDConnectProvider", "somebody else's provider lacks the audience; Register-EksOidcProvider's run adds one"),
        ("New-EksCluster", "iam:UpdateAssumeRolePolicy", "the add-on's role trusts another issuer; New-EksServiceAccountRole's run mends one"),
        ("New-EksCluster", "iam:AddClientIDToOpenIDConnectProvider", "somebody else's provider lacks the audience; New-EksServiceAccountRole's run adds it"),
        ("New-EksCluster", "iam:GetOpenIDConnectProvider", "the provider is there; New-EksServiceAccountRole's run reads it"),
        ("*", "ec2:DeleteTags", "the caller brings the cluster role, and the lease is given back on a launch template"),
        ("New-EksCluster", "eks:ListAssociatedAccessPolicies", "an administrator has an access entry already; Add-EksIamMapping's run reads one"),
        ("Set-EksCluster", "ec2:CreateTags", "the same; New-EksCluster's run gives tags"),
        ("Remove-EksCluster", "ec2:CreateTags", "the same; New-EksCluster's run gives tags"),
        ("Remove-EksCluster", "iam:GetRole", "a removal in existing subnets that ended after the control plane was gone; New-EksCluster's run reads one"),
        ("Set-EksCluster", "ec2:DescribeLaunchTemplates", "the same; New-EksCluster's run looks for one"),
        ("New-EksCluster", "ec2:ReplaceRoute", "a route led to a NAT gateway that is gone"),
        ("Add-EksIamMapping", "eks:DeleteAccessEntry", "an entry whose policies were refused is taken back; Remove-EksIamMapping's run deletes one"),
        ("Convert-EksIamMapping", "eks:DeleteAccessEntry", "an entry whose policies were refused is taken back; Remove-EksIamMapping's run deletes one"),
        ("Convert-EksIamMapping", "eks:UpdateAccessEntry", "the principal has an entry already; Add-EksIamMapping's run changes one"),
        ("Convert-EksIamMapping", "iam:ListRoles", "many principals; Add-EksIamMapping's run has them"),
        ("Convert-EksIamMapping", "iam:ListUsers", "many principals; Add-EksIamMapping's run has them"),
        ("Test-EksIamMapping", "iam:ListRoles", "many principals; Add-EksIamMapping's run has them"),
        ("Test-EksIamMapping", "iam:ListUsers", "many principals; Add-EksIamMapping's run has them"),
        ("Install-EksLoadBalancerController", "iam:AddClientIDToOpenIDConnectProvider", "somebody else's provider lacks the audience; Register-EksOidcProvider's run adds one"),
        ("Install-EksLoadBalancerController", "eks:UpdatePodIdentityAssociation", "the service account has an association with another role; New-EksServiceAccountRole's run has one"),
        ("Convert-EksServiceAccountRole", "eks:UpdatePodIdentityAssociation", "the service account has an association with another role; New-EksServiceAccountRole's run has one"),
    ];

    public static IReadOnlyList<PermissionCase> All { get; } =
    [
        new("Get-EksCluster",
            new PermissionAct(Cluster, "EksTools\\Get-EksCluster; EksTools\\Get-EksCluster demo; EksTools\\Get-EksCluster none-*"),
            new PermissionAct(Cluster, "EksTools\\Get-EksCluster -AllRegion") { Policy = "" }),
        new("Wait-EksCluster", new PermissionAct(Nodes, "Wait-EksCluster demo; Wait-EksCluster demo -For NodesReady")),
        new("Export-EksCluster", new PermissionAct(Nodes + "; Set-EksCluster demo -LogType api", "Export-EksCluster demo")),
        new("Compare-EksCluster", new PermissionAct(Nodes + "; Set-EksCluster demo -LogType api; Export-EksCluster demo -Path \"$kubeconfig.yaml\"", "Compare-EksCluster \"$kubeconfig.yaml\"")),
        new("Get-EksNode", new PermissionAct(Nodes, "Get-EksNode demo")),
        new("Update-EksKubeconfig", new PermissionAct(Cluster, "Update-EksKubeconfig demo -Path $kubeconfig")),
        new("Remove-EksKubeconfig", new PermissionAct(Cluster + "; Update-EksKubeconfig demo -Path $kubeconfig", "Remove-EksKubeconfig -Stale -Path $kubeconfig")),
        new("New-EksCluster",
            new PermissionAct("", "EksTools\\New-EksCluster demo -NatGateway PerZone -LogType api; EksTools\\New-EksCluster demo -NatGateway PerZone -LogType api"),
            new PermissionAct("", "EksTools\\New-EksCluster demo -NoKubeconfig -Spot; EksTools\\New-EksCluster demo -NoKubeconfig -Spot") { Prepare = Lose, Failures = ["NodeGroupFailed"] },
            new PermissionAct("", $"{EveryNode}; {EveryNode}") { Prepare = KeyPairAsync },
            new PermissionAct("", $"EksTools\\New-EksCluster demo -NoKubeconfig -NoNodeGroup -NatGateway None -LogType api -LogRetention 7 -KmsKeyArn {Key} -AdministratorArn arn:aws:iam::111122223333:role/One, arn:aws:iam::111122223333:user/alice -AddOn eks-pod-identity-agent"),
            new PermissionAct("", "EksTools\\New-EksCluster demo -NoKubeconfig -IpFamily IPv6; EksTools\\New-EksCluster demo -NoKubeconfig"),
            new PermissionAct("", "EksTools\\New-EksCluster demo -NoKubeconfig -PrivateCluster -NoNodeGroup -EndpointService logs; EksTools\\New-EksCluster demo -NoKubeconfig"),
            new PermissionAct("", "EksTools\\New-EksCluster demo -NoKubeconfig -PrivateCluster -NoNodeGroup -SubnetId $env:EKSTOOLS_TEST_SUBNETS.Split(',')") { Prepare = LendSubnetsAsync },
            new PermissionAct(Nodes + "; Set-EksCluster demo -LogType api; Add-EksIamMapping demo arn:aws:iam::111122223333:role/One -AccessPolicy AmazonEKSClusterAdminPolicy; Export-EksCluster demo -Path \"$kubeconfig.yaml\"", "EksTools\\New-EksCluster -Path \"$kubeconfig.yaml\" -NoKubeconfig"),
            new PermissionAct("", $"EksTools\\New-EksCluster demo -NoKubeconfig -WarningAction Ignore -AutoMode -Fargate -NodeCount 1 -ClusterRoleArn {Own}Cluster -NodeRoleArn {Own}Nodes -AutoModeNodeRoleArn {Own}Auto -FargateProfile @{{ Name = 'own'; Selector = @{{ Namespace = 'own' }}; PodExecutionRoleArn = '{Own}Pods' }}")
            {
                Policy = $"demo -Region us-west-2 -AccountId 111122223333 -PassRoleArn {Own}*", Prepare = OwnRolesAsync,
            },
            new PermissionAct("", "EksTools\\New-EksCluster demo -Repair") { Arrange = EarlierAsync }),
        new("Set-EksCluster",
            new PermissionAct(Cluster, $"Set-EksCluster demo -LogType audit -LogRetention 7 -KmsKeyArn {Key} -DeletionProtection -Tag @{{ team = 'x' }}; Set-EksCluster demo -EndpointAccess Public -PublicAccessCidr 203.0.113.0/24; Set-EksCluster demo -AutoMode -NodePool @(); Set-EksCluster demo -LogRetention 0 -RemoveTag team -EndpointAccess PublicAndPrivate"),
            new PermissionAct(Cluster, $"$v = (EksTools\\Get-EksCluster demo).ResourcesVpcConfig; Set-EksCluster demo -SubnetId $v.SubnetIds -SecurityGroupId $v.ClusterSecurityGroupId; Set-EksCluster demo -AutoMode -NodeRoleArn {Own}Auto")
            {
                Policy = $"demo -Region us-west-2 -AccountId 111122223333 -PassRoleArn {Own}Auto", Prepare = OwnRolesAsync,
            },
            new PermissionAct("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig", "Set-EksCluster demo -ZonalShift") { Prepare = static sandbox => ForeignCluster.UntagAsync(sandbox, "demo") }),
        new("Remove-EksCluster",
            new PermissionAct("New-EksCluster demo -NatGateway PerZone -NoKubeconfig -Fargate -NodeCount 2; New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns, VpcCni", "EksTools\\Remove-EksCluster demo -Confirm:$false; EksTools\\Remove-EksCluster demo -Confirm:$false")
            {
                Prepare = static async sandbox =>
                {
                    await ForeignCluster.LeaveBehindAsync(sandbox, "demo");
                    await ForeignCluster.TieGroupsAsync(sandbox, "demo");
                    await ForeignCluster.AddRuleAsync(sandbox, "demo");
                    await ForeignCluster.CreateCapabilityAsync(sandbox, "demo", Amazon.EKS.CapabilityType.KRO);
                    sandbox.Faults.Add("eks", "DeleteCluster", FaultKind.AccessDenied, 1);
                },
                Failures = ["AwsAccessDenied"],
            },
            new PermissionAct(Nodes, "EksTools\\Remove-EksCluster demo -Confirm:$false -WarningAction Ignore")
            {
                Prepare = static async sandbox =>
                {
                    using RemovalStage stage = new(sandbox);
                    string subnet = (await stage.NetworkAsync("demo")).SubnetIds[0];
                    using Sandbox.Tests.Account.SignedClient client = new(sandbox.Endpoint, sandbox.AccessKey, sandbox.SecretKey);
                    await client.QueryAsync("elbv2", "CreateLoadBalancer", "Name", "left", "Type", "network", "Scheme", "internal", "Subnets.member.1", subnet, "Tags.member.1.Key", "elbv2.k8s.aws/cluster", "Tags.member.1.Value", "demo");
                    await client.QueryAsync("elb", "CreateLoadBalancer", "LoadBalancerName", "classic", "Scheme", "internal", "Listeners.member.1.Protocol", "TCP", "Listeners.member.1.LoadBalancerPort", "80", "Listeners.member.1.InstancePort", "31000", "Subnets.member.1", subnet, "Tags.member.1.Key", "kubernetes.io/cluster/demo", "Tags.member.1.Value", "owned");
                    string balancer = (await client.QueryAsync("elbv2", "DescribeLoadBalancers")).Value("LoadBalancerArn");
                    string group = (await client.QueryAsync("elbv2", "CreateTargetGroup", "Name", "left", "Protocol", "TCP", "Port", "80", "VpcId", (await stage.NetworkAsync("demo")).VpcId, "Tags.member.1.Key", "elbv2.k8s.aws/cluster", "Tags.member.1.Value", "demo")).Value("TargetGroupArn");
                    await client.QueryAsync("elbv2", "CreateListener", "LoadBalancerArn", balancer, "Protocol", "TCP", "Port", "80", "DefaultActions.member.1.Type", "forward", "DefaultActions.member.1.TargetGroupArn", group);
                },
            },
            new PermissionAct(Nodes.Replace("-NatGateway None", "", StringComparison.Ordinal), "EksTools\\Remove-EksCluster demo -Unmanaged -Confirm:$false -WarningAction Ignore")
            {
                Prepare = static async sandbox =>
                {
                    await ForeignCluster.CreateFargateProfileAsync(sandbox, "demo");
                    using RemovalStage stage = new(sandbox);
                    await stage.ReferToAsync("demo", "database");
                    await stage.DisownAsync("demo");
                },
            },
            new PermissionAct("New-EksCluster demo -IpFamily IPv6 -NoNodeGroup -NoKubeconfig", "EksTools\\Remove-EksCluster demo -Confirm:$false"),
            new PermissionAct("New-EksCluster demo -PrivateCluster -NoNodeGroup -NoKubeconfig", "EksTools\\Remove-EksCluster demo -Confirm:$false")),
        new("Register-EksOidcProvider",
            new PermissionAct(Cluster, "Register-EksOidcProvider demo; Register-EksOidcProvider demo -ClientId third") { Prepare = WithoutProvider },
            new PermissionAct(Cluster + Provider, "Register-EksOidcProvider demo -Thumbprint 0000000000000000000000000000000000000000 -Tag @{ a = 'b' }")),
        new("New-EksServiceAccountRole",
            new PermissionAct(Cluster, "New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns; New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns -MaxSessionDuration 02:00:00 -Tag @{ team = 'x' } -PermissionsBoundary arn:aws:iam::aws:policy/PowerUserAccess -PolicyArn arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy") { Prepare = WithoutProvider },
            new PermissionAct(Cluster + Provider, """
                New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns, VpcCni
                New-EksServiceAccountRole demo a, b -Mode PodIdentity
                New-EksServiceAccountRole demo b -Mode PodIdentity -MaxSessionDuration 02:00:00 -Tag @{ team = 'x' } -PermissionsBoundary arn:aws:iam::aws:policy/PowerUserAccess -PolicyArn arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy
                New-EksServiceAccountRole demo b -Mode PodIdentity -RoleName ekstools-demo-us-west-2-other
                """),
            new PermissionAct(Cluster, "New-EksServiceAccountRole demo kube-system/aws-node -Mode Irsa -RoleName ekstools-demo-us-west-2-other") { Failures = ["ServiceAccountManagedElsewhere"] }),
        new("Get-EksServiceAccountRole", new PermissionAct(Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity", "Get-EksServiceAccountRole demo")),
        new("Test-EksServiceAccountRole", new PermissionAct(Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity", "$null = Test-EksServiceAccountRole demo; $null = Test-EksServiceAccountRole demo -All")),
        new("Convert-EksServiceAccountRole",
            new PermissionAct(Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa", "Convert-EksServiceAccountRole demo a -To PodIdentity; Convert-EksServiceAccountRole demo a -To PodIdentity -Finish -Force")),
        new("Remove-EksServiceAccountRole",
            new PermissionAct(Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns, VpcCni; New-EksServiceAccountRole demo b -Mode PodIdentity; New-EksServiceAccountRole demo c, d -RoleName ekstools-demo-us-west-2-shared -Mode Irsa",
                "Remove-EksServiceAccountRole demo a -Confirm:$false; Remove-EksServiceAccountRole demo b -Confirm:$false; Remove-EksServiceAccountRole demo c -Confirm:$false; Remove-EksServiceAccountRole demo a -Confirm:$false") { Failures = ["ServiceAccountRoleNotFound"] }),
        new("Get-EksIamMapping", new PermissionAct(Cluster, "Get-EksIamMapping demo")),
        new("Add-EksIamMapping", new PermissionAct(Nodes, """
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/One -AccessPolicy AmazonEKSViewPolicy -Tag @{ a = 'b' }
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/One -AccessPolicy AmazonEKSEditPolicy -Group h -Tag @{ a = 'c' }
            Add-EksIamMapping demo arn:aws:iam::111122223333:user/alice -Group g
            1..30 | ForEach-Object { "arn:aws:iam::111122223333:role/Role$_" } | Add-EksIamMapping demo -Group g
            1..30 | ForEach-Object { "arn:aws:iam::111122223333:user/user$_" } | Add-EksIamMapping demo -Group g
            """) { Prepare = People },
            new PermissionAct(Nodes + FormerNodes, "Add-EksIamMapping demo arn:aws:iam::111122223333:role/Two -Group g -Target ConfigMap")),
        new("Remove-EksIamMapping", new PermissionAct(Nodes + Mapped, "'arn:aws:iam::111122223333:role/One', 'arn:aws:iam::111122223333:user/alice' | Remove-EksIamMapping demo"),
            new PermissionAct(Nodes + FormerNodes, "Remove-EksIamMapping demo arn:aws:iam::111122223333:role/Two")),
        new("Test-EksIamMapping", new PermissionAct(Nodes.Replace("-NatGateway None", "", StringComparison.Ordinal) + Mapped, "$null = Test-EksIamMapping demo") { Prepare = static sandbox => ForeignCluster.CreateFargateProfileAsync(sandbox, "demo") }),
        new("Get-EksEffectiveAccess", new PermissionAct(Nodes + Mapped, "$null = Get-EksEffectiveAccess demo -Verify; $null = Get-EksEffectiveAccess demo arn:aws:iam::111122223333:role/One")),
        new("Convert-EksIamMapping", new PermissionAct(OldNodes + Mapped, "$null = Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force")),
        new("Test-EksSubnet", new PermissionAct(Cluster, "$null = Test-EksSubnet demo; $null = Test-EksSubnet demo -Fix -Confirm:$false") { Prepare = WithoutSubnetRoles }),
        new("Get-EksLoadBalancer", new PermissionAct(Nodes, "$null = Get-EksLoadBalancer demo; $null = Get-EksLoadBalancer demo -Orphaned") { Arrange = BalanceAsync }),
        new("Get-EksLoadBalancerController", new PermissionAct(Nodes + "; New-EksServiceAccountRole demo b -Mode PodIdentity", "$null = Get-EksLoadBalancerController demo") { Arrange = InstallAsync }),
        new("Install-EksLoadBalancerController",
            new PermissionAct(Nodes, $"{Install} -Mode Irsa; {Install} -Mode Irsa -PermissionsBoundary arn:aws:iam::aws:policy/PowerUserAccess; {Install} -Mode PodIdentity -Force")
            {
                Prepare = static async sandbox =>
                {
                    await WithoutProvider(sandbox);
                    await ShutNodesAsync(sandbox);
                },
            }),
        new("Test-EksLoadBalancerAnnotation", new PermissionAct(Cluster, "$null = Test-EksLoadBalancerAnnotation -ClusterName demo") { Arrange = NameResourcesAsync }),
        new("Get-EksLoadBalancerAnnotation", new PermissionAct(Cluster, "$null = Get-EksLoadBalancerAnnotation -ClusterName demo") { Arrange = ServeAsync }),
        new("Set-EksLoadBalancerAnnotation", new PermissionAct(Cluster, "$null = Set-EksLoadBalancerAnnotation -ClusterName demo -Namespace default -Name web -CrossZone -Annotation @{ 'ssl-cert' = 'arn:aws:acm:us-west-2:111122223333:certificate/1'; subnets = 'subnet-1'; 'eip-allocations' = 'eipalloc-1'; 'security-groups' = 'sg-1' } -Force -WarningAction Ignore") { Arrange = ServeAsync }),
        new("Remove-EksLoadBalancerAnnotation", new PermissionAct(Cluster, "$null = Remove-EksLoadBalancerAnnotation -ClusterName demo -Namespace default -Name web -Annotation '*scheme'") { Arrange = ServeAsync }),
        new("Convert-EksLoadBalancerAnnotation", new PermissionAct(Cluster, "$null = Convert-EksLoadBalancerAnnotation -ClusterName demo -Namespace default -Name web -To AutoMode") { Arrange = ServeAsync, Failures = ["ControllerCannotChange"] }),
        new("Undo-EksIamMapping", new PermissionAct(Nodes + Mapped + FormerNodes, "$null = Undo-EksIamMapping demo -Confirm:$false")),
    ];

    /// <summary>Roles that the caller brings.</summary>
    private static async Task OwnRolesAsync(SandboxServer sandbox)
    {
        using Iam iam = new(sandbox);
        foreach ((string name, string service) in new[] { ("Cluster", "eks"), ("Nodes", "ec2"), ("Auto", "ec2"), ("Pods", "eks-fargate-pods") })
        {
            string trust = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";
            await iam.Client.CreateRoleAsync(new() { RoleName = $"Own{name}", AssumeRolePolicyDocument = trust });
        }
    }

    private static async Task KeyPairAsync(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEC2Config { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await ec2.CreateKeyPairAsync(new CreateKeyPairRequest { KeyName = "ops" });
    }

    /// <summary>Answers that are lost, so that things are made twice, and a node group that fails.</summary>
    private static Task Lose(SandboxServer sandbox)
    {
        foreach (string operation in new[] { "CreateVpc", "CreateInternetGateway", "CreateSubnet", "CreateRouteTable", "AllocateAddress", "CreateNatGateway" })
        {
            sandbox.Faults.Add("ec2", operation, FaultKind.DropAfter, 1);
        }

        sandbox.Faults.Add("eks", "CreateNodegroup", FaultKind.Capacity, 1);
        return Task.CompletedTask;
    }

    /// <summary>A cluster whose OpenID Connect provider somebody took away.</summary>
    private static async Task WithoutProvider(SandboxServer sandbox)
    {
        using Iam iam = new(sandbox);
        foreach (string provider in await iam.ReadProvidersAsync())
        {
            await iam.Client.DeleteOpenIDConnectProviderAsync(new() { OpenIDConnectProviderArn = provider });
        }
    }

    /// <summary>A cluster whose subnets lost the tags that controllers look for.</summary>
    private static async Task WithoutSubnetRoles(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = Ec2(sandbox);
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest())).Subnets;
        await ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = [.. subnets.Select(static subnet => subnet.SubnetId)], Tags = [new Tag { Key = "kubernetes.io/role/elb" }, new Tag { Key = "kubernetes.io/role/internal-elb" }] });
    }

    /// <summary>Nodes whose security group lets the control plane in no more.</summary>
    private static async Task ShutNodesAsync(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = Ec2(sandbox);
        foreach (SecurityGroup group in (await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new Filter { Name = "tag-key", Values = ["kubernetes.io/cluster/demo"] }] })).SecurityGroups)
        {
            await ec2.RevokeSecurityGroupIngressAsync(new RevokeSecurityGroupIngressRequest { GroupId = group.GroupId, IpPermissions = group.IpPermissions });
        }
    }

    /// <summary>A cluster of an earlier version, whose nodes have what only vpc-cni needs.</summary>
    private static async Task EarlierAsync(Rehearsal rehearsal)
    {
        await EarlierVersion.CreateAsync(rehearsal, "demo");
        rehearsal.Session.Run(Enter[2..]).Good();
    }

    /// <summary>A Service with annotations.</summary>
    private static async Task ServeAsync(Rehearsal rehearsal)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await ServeAsync(kubernetes, "web", "\"loadBalancerClass\":\"service.k8s.aws/nlb\",");
    }

    /// <summary>A Service whose annotations name things in AWS.</summary>
    private static async Task NameResourcesAsync(Rehearsal rehearsal)
    {
        await ServeAsync(rehearsal);
        using Kubernetes kubernetes = new(rehearsal, "demo");
        const string Key = "service.beta.kubernetes.io/aws-load-balancer-";
        await kubernetes.PatchAsync("/api/v1/namespaces/default/services/web", $$$"""{"metadata":{"annotations":{"{{{Key}}}ssl-cert":"arn:aws:acm:us-west-2:111122223333:certificate/1","{{{Key}}}subnets":"subnet-1","{{{Key}}}eip-allocations":"eipalloc-1","{{{Key}}}security-groups":"sg-1"} } }""");
    }

    /// <summary>A load balancer of the cloud provider and one of the AWS Load Balancer Controller.</summary>
    private static async Task BalanceAsync(Rehearsal rehearsal)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await LoadBalancerStage.InstallControllerAsync(rehearsal, kubernetes, "demo");
        await ServeAsync(kubernetes, "classic", "");
        await ServeAsync(kubernetes, "network", "\"loadBalancerClass\":\"service.k8s.aws/nlb\",");
        await ServeAsync(kubernetes, "left", "\"loadBalancerClass\":\"service.k8s.aws/nlb\",");
        foreach (string name in new[] { "classic", "network", "left" })
        {
            await LoadBalancerStage.UntilAsync(async () => (await kubernetes.ReadAsync($"/api/v1/namespaces/default/services/{name}"))?["status"]?["loadBalancer"]?["ingress"]?[0]?["hostname"] is not null, name);
        }

        // One that nothing in the cluster has: the controller went before it did.
        await kubernetes.PatchAsync(Controller, """{"spec":{"replicas":0}}""");
        await LoadBalancerStage.UntilAsync(async () => (int?)(await kubernetes.ReadAsync(Controller))?["status"]?["readyReplicas"] is null or 0, "the controller's end");
        await kubernetes.DeleteAsync("/api/v1/namespaces/default/services/left");
        await kubernetes.PatchAsync("/api/v1/namespaces/default/services/left", """{"metadata":{"finalizers":null}}""");
    }

    private static async Task InstallAsync(Rehearsal rehearsal)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await LoadBalancerStage.InstallControllerAsync(rehearsal, kubernetes, "demo");
    }

    private static Task ServeAsync(Kubernetes kubernetes, string name, string spec) => kubernetes.CreateAsync("/api/v1/namespaces/default/services",
        $$$"""{"metadata":{"name":"{{{name}}}","annotations":{"service.beta.kubernetes.io/aws-load-balancer-scheme":"internet-facing"}},"spec":{ {{{spec}}}"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":80}]}}""");

    /// <summary>Subnets of somebody else's, whose ids only the session knows.</summary>
    private static async Task LendSubnetsAsync(SandboxServer sandbox) =>
        Environment.SetEnvironmentVariable("EKSTOOLS_TEST_SUBNETS", string.Join(',', await ForeignCluster.CreateSubnetsAsync(sandbox)));

    private static AmazonEC2Client Ec2(SandboxServer sandbox) =>
        new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEC2Config { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });

    /// <summary>More principals than are asked for one by one.</summary>
    private static async Task People(SandboxServer sandbox)
    {
        using Iam iam = new(sandbox);
        for (int number = 1; number <= 30; number++)
        {
            await iam.CreateRoleAsync($"Role{number}");
            await iam.Client.CreateUserAsync(new() { UserName = $"user{number}" });
        }
    }
}
