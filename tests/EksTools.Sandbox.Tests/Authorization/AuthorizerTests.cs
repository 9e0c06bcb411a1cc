using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Authorization;

/// <summary>Who may call what, and how each service says no.</summary>
public sealed class AuthorizerTests
{
    private const string Session = "arn:aws:sts::111122223333:assumed-role/app/me";
    private const string Everything = """{"Effect":"Allow","Action":"*","Resource":"*"}""";
    private const string Demo = "arn:aws:eks:us-west-2:111122223333:cluster/demo";

    private static string Allow(string action, string resource = "*", string condition = "{}") => $$"""{"Effect":"Allow","Action":"{{action}}","Resource":"{{resource}}","Condition":{{condition}} }""";

    [Fact]
    public async Task Each_service_refuses_in_its_own_words()
    {
        await using var stage = await Stage.StartAsync();
        using var app = await stage.ActAsync("app", Allow("s3:*"));
        Assert.Equal(Session, (await app.QueryAsync("sts", "GetCallerIdentity")).Value("Arn"));

        var eks = await app.EksAsync(HttpMethod.Get, "/clusters/demo");
        Assert.Equal((403, "AccessDeniedException"), ((int)eks.Status, eks.Error));
        Assert.Equal($"User: {Session} is not authorized to perform: eks:DescribeCluster on resource: {Demo} because no identity-based policy allows the eks:DescribeCluster action", (string?)eks.Json["message"]);
        Assert.EndsWith("eks:ListClusters on resource: arn:aws:eks:us-west-2:111122223333:cluster/* because no identity-based policy allows the eks:ListClusters action", (string?)(await app.EksAsync(HttpMethod.Get, "/clusters")).Json["message"]);

        var ec2 = await app.QueryAsync("ec2", "CreateVpc", "CidrBlock", "10.0.0.0/16");
        Assert.Equal((403, "UnauthorizedOperation"), ((int)ec2.Status, ec2.Error));
        Assert.Equal($"You are not authorized to perform this operation. User: {Session} is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:us-west-2:111122223333:vpc/* because no identity-based policy allows the ec2:CreateVpc action", ec2.Value("Message"));
        Assert.Equal("UnauthorizedOperation", (await app.QueryAsync("ec2", "DescribeVpcs", "DryRun", "true")).Error);

        var iam = await app.QueryAsync("iam", "GetRole", "RoleName", "app");
        Assert.Equal((403, "AccessDenied"), ((int)iam.Status, iam.Error));
        Assert.Equal($"User: {Session} is not authorized to perform: iam:GetRole on resource: role app because no identity-based policy allows the iam:GetRole action", iam.Value("Message"));

        var sts = await app.QueryAsync("sts", "AssumeRole", "RoleArn", "arn:aws:iam::111122223333:role/app", "RoleSessionName", "again");
        Assert.Equal("AccessDenied", sts.Error);
        Assert.Contains("sts:AssumeRole on resource: arn:aws:iam::111122223333:role/app", sts.Value("Message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/clusters/demo", "GET", "eks:DescribeCluster", Demo)]
    [InlineData("/clusters/demo/addons/coredns", "GET", "eks:DescribeAddon", "arn:aws:eks:us-west-2:111122223333:addon/demo/coredns/*")]
    [InlineData("/clusters/demo/node-groups/a", "DELETE", "eks:DeleteNodegroup", "arn:aws:eks:us-west-2:111122223333:nodegroup/demo/*")]
    [InlineData("/clusters/demo/node-groups", "GET", "eks:ListNodegroups", Demo)]
    [InlineData("/clusters/demo/updates/u?nodegroupName=a", "GET", "eks:DescribeUpdate", "arn:aws:eks:us-west-2:111122223333:nodegroup/demo/a/*")]
    [InlineData("/clusters/demo/access-entries/arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fx", "GET", "eks:DescribeAccessEntry", "arn:aws:eks:us-west-2:111122223333:access-entry/demo/role/111122223333/x/*")]
    [InlineData("/clusters/demo/pod-identity-associations/a-1", "GET", "eks:DescribePodIdentityAssociation", "arn:aws:eks:us-west-2:111122223333:podidentityassociation/demo/*")]
    [InlineData("/clusters/demo/fargate-profiles/f", "GET", "eks:DescribeFargateProfile", "arn:aws:eks:us-west-2:111122223333:fargateprofile/demo/*")]
    [InlineData("/cluster-versions", "GET", "eks:DescribeClusterVersions", "*")]
    public async Task An_operation_of_EKS_needs_its_action_on_its_resource(string path, string method, string action, string resource)
    {
        await using var stage = await Stage.StartAsync();
        using var app = await stage.ActAsync("app", Allow("eks:Other*"));
        Assert.Equal("AccessDeniedException", (await app.EksAsync(new HttpMethod(method), path)).Error);
        await stage.PermitAsync("app", Allow(action, resource));
        Assert.NotEqual("AccessDeniedException", (await app.EksAsync(new HttpMethod(method), path)).Error);
    }

    [Fact]
    public async Task A_creation_needs_the_tags_and_what_it_is_made_in()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, _) = await stage.NetworkAsync();
        string[] create = ["VpcId", vpc, "CidrBlock", "10.0.128.0/19", "TagSpecification.1.ResourceType", "subnet", "TagSpecification.1.Tag.1.Key", "team", "TagSpecification.1.Tag.1.Value", "a"];
        const string tagged = """{"StringEquals":{"aws:RequestTag/team":"a"},"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}""";
        var made = Allow("ec2:CreateSubnet", "arn:aws:ec2:*:*:subnet/*", tagged);
        var inside = Allow("ec2:CreateSubnet", $"arn:aws:ec2:us-west-2:111122223333:vpc/{vpc}", """{"StringEquals":{"aws:ResourceTag/owner":"me"}}""");
        var tagging = Allow("ec2:CreateTags", "arn:aws:ec2:*:*:subnet/*", """{"StringEquals":{"ec2:CreateAction":"CreateSubnet","ec2:Region":"us-west-2"}}""");
        using var app = await stage.ActAsync("app", $"{made},{inside},{tagging}");
        Assert.Contains($"vpc/{vpc}", (await app.QueryAsync("ec2", "CreateSubnet", create)).Value("Message"), StringComparison.Ordinal);
        await stage.Ec2Async("CreateTags", "ResourceId.1", vpc, "Tag.1.Key", "owner", "Tag.1.Value", "me");
        await stage.PermitAsync("app", $"{made},{inside}");
        Assert.Contains("ec2:CreateTags on resource: arn:aws:ec2:us-west-2:111122223333:subnet/*", (await app.QueryAsync("ec2", "CreateSubnet", create)).Value("Message"), StringComparison.Ordinal);
        await stage.PermitAsync("app", $"{made},{inside},{tagging}");
        Assert.Equal("UnauthorizedOperation", (await app.QueryAsync("ec2", "CreateSubnet", [.. create[..^1], "b"])).Error);
        var subnet = await app.QueryAsync("ec2", "CreateSubnet", create);
        Assert.Null(subnet.Error);
        Assert.Equal("UnauthorizedOperation", (await app.QueryAsync("ec2", "CreateTags", "ResourceId.1", subnet.Value("subnetId"), "Tag.1.Key", "team", "Tag.1.Value", "b")).Error);
    }

    [Fact]
    public async Task Handing_a_role_to_EKS_needs_PassRole_for_that_service()
    {
        await using var stage = await Stage.StartAsync();
        var role = await stage.RoleAsync("cluster", "eks.amazonaws.com");
        var (_, subnets) = await stage.NetworkAsync();
        var body = $$"""{"name":"demo","roleArn":"{{role}}","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", subnets)}}"] },"tags":{"a":"b"} }""";
        string[] statements =
        [
            Allow("eks:CreateCluster", Demo, """{"Bool":{"eks:bootstrapClusterCreatorAdminPermissions":"true"}}"""), Allow("eks:TagResource", Demo, """{"StringEquals":{"aws:RequestTag/a":"b"}}"""),
            Allow("iam:PassRole", role, """{"StringEquals":{"iam:PassedToService":"eks.amazonaws.com"}}"""),
            Allow("iam:CreateServiceLinkedRole", "arn:aws:iam::*:role/aws-service-role/eks.amazonaws.com/*", """{"StringEquals":{"iam:AWSServiceName":"eks.amazonaws.com"}}"""),
        ];
        using var app = await stage.ActAsync("app", Allow("s3:*"));
        string[] wanted = ["eks:CreateCluster", "eks:TagResource", "iam:PassRole", "iam:CreateServiceLinkedRole"];
        for (var given = 0; given < statements.Length; given++)
        {
            await stage.PermitAsync("app", string.Join(',', statements[..given].Append(Allow("s3:*"))));
            var answer = await app.EksAsync(HttpMethod.Post, "/clusters", body);
            Assert.Equal("AccessDeniedException", answer.Error);
            Assert.Contains($"is not authorized to perform: {wanted[given]} on resource: ", (string?)answer.Json["message"], StringComparison.Ordinal);
        }

        await stage.PermitAsync("app", string.Join(',', statements));
        Assert.Null((await app.EksAsync(HttpMethod.Post, "/clusters", body)).Error);
    }

    [Fact]
    public async Task A_node_group_of_a_template_needs_what_launches_its_instances()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync();
        var role = await stage.RoleAsync("node", "ec2.amazonaws.com");
        var template = (await stage.Ec2Async("CreateLaunchTemplate", "LaunchTemplateName", "nodes", "LaunchTemplateData.TagSpecification.1.ResourceType", "instance", "LaunchTemplateData.TagSpecification.1.Tag.1.Key", "a", "LaunchTemplateData.TagSpecification.1.Tag.1.Value", "b")).Value("launchTemplateId");
        var body = $$"""{"nodegroupName":"n","nodeRole":"{{role}}","subnets":["{{subnets[0]}}"],"launchTemplate":{"id":"{{template}}"} }""";
        var others = $"{Allow("eks:*")},{Allow("iam:*")}";
        using var app = await stage.ActAsync("app", others);
        Task<Answer> Create() => app.EksAsync(HttpMethod.Post, "/clusters/demo/node-groups", body);
        var refused = await Create();
        Assert.Equal("InvalidRequestException", refused.Error);
        Assert.StartsWith("You are not authorized to launch instances with this launch template.", (string?)refused.Json["message"], StringComparison.Ordinal);
        await stage.PermitAsync("app", $"{others},{Allow("ec2:RunInstances")}");
        Assert.Equal("InvalidRequestException", (await Create()).Error);
        await stage.PermitAsync("app", $"{others},{Allow("ec2:RunInstances")},{Allow("ec2:CreateTags", "arn:aws:ec2:*:*:instance/*", """{"StringEquals":{"ec2:CreateAction":"RunInstances","aws:RequestTag/a":"b"}}""")}");
        Assert.Null((await Create()).Error);
    }

    [Fact]
    public async Task A_policy_is_attached_to_a_role_only_as_the_conditions_have_it()
    {
        await using var stage = await Stage.StartAsync();
        const string boundary = "arn:aws:iam::111122223333:policy/boundary";
        await stage.IamAsync("CreatePolicy", "PolicyName", "boundary", "PolicyDocument", $$"""{"Version":"2012-10-17","Statement":[{{Everything}}]}""");
        using var app = await stage.ActAsync("app", $"{Allow("iam:CreateRole", "arn:aws:iam::*:role/team/*", $$"""{"ArnEquals":{"iam:PermissionsBoundary":"{{boundary}}"} }""")},{Allow("iam:AttachRolePolicy", "arn:aws:iam::*:role/team/*", """{"ArnLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AmazonEKS*"},"Null":{"iam:PermissionsBoundary":"false"}}""")}");
        const string trust = """{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"eks.amazonaws.com"}}]}""";
        Assert.Equal("AccessDenied", (await app.QueryAsync("iam", "CreateRole", "RoleName", "r", "Path", "/team/", "AssumeRolePolicyDocument", trust)).Error);
        Assert.Equal("AccessDenied", (await app.QueryAsync("iam", "CreateRole", "RoleName", "r", "AssumeRolePolicyDocument", trust, "PermissionsBoundary", boundary)).Error);
        Assert.Null((await app.QueryAsync("iam", "CreateRole", "RoleName", "r", "Path", "/team/", "AssumeRolePolicyDocument", trust, "PermissionsBoundary", boundary)).Error);
        Assert.Null((await app.QueryAsync("iam", "AttachRolePolicy", "RoleName", "r", "PolicyArn", "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")).Error);
        Assert.Equal("AccessDenied", (await app.QueryAsync("iam", "AttachRolePolicy", "RoleName", "r", "PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")).Error);
    }

    [Fact]
    public async Task A_boundary_and_a_denial_narrow_what_is_allowed()
    {
        await using var stage = await Stage.StartAsync();
        using var app = await stage.ActAsync("app", Everything);
        Assert.Null((await app.EksAsync(HttpMethod.Get, "/clusters")).Error);
        await stage.IamAsync("CreatePolicy", "PolicyName", "boundary", "PolicyDocument", $$"""{"Statement":[{{Allow("ec2:*")}}]}""");
        await stage.IamAsync("PutRolePermissionsBoundary", "RoleName", "app", "PermissionsBoundary", "arn:aws:iam::111122223333:policy/boundary");
        Assert.Null((await app.QueryAsync("ec2", "DescribeVpcs")).Error);
        Assert.EndsWith("because no permissions boundary allows the eks:ListClusters action", (string?)(await app.EksAsync(HttpMethod.Get, "/clusters")).Json["message"], StringComparison.Ordinal);
        await stage.PermitAsync("app", Everything + """,{"Effect":"Deny","Action":"ec2:Describe*","Resource":"*"}""");
        Assert.EndsWith("with an explicit deny in an identity-based policy", (await app.QueryAsync("ec2", "DescribeVpcs")).Value("Message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AdministratorAccess", true, true)]
    [InlineData("ReadOnlyAccess", true, false)]
    [InlineData("AmazonEKSClusterPolicy", false, false)]
    [InlineData("AmazonS3FullAccess", false, false)]
    public async Task An_attached_policy_of_AWS_allows_what_it_says(string policy, bool lists, bool creates)
    {
        await using var stage = await Stage.StartAsync();
        var keys = await stage.AssumeAsync("app");
        await stage.IamAsync("AttachRolePolicy", "RoleName", "app", "PolicyArn", $"arn:aws:iam::aws:policy/{policy}");
        using var app = new SignedClient(stage.Sandbox.Endpoint, keys.AccessKey, keys.SecretKey, keys.SessionToken, time: stage.Time);
        Assert.Equal(lists, (await app.EksAsync(HttpMethod.Get, "/clusters")).Error is null);
        Assert.Equal(creates, (await app.QueryAsync("ec2", "CreateVpc", "CidrBlock", "10.0.0.0/16")).Error is null);
    }

    [Fact]
    public async Task A_role_that_names_the_caller_itself_needs_no_permission_of_the_caller()
    {
        await using var stage = await Stage.StartAsync();
        using var app = await stage.ActAsync("app", Allow("s3:*"));
        static string Trust(string principal) => $$"""{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"{{principal}}"} }]}""";
        await stage.IamAsync("CreateRole", "RoleName", "next", "AssumeRolePolicyDocument", Trust("111122223333"));
        Task<Answer> Assume() => app.QueryAsync("sts", "AssumeRole", "RoleArn", "arn:aws:iam::111122223333:role/next", "RoleSessionName", "me");
        Assert.Equal("AccessDenied", (await Assume()).Error);
        await stage.IamAsync("UpdateAssumeRolePolicy", "RoleName", "next", "PolicyDocument", Trust("arn:aws:iam::111122223333:role/app"));
        Assert.Null((await Assume()).Error);

        // The role's name is past the role's own policies alone; the session's is past the boundary too. A denial stands.
        await stage.IamAsync("CreatePolicy", "PolicyName", "boundary", "PolicyDocument", $$"""{"Statement":[{{Allow("ec2:*")}}]}""");
        await stage.IamAsync("PutRolePermissionsBoundary", "RoleName", "app", "PermissionsBoundary", "arn:aws:iam::111122223333:policy/boundary");
        Assert.EndsWith("because no permissions boundary allows the sts:AssumeRole action", (await Assume()).Value("Message"), StringComparison.Ordinal);
        await stage.IamAsync("UpdateAssumeRolePolicy", "RoleName", "next", "PolicyDocument", Trust(Session));
        Assert.Null((await Assume()).Error);
        await stage.PermitAsync("app", """{"Effect":"Deny","Action":"sts:*","Resource":"*"}""");
        Assert.Equal("AccessDenied", (await Assume()).Error);
    }
}
